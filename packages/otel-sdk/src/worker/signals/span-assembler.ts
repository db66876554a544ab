import type { AttributeValue } from '@codex/otel-api'
import { type CompiledRow, ROWS } from '../../catalogue/event-table.ts'
import type { ContentConfig, TracingConfig } from '../../config/effective-config.ts'
import { sanitizeText } from '../../content/sanitize-text.ts'
import { scrubTags } from '../../content/scrub-tags.ts'
import type { Scrubber } from '../../content/secrets/scrub.ts'
import { NAME_LIMIT } from '../../content/text-limits.ts'
import { type EventTuple, fieldOf, rowOf, timeOf } from '../../protocol/event-tuple.ts'
import {
  type SpanEnding,
  type SpanEntry,
  type SpanEventEntry,
  type SpanFacts,
  type SpanOpening,
  SpanOutcome,
} from '../../protocol/span-tuple.ts'
import type { AssembledEvent, AssembledSpan } from './assembled-span.ts'
import { createCleanValue } from './clean-value.ts'
import { createExportedState } from './exported-state.ts'
import { addUsage, completeAttributes, createTally, failureOf, fieldNamed, type SpanTally } from './span-attributes.ts'
import { readContents } from './span-content.ts'
import { type ColumnAttribute, type CompiledSpan, compiledSpan, spanName } from './span-types.ts'

/** Puts spans together from what is said of them and from the events that belong to them. */
export interface SpanAssembler {
  take(entry: SpanEntry): void
  /** The span with this number ended, and is not to be exported. */
  forget(span: number): void
  /** Takes an event of the span with this number. */
  event(tuple: EventTuple, span: number): void
  /** The turns that are open, and what else is open that a span is below, ended with the last of these because the process was killed. */
  killedSpans(): AssembledSpan[]
  /** How many spans are open. */
  readonly openSpans: number
}

export interface SpanAssemblerOptions {
  content: ContentConfig
  tracing: Pick<TracingConfig, 'content' | 'spanAttributes' | 'traceState'>
  scrubber: Scrubber
  onSpan(span: AssembledSpan): void
}

/** A span that is open. */
interface OpenSpan {
  readonly opening: SpanOpening
  readonly spec: CompiledSpan
  readonly parent: OpenSpan | undefined
  isParent: boolean
  /** When it, or a span below it, last began or ended. */
  lastMs: number
  /** The turn that it is in; itself where it is one. */
  turn: OpenSpan | undefined
  readonly attributes: Map<string, AttributeValue>
  readonly events: AssembledEvent[]
  readonly tally: SpanTally
  droppedAttributes: number
  droppedEvents: number
  errorMessage: string | undefined
}

const MAX_ATTRIBUTES = 128
const MAX_EVENTS = 128
const MAX_LINKS = 128
const SAMPLED = 1
const PROCESS_KILLED = 'process_killed'
const PROCESS_EXIT = 'process_exit'

