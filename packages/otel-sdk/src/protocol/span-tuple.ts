import type { AttributeValue } from '@codex/otel-api'
import { type EventTuple, FIRST_FIELD, openTuple, setSlot, setSpan, slotOf, spanOf, timeOf } from './event-tuple.ts'
import type { SpanAttributesEntry, SpanEntry, SpanEventEntry, SpanFacts } from './span-entry.ts'

export * from './span-entry.ts'

/**
 * What is said of spans crosses the threads in one stream with the events, as entries of this row: a span is opened before
 * the first event that carries its number, and ended after the last. The number of the span and the time are where those
 * of an event are, and where that has the slot of its session stands what is said, one of `SpanSaying`. What opens or ends a
 * span is written by itself; the rest is a tuple, as an event is.
 */
export const SPAN_ROW = -2

export const SpanSaying = {
  open: 0,
  facts: 1,
  attributes: 2,
  event: 3,
  /** The end of a span that is not exported. */
  end: 4,
  /** The end of a span that is exported: the records of traces are counted by these, and by `whole`. */
  exportedEnd: 5,
  /** The opening and the end of a span that is exported, in one. */
  whole: 6,
} as const
export type SpanSaying = (typeof SpanSaying)[keyof typeof SpanSaying]

/** Whether something of this row is about a span, and is no event. */
export const isSpanRow = (row: number): boolean => row === SPAN_ROW

/** Whether it opens a span that is open after it; `slot` is where an event has that of its session. */
export const opensSpan = (row: number, slot: number): boolean => isSpanRow(row) && slot === SpanSaying.open

/** Whether it says what a span is opened with. */
export const hasOpening = (row: number, slot: number): boolean =>
  isSpanRow(row) && (slot === SpanSaying.open || slot === SpanSaying.whole)

/** Whether it ends a span that was open before it. */
export const endsSpan = (row: number, slot: number): boolean =>
  isSpanRow(row) && (slot === SpanSaying.end || slot === SpanSaying.exportedEnd)

/** Whether it ends a span that is exported. */
export const endsExportedSpan = (row: number, slot: number): boolean => isSpanRow(row) && slot >= SpanSaying.exportedEnd

function begin(saying: SpanSaying, id: number, timeMs: number): EventTuple {
  const tuple = openTuple(SPAN_ROW, timeMs)
  setSlot(tuple, saying)
  setSpan(tuple, id)
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

/** What a tuple of this row says. */
export function readSpanTuple(tuple: EventTuple): SpanEntry {
  const id = spanOf(tuple)
  const fields: unknown[] = tuple.slice(FIRST_FIELD)
  switch (slotOf(tuple)) {
    case SpanSaying.facts:
      return { type: 'facts', id, facts: Object.fromEntries(pairs(fields)) }
    case SpanSaying.attributes:
      return { type: 'attributes', id, attributes: pairs(fields) }
    default:
      return { type: 'event', id, timeMs: timeOf(tuple), name: fields[0] as string, attributes: pairs(fields.slice(1)) }
  }
}

const pairs = (list: readonly unknown[]): [name: string, value: AttributeValue][] =>
  Array.from({ length: list.length >> 1 }, (_, i) => [list[2 * i] as string, list[2 * i + 1] as AttributeValue])
