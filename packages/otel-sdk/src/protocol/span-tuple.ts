import type { AttributeValue } from '@codex/otel-api'
import { type EventTuple, FIRST_FIELD, openTuple, setSlot, setSpan, slotOf, spanOf, timeOf } from './event-tuple.ts'
import type {
  SpanAttributesEntry,
  SpanEnding,
  SpanEntry,
  SpanEventEntry,
  SpanFacts,
  SpanIdWords,
  SpanKind,
  SpanLink,
  SpanOpening,
  SpanOrigin,
  SpanOutcome,
  TraceIdWords,
} from './span-entry.ts'

export * from './span-entry.ts'

/**
 * What is said of spans crosses the threads in one stream with the events, as tuples of this row: a span is opened before
 * the first event that carries its number, and ended after the last. The number of the span and the time are where those
 * of an event are, and where that has the slot of its session stands what is said, one of `SpanSaying`.
 */
const SPAN_ROW = -2

const SpanSaying = {
  open: 0,
  facts: 1,
  attributes: 2,
  event: 3,
  /** The end of a span that is not exported. */
  end: 4,
  /** The end of a span that is exported: the records of traces are counted by these. */
  exportedEnd: 5,
} as const
type SpanSaying = (typeof SpanSaying)[keyof typeof SpanSaying]

/** Whether something of this row is about a span, and is no event. */
export const isSpanRow = (row: number): boolean => row === SPAN_ROW

/** Whether it opens a span; `slot` is where an event has that of its session. */
export const opensSpan = (row: number, slot: number): boolean => isSpanRow(row) && slot === SpanSaying.open

/** Whether it ends a span. */
export const endsSpan = (row: number, slot: number): boolean => isSpanRow(row) && slot >= SpanSaying.end

/** Whether it ends a span that is exported. */
export const endsExportedSpan = (row: number, slot: number): boolean =>
  isSpanRow(row) && slot === SpanSaying.exportedEnd

function begin(saying: SpanSaying, id: number, timeMs: number): EventTuple {
  const tuple = openTuple(SPAN_ROW, timeMs)
  setSlot(tuple, saying)
  setSpan(tuple, id)
  return tuple
}

const NO_LINKS: readonly SpanLink[] = []

/** Texts that go with each opening cross as one: that is written in a fraction of the time. */
const originTexts = new WeakMap<SpanOrigin, string>()

function originText(origin: SpanOrigin): string {
  let text = originTexts.get(origin)
  if (text === undefined) {
    text = JSON.stringify(origin)
    originTexts.set(origin, text)
  }
  return text
}

let lastOriginText = ''
let lastOrigin: SpanOrigin | undefined

/** Most openings have that of the one before. */
function readOrigin(text: string): SpanOrigin {
  if (lastOrigin === undefined || text !== lastOriginText) {
    const { authMode, traceState, ...origin } = JSON.parse(text) as SpanOrigin
    lastOriginText = text
    lastOrigin = { ...origin, authMode, traceState }
  }
  return lastOrigin
}

export function openingTuple(span: Omit<SpanOpening, 'type'>): EventTuple {
  const { links, parentSpanId, spanId, traceId } = span
  const tuple: EventTuple = [
    SPAN_ROW,
    span.timeMs,
    SpanSaying.open,
    span.id,
    span.kind,
    traceId[0],
    traceId[1],
    traceId[2],
    traceId[3],
    spanId[0],
    spanId[1],
    parentSpanId?.[0],
    parentSpanId?.[1],
    span.parentRemote,
    span.flags,
    span.label,
    originText(span.origin),
  ]
  for (const link of links) tuple.push([...link.traceId, ...link.spanId, link.flags, link.remote ? 1 : 0])
  return tuple
}

/** Facts that are `undefined` are left out. */
export function factsTuple(id: number, facts: SpanFacts): EventTuple {
  const tuple = begin(SpanSaying.facts, id, 0)
  for (const [name, value] of Object.entries(facts)) if (value !== undefined) tuple.push(name, value)
  return tuple
}

export function attributesTuple(id: number, attributes: SpanAttributesEntry['attributes']): EventTuple {
  const tuple = begin(SpanSaying.attributes, id, 0)
  for (const [name, value] of attributes) tuple.push(name, value)
  return tuple
}

export function spanEventTuple({ id, timeMs, name, attributes }: Omit<SpanEventEntry, 'type'>): EventTuple {
  const tuple = begin(SpanSaying.event, id, timeMs)
  tuple.push(name)
  for (const [key, value] of attributes) tuple.push(key, value)
  return tuple
}

/** `exported`: whether the span is sampled and not discarded. */
export function endingTuple(ending: Omit<SpanEnding, 'type'>, exported: boolean): EventTuple {
  const { errorType, id, outcome, timeMs } = ending
  return [SPAN_ROW, timeMs, exported ? SpanSaying.exportedEnd : SpanSaying.end, id, outcome, errorType]
}

/** What a tuple of this row says. */
export function readSpanTuple(tuple: EventTuple): SpanEntry {
  const id = spanOf(tuple)
  const timeMs = timeOf(tuple)
  const fields: unknown[] = tuple.slice(FIRST_FIELD)
  switch (slotOf(tuple)) {
    case SpanSaying.open:
      return readOpening(id, timeMs, fields)
    case SpanSaying.facts:
      return { type: 'facts', id, facts: Object.fromEntries(pairs(fields)) }
    case SpanSaying.attributes:
      return { type: 'attributes', id, attributes: pairs(fields) }
    case SpanSaying.event:
      return { type: 'event', id, timeMs, name: fields[0] as string, attributes: pairs(fields.slice(1)) }
    default: {
      const [outcome, errorType] = fields as [SpanOutcome, string | undefined]
      return { type: 'end', id, timeMs, outcome, errorType }
    }
  }
}

function readOpening(id: number, timeMs: number, fields: readonly unknown[]): SpanOpening {
  const numbers = fields as readonly number[]
  const texts = fields as readonly string[]
  const [kind, t1, t2, t3, t4, s1, s2, p1, p2] = numbers as [SpanKind, ...number[]]
  return {
    type: 'open',
    id,
    timeMs,
    kind,
    traceId: [t1, t2, t3, t4] as unknown as TraceIdWords,
    spanId: [s1, s2] as unknown as SpanIdWords,
    parentSpanId: p1 === undefined ? undefined : ([p1, p2] as unknown as SpanIdWords),
    parentRemote: fields[9] === true,
    flags: numbers[10] as number,
    label: texts[11] as string,
    origin: readOrigin(texts[12] as string),
    links: fields.length === OPENING_FIELDS ? NO_LINKS : fields.slice(OPENING_FIELDS).map(readLink),
  }
}

const OPENING_FIELDS = 13

function readLink(link: unknown): SpanLink {
  const words = link as number[]
  return {
    traceId: words.slice(0, 4) as unknown as TraceIdWords,
    spanId: words.slice(4, 6) as unknown as SpanIdWords,
    flags: words[6] as number,
    remote: words[7] === 1,
  }
}

const pairs = (list: readonly unknown[]): [name: string, value: AttributeValue][] =>
  Array.from({ length: list.length >> 1 }, (_, i) => [list[2 * i] as string, list[2 * i + 1] as AttributeValue])