export function createSpanAssembler(options: SpanAssemblerOptions): SpanAssembler {
  const { content, scrubber, onSpan } = options
  const stateOf = createExportedState(options.tracing.traceState, scrubber)
  const spanAttributes = Object.entries(scrubTags(options.tracing.spanAttributes, scrubber, NAME_LIMIT))
  const open = new Map<number, OpenSpan>()
  /** The open ones, by their ids. */
  const byId = new Map<string, OpenSpan>()

  const scrubbed = (text: string): string => sanitizeText(text, scrubber, NAME_LIMIT).text
  const clean = createCleanValue(scrubber)

  /** A span that nothing was said of yet; `undefined` for what is not exported. */
  function made(opening: SpanOpening): OpenSpan | undefined {
    const spec = compiledSpan(opening.kind)
    if (spec === undefined || (opening.flags & SAMPLED) === 0) return undefined
    const { parentSpanId } = opening
    const parent = parentSpanId === undefined ? undefined : byId.get(keyOf(opening.traceId, parentSpanId))
    const span: OpenSpan = {
      opening,
      spec,
      parent,
      isParent: false,
      lastMs: opening.timeMs,
      turn: parent?.turn,
      attributes: new Map(),
      events: [],
      tally: createTally(),
      droppedAttributes: 0,
      droppedEvents: 0,
      errorMessage: undefined,
    }
    if (spec.type === 'turn') span.turn = span
    if (parent !== undefined) parent.isParent = true
    countBelow(span, 1)
    sawAt(span, opening.timeMs)
    return span
  }

  function sawAt(span: OpenSpan, timeMs: number): void {
    for (let one: OpenSpan | undefined = span; one !== undefined && one.lastMs <= timeMs; one = one.parent)
      one.lastMs = timeMs
  }

  /** Has the turn of a span count it, or not any more. */
  function countBelow(span: OpenSpan, by: number): void {
    const { spec, turn } = span
    if (spec.type !== undefined && turn !== undefined && turn !== span) turn.tally.below(spec.type, by)
  }

  function begin(opening: SpanOpening): void {
    const span = open.has(opening.id) ? undefined : made(opening)
    if (span === undefined) return
    open.set(opening.id, span)
    byId.set(keyOf(opening.traceId, opening.spanId), span)
  }

  function set(span: OpenSpan, name: string, value: AttributeValue): void {
    if (span.attributes.size >= MAX_ATTRIBUTES && !span.attributes.has(name)) span.droppedAttributes++
    else span.attributes.set(name, value)
  }

  function addEvent(span: OpenSpan, event: AssembledEvent): void {
    if (span.events.length >= MAX_EVENTS) span.droppedEvents++
    else span.events.push(event)
  }

  function facts(span: OpenSpan, said: SpanFacts): void {
    for (const [name, value] of Object.entries(said)) {
      const attribute = span.spec.facts.get(name as keyof SpanFacts)
      if (value === undefined) continue
      span.tally.facts.set(name as keyof SpanFacts, value as AttributeValue)
      if (attribute !== undefined) set(span, attribute, clean(attribute, value as AttributeValue))
    }
  }

  const readColumn = ({ attribute, type, column }: ColumnAttribute, tuple: EventTuple): AttributeValue | undefined => {
    const value = fieldOf(tuple, column)
    // Of a list a span says how long it is: names of servers are joined to one text by who recorded it.
    if (type === 'int' && typeof value === 'string') return value === '' ? 0 : value.split(',').length
    return value === undefined || value === null ? undefined : clean(attribute, value as AttributeValue)
  }

  /** Calls `use` with the attributes that an event gives a value. */
  function readColumns(
    columns: readonly ColumnAttribute[] | undefined,
    tuple: EventTuple,
    use: (attribute: string, value: AttributeValue) => void,
  ): void {
    for (const column of columns ?? []) {
      const value = readColumn(column, tuple)
      if (value !== undefined) use(column.attribute, value)
    }
  }

  function event(tuple: EventTuple, number: number): void {
    const span = open.get(number)
    const row = ROWS[rowOf(tuple)]
    if (span === undefined || row === undefined) return
    const { spec, turn } = span
    const setOwn = (name: string, value: AttributeValue): void => set(span, name, value)
    readColumns(spec.fields.get(row.id), tuple, setOwn)
    if (options.tracing.content) readContents(spec.contents.get(row.id), tuple, content, scrubber, setOwn)
    // What a turn says of itself may come with one of its chats.
    if (turn !== undefined && turn !== span)
      readColumns(turn.spec.fields.get(row.id), tuple, (name, value) => {
        if (!turn.attributes.has(name)) set(turn, name, value)
      })
    addUsage(span.tally, turn?.tally, row, tuple)
    span.errorMessage = (fieldNamed(row, tuple, 'errorMessage') as string | undefined) ?? span.errorMessage
    const twin = spec.twins.get(row.id)
    if (twin !== undefined)
      addEvent(span, { name: row.name, timeMs: timeOf(tuple), attributes: twinOf(twin, row, tuple) })
  }

  function twinOf(
    columns: readonly ColumnAttribute[],
    row: CompiledRow,
    tuple: EventTuple,
  ): Record<string, AttributeValue> {
    const attributes: Record<string, AttributeValue> = {}
    readColumns(columns, tuple, (name, value) => {
      attributes[name] = value
    })
    const failure = failureOf(row, tuple)
    return failure === undefined ? attributes : { ...attributes, 'error.type': failure }
  }

  function assemble(span: OpenSpan, endMs: number, outcome: SpanOutcome, errorType: string | undefined): AssembledSpan {
    const { opening, spec, tally } = span
    const attributes: Record<string, AttributeValue> = {}
    const said = new Map(span.attributes)
    const failed = outcome === SpanOutcome.failed || outcome === SpanOutcome.processExit
    completeAttributes({
      spec,
      tally,
      opening,
      outcome,
      errorType: failed
        ? scrubbed(errorType ?? (outcome === SpanOutcome.processExit ? PROCESS_EXIT : '_OTHER'))
        : undefined,
      toolOutputBytes: content.toolOutputBytes,
      set: (name, value) => said.set(name, clean(name, value)),
    })
    // In the order of the table, then the application's own, then the configured ones, which override nothing.
    for (const { name } of spec.attributes) {
      const value = said.get(name)
      if (value !== undefined) attributes[name] = value
    }
    let dropped = span.droppedAttributes
    let room = MAX_ATTRIBUTES - Object.keys(attributes).length
    for (const [name, value] of [...said, ...spanAttributes]) {
      if (Object.hasOwn(attributes, name)) continue
      if (room > 0) {
        attributes[name] = value
        room--
      } else dropped++
    }
    const label = scrubbed(opening.label)
    return {
      name: spanName(spec, label),
      isClient: spec.isClient,
      opening,
      traceState: stateOf(opening.origin.traceState),
      endMs: Math.max(endMs, opening.timeMs),
      attributes,
      events: span.events,
      links: opening.links.slice(0, MAX_LINKS),
      failed,
      statusMessage: failed ? messageOf(span) : undefined,
      droppedAttributes: dropped,
      droppedEvents: span.droppedEvents,
      droppedLinks: Math.max(0, opening.links.length - MAX_LINKS),
    }
  }

  const messageOf = ({ errorMessage }: OpenSpan): string | undefined =>
    errorMessage === undefined || content.errorText !== 'full' ? undefined : sanitizeText(errorMessage, scrubber).text

  function close(id: number): OpenSpan | undefined {
    const span = open.get(id)
    if (span === undefined) return undefined
    open.delete(id)
    byId.delete(keyOf(span.opening.traceId, span.opening.spanId))
    return span
  }

  function finish(span: OpenSpan | undefined, { timeMs, outcome, errorType }: SpanEnding): void {
    if (span === undefined) return
    sawAt(span, timeMs)
    if (outcome === SpanOutcome.discarded) countBelow(span, -1)
    else onSpan(assemble(span, timeMs, outcome, errorType))
  }

  const ownEvent = ({ timeMs, name, attributes }: SpanEventEntry): AssembledEvent => ({
    name: scrubbed(name),
    timeMs,
    attributes: Object.fromEntries(attributes.map(([key, value]) => [scrubbed(key), clean(key, value)])),
  })

  return {
    take(entry) {
      if (entry.type === 'open') return begin(entry)
      if (entry.type === 'end') return finish(close(entry.id), entry)
      if (entry.type === 'whole') return finish(made(entry.opening), entry.ending)
      const span = open.get(entry.id)
      if (span === undefined) return
      if (entry.type === 'facts') facts(span, entry.facts)
      else if (entry.type === 'event') addEvent(span, ownEvent(entry))
      else for (const [name, value] of entry.attributes) set(span, scrubbed(name), clean(name, value))
    },
    forget: id => void close(id),
    event,
    get openSpans() {
      return open.size
    },
    killedSpans: () =>
      [...open.values()]
        .filter(({ isParent, spec }) => spec.type === 'turn' || isParent)
        .map(span => assemble(span, span.lastMs, SpanOutcome.processExit, PROCESS_KILLED)),
  }
}

const keyOf = (traceId: readonly number[], spanId: readonly number[]): string => `${traceId.join()},${spanId.join()}`
