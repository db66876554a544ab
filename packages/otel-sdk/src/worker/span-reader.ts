import {
  EntryPart,
  type EventChunk,
  MAX_SESSIONS,
  OPENING_FIELDS,
  OpeningBit,
  OpeningPart,
} from '../protocol/event-chunk.ts'
import {
  readSpanTuple,
  type SpanEnding,
  type SpanEntry,
  type SpanIdWords,
  type SpanKind,
  type SpanLink,
  type SpanOpening,
  type SpanOrigin,
  type SpanOutcome,
  SpanSaying,
  type TraceIdWords,
} from '../protocol/span-tuple.ts'
import type { EventEntry } from './event-entry.ts'

/** Reads what entries say of spans. */
export class SpanReader {
  /** What spans have in common, by the numbers that openings name; the map keeps the order in which they were described. */
  private readonly origins: Map<number, SpanOrigin> = new Map()

  /** Takes what spans have in common. What was described last is remembered. */
  describe(number: number, origin: Iterable<readonly [string, unknown]>): void {
    const { origins } = this
    const known = origins.get(number) ?? (Object.fromEntries(origin) as unknown as SpanOrigin)
    origins.delete(number)
    origins.set(number, known)
    if (origins.size <= MAX_SESSIONS) return
    const [oldest] = origins.keys()
    if (oldest !== undefined) origins.delete(oldest)
  }

  /** What the entry says that begins at `start`. */
  read(entry: EventEntry, chunk: EventChunk, start: number): SpanEntry {
    switch (entry.session) {
      case SpanSaying.open:
        return this.opening(entry, chunk, start)
      case SpanSaying.whole: {
        const opening = this.opening(entry, chunk, start)
        const timeMs = chunk.doubles[(start >> 3) + OpeningPart.endTime] as number
        return { type: 'whole', id: entry.span, opening, ending: ending(entry, chunk, start, timeMs, 1) }
      }
      case SpanSaying.end:
      case SpanSaying.exportedEnd:
        return ending(entry, chunk, start, entry.timeMs, 0)
      default:
        return readSpanTuple(entry.tuple())
    }
  }

  private opening(entry: EventEntry, { words }: EventChunk, start: number): SpanOpening {
    const from = start >> 2
    const word = (part: number): number => (words[from + part] as number) >>> 0
    const what = word(OpeningPart.what)
    const id = OpeningPart.traceId
    const hasParent = ((what >> OpeningBit.hasParent) & 1) === 1
    return {
      type: 'open',
      id: entry.span,
      timeMs: entry.timeMs,
      kind: (what & 0xff) as SpanKind,
      traceId: [word(id), word(id + 1), word(id + 2), word(id + 3)],
      spanId: [word(OpeningPart.spanId), word(OpeningPart.spanId + 1)],
      parentSpanId: hasParent ? [word(OpeningPart.parentSpanId), word(OpeningPart.parentSpanId + 1)] : undefined,
      parentRemote: ((what >> OpeningBit.parentRemote) & 1) === 1,
      flags: what >>> OpeningBit.flags,
      label: entry.value(0) as string,
      origin: this.origins.get(word(OpeningPart.origin)) as SpanOrigin,
      links: readLinks(entry, (words[from + EntryPart.fields] as number) - OPENING_FIELDS),
    }
  }
}

const NO_LINKS: readonly SpanLink[] = []

const readLinks = (entry: EventEntry, count: number): readonly SpanLink[] =>
  count === 0
    ? NO_LINKS
    : Array.from({ length: count }, (_, i) => readLink(entry.value(OPENING_FIELDS + i) as readonly number[]))

const readLink = (words: readonly number[]): SpanLink => ({
  traceId: words.slice(0, 4) as unknown as TraceIdWords,
  spanId: words.slice(4, 6) as unknown as SpanIdWords,
  flags: words[6] as number,
  remote: words[7] === 1,
})

const ending = (
  entry: EventEntry,
  { words }: EventChunk,
  start: number,
  timeMs: number,
  field: number,
): SpanEnding => ({
  type: 'end',
  id: entry.span,
  timeMs,
  outcome: words[(start >> 2) + EntryPart.outcome] as SpanOutcome,
  errorType: entry.value(field) as string | undefined,
})
