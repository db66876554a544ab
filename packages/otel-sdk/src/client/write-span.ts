import {
  ENTRY_HEADER_BYTES,
  EntryPart,
  type EventChunk,
  OPENING_BYTES,
  OPENING_FIELDS,
  OpeningBit,
  OpeningPart,
} from '../protocol/event-chunk.ts'
import { SPAN_ROW, type SpanOutcome, SpanSaying } from '../protocol/span-tuple.ts'
import type { OpenSpan } from './spans/open-span.ts'
import { alignEntry, entryBound, NO_ROOM, writeField } from './write-entry.ts'

/** What the opening of a span takes at most, and its end with it. */
export const openingBound = ({ label, links }: OpenSpan, errorType: string | undefined): number =>
  OPENING_BYTES + entryBound([label, errorType, ...links.map(wordsOfLink)], 0)

/** What the end of a span takes at most. */
export const endingBound = (errorType: string | undefined): number => entryBound([errorType], 0)

/** Writes what opens a span; `origin` is the number of the description of what it has in common with others. Returns where it ends, or `NO_ROOM`. */
export function writeOpening(to: EventChunk, start: number, span: OpenSpan, origin: number): number {
  return writeOpeningAs(SpanSaying.open, to, start, span, origin, undefined)
}

/** The same for a span that ends already and is exported. */
export function writeWhole(
  to: EventChunk,
  start: number,
  span: OpenSpan,
  origin: number,
  timeMs: number,
  outcome: SpanOutcome,
  errorType: string | undefined,
): number {
  const end = writeOpeningAs(SpanSaying.whole, to, start, span, origin, errorType)
  if (end === NO_ROOM) return NO_ROOM
  to.words[(start >> 2) + EntryPart.outcome] = outcome
  to.doubles[(start >> 3) + OpeningPart.endTime] = timeMs
  return end
}

function writeOpeningAs(
  saying: SpanSaying,
  to: EventChunk,
  start: number,
  span: OpenSpan,
  origin: number,
  errorType: string | undefined,
): number {
  const { links, parent, trace } = span
  let at = writeField(to, start + ENTRY_HEADER_BYTES + OPENING_BYTES, span.label)
  if (at === NO_ROOM) return NO_ROOM
  at = writeField(to, at, errorType)
  for (let i = 0; i < links.length && at !== NO_ROOM; i++) at = writeField(to, at, wordsOfLink(links[i]))
  if (at === NO_ROOM) return NO_ROOM
  const end = alignEntry(at)
  const { doubles, words } = to
  const word = start >> 2
  words[word + EntryPart.bytes] = end - start
  words[word + EntryPart.row] = SPAN_ROW
  words[word + EntryPart.session] = saying
  words[word + EntryPart.fields] = OPENING_FIELDS + links.length
  words[word + EntryPart.span] = span.number
  doubles[(start >> 3) + EntryPart.time] = trace.offsetMs + span.startedAt
  const { flags, id, remoteParent } = trace
  let what = span.kind | (flags << OpeningBit.flags)
  if (parent !== undefined) {
    what |= 1 << OpeningBit.hasParent
    words[word + OpeningPart.parentSpanId] = parent.idHigh
    words[word + OpeningPart.parentSpanId + 1] = parent.idLow
  } else if (remoteParent !== undefined) {
    what |= (1 << OpeningBit.hasParent) | (1 << OpeningBit.parentRemote)
    words[word + OpeningPart.parentSpanId] = remoteParent[0]
    words[word + OpeningPart.parentSpanId + 1] = remoteParent[1]
  }
  words[word + OpeningPart.what] = what
  words[word + OpeningPart.traceId] = id[0]
  words[word + OpeningPart.traceId + 1] = id[1]
  words[word + OpeningPart.traceId + 2] = id[2]
  words[word + OpeningPart.traceId + 3] = id[3]
  words[word + OpeningPart.spanId] = span.idHigh
  words[word + OpeningPart.spanId + 1] = span.idLow
  words[word + OpeningPart.origin] = origin
  return end
}

/** Writes the end of a span that was opened. */
export function writeEnding(
  to: EventChunk,
  start: number,
  span: OpenSpan,
  timeMs: number,
  outcome: SpanOutcome,
  errorType: string | undefined,
  isExported: boolean,
): number {
  const at = writeField(to, start + ENTRY_HEADER_BYTES, errorType)
  if (at === NO_ROOM) return NO_ROOM
  const end = alignEntry(at)
  const word = start >> 2
  const { doubles, words } = to
  words[word + EntryPart.bytes] = end - start
  words[word + EntryPart.row] = SPAN_ROW
  words[word + EntryPart.session] = isExported ? SpanSaying.exportedEnd : SpanSaying.end
  words[word + EntryPart.fields] = 1
  words[word + EntryPart.span] = span.number
  words[word + EntryPart.outcome] = outcome
  doubles[(start >> 3) + EntryPart.time] = timeMs
  return end
}

const wordsOfLink = (link: OpenSpan['links'][number] | undefined): number[] =>
  link === undefined ? [] : [...link.traceId, ...link.spanId, link.flags, link.remote ? 1 : 0]
