import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { type BySignal, bySignal } from '../catalogue/signals.ts'
import {
  CHUNK_BYTES,
  ChunkWord,
  countRecords,
  countReplayable,
  DESCRIPTION,
  ENTRY_ALIGNMENT,
  type EventChunk,
  FIRST_ENTRY,
  isSettled,
  openChunk,
} from '../protocol/event-chunk.ts'
import { type EventTuple, FIRST_FIELD, NO_SPAN, rowOf, slotOf, spanOf, timeOf } from '../protocol/event-tuple.ts'
import { SPAN_ROW, type SpanOrigin, type SpanOutcome } from '../protocol/span-tuple.ts'
import { DescribedOnce, describe } from './described-once.ts'
import type { OpenSpan } from './spans/open-span.ts'
import { entryBound, NO_ROOM, writeEntry } from './write-entry.ts'
import { endingBound, openingBound, writeEnding, writeOpening, writeWhole } from './write-span.ts'

type ChunkBuffer = SharedArrayBuffer | ArrayBuffer

/** Writes events, and what is said of spans, into chunks of memory that the worker reads. */
export interface EventWriter {
  /** Where the events end that are in the chunk that the worker has. */
  readonly position: number
  /** Whether the worker does not see everything that is written, because there is no memory to share. */
  readonly pending: boolean
  /**
   * Writes an event of a session, and of a span where it is of one; returns how many bytes it takes, or 0 where there is no
   * memory for it. In each chunk a span is opened before the first entry that names it, so that a chunk is understood without
   * the one before it.
   */
  write(event: EventTuple, session: SessionAttributes, span?: OpenSpan | null): number
  /** The same for what opens a span. */
  openSpan(span: OpenSpan): number
  /** The same for what else is said of a span. */
  say(said: EventTuple, span: OpenSpan): number
  /** The same for the end of a span, which is in one entry with its opening where nothing has named it. */
  endSpan(
    span: OpenSpan,
    timeMs: number,
    outcome: SpanOutcome,
    errorType: string | undefined,
    isExported: boolean,
  ): number
  /** Hands over what the worker does not see yet, and gives memory back. */
  handOver(): void
  /** The records that a new worker can still get: all that its predecessor has not journaled, but the one that it died of. */
  replayable(): BySignal<number>
  /** Has a new worker read them, and returns their bytes. */
  replay(): number
}

export interface EventWriterOptions {
  /** The worker continues with this chunk once it has read the events of the one before up to `eventsTo`. */
  onChunk(buffer: ChunkBuffer, eventsTo: number): void
  /** Makes memory that both threads see. Default: a `SharedArrayBuffer`. */
  allocate?: ((bytes: number) => SharedArrayBuffer) | undefined
}

/** Chunks that are kept to be written anew; those of a burst are given back. */
const MAX_SPARE = 2
/** Positions have 31 bits, and no event is nearly as large. */
const MAX_CHUNK_BYTES = 2 ** 30

export function createEventWriter(options: EventWriterOptions): EventWriter {
  const { onChunk, allocate = bytes => new SharedArrayBuffer(bytes) } = options
  let chunk: EventChunk | undefined
  let isShared = true
  let position = 0
  /** Where the events end in the chunk that the worker has, when that is not the current one. */
  let before = 0
  /** Shared chunks before the current one of which not everything is known to be journaled. */
  const filled: EventChunk[] = []
  const spare: EventChunk[] = []
  /** The chunk that was the current one when a new worker began: it may be settled before that worker has read it. */
  let replayed: EventChunk | undefined
  const described = new DescribedOnce()
  let lastSession: SessionAttributes | undefined
  let lastNumber = 0
  /** The same of what spans have in common. */
  let lastOrigin: SpanOrigin | undefined
  let lastOriginNumber = 0
  let chunkNumber = 0

  /** Takes chunks back that the worker needs no more. */
  function recycle(): void {
    for (let first = filled[0]; first !== undefined && isSettled(first); first = filled[0]) {
      filled.shift()
      const isUsable = first.bytes.length === CHUNK_BYTES && first !== replayed
      if (isUsable && spare.length < MAX_SPARE) spare.push(first)
    }
  }

  function make(size: number): [EventChunk, shared: boolean] | undefined {
    const reused = size === CHUNK_BYTES ? spare.pop() : undefined
    if (reused !== undefined) return [reused, true]
    try {
      return [openChunk(allocate(size)), true]
    } catch {
      try {
        return [openChunk(new ArrayBuffer(size)), false]
      } catch {
        return undefined
      }
    }
  }

  function begin(at: EventChunk): void {
    chunk = at
    position = FIRST_ENTRY
    Atomics.store(at.words, ChunkWord.written, position)
    Atomics.store(at.words, ChunkWord.settled, position)
    Atomics.store(at.words, ChunkWord.reading, 0)
    described.beginChunk()
    chunkNumber++
    lastSession = undefined
    lastOrigin = undefined
  }

  /** Makes a chunk current that has room for so many bytes. */
  function open(bytes: number): EventChunk | undefined {
    handOver()
    const size = Math.ceil((FIRST_ENTRY + bytes) / ENTRY_ALIGNMENT) * ENTRY_ALIGNMENT
    const made = size > MAX_CHUNK_BYTES ? undefined : make(Math.max(CHUNK_BYTES, size))
    if (made === undefined) return undefined
    if (isShared) {
      if (chunk !== undefined) filled.push(chunk)
      before = position
    }
    begin(made[0])
    isShared = made[1]
    if (isShared) onChunk(made[0].buffer, before)
    return chunk
  }

  function handOver(): void {
    recycle()
    if (isShared || chunk === undefined || position === FIRST_ENTRY) return
    onChunk((chunk.buffer as ArrayBuffer).slice(0, position), before)
    before = 0
    begin(chunk)
  }

  /** Makes what is written up to there visible. */
  function publish(to: EventChunk, end: number): void {
    position = end
    Atomics.store(to.words, ChunkWord.written, end)
  }

  /** The number of what the current chunk describes, or is made to describe; `NO_ROOM` where there is none for that. */
  function numberOf(to: EventChunk, row: number, one: SessionAttributes | SpanOrigin): number {
    const number = described.numberOf(one)
    if (described.isHere(one)) return number
    const end = writeEntry(to, position, row, number, DESCRIPTION, 0, NO_SPAN, describe(one), 0)
    if (end === NO_ROOM) return NO_ROOM
    described.add(one)
    publish(to, end)
    return number
  }

  function knowsOrigin(to: EventChunk, origin: SpanOrigin): boolean {
    if (origin === lastOrigin) return true
    const number = numberOf(to, SPAN_ROW, origin)
    if (number === NO_ROOM) return false
    lastOrigin = origin
    lastOriginNumber = number
    return true
  }

  /** Has the current chunk open a span, where it does not yet; `false` where there is no room for that. */
  function opens(to: EventChunk, span: OpenSpan): boolean {
    // Most entries are of a span that the one before is of.
    if (span.openedIn === chunkNumber) return true
    if (!knowsOrigin(to, span.origin)) return false
    const end = writeOpening(to, position, span, lastOriginNumber)
    if (end === NO_ROOM) return false
    publish(to, end)
    span.openedIn = chunkNumber
    return true
  }

  /** Writes an entry into the current chunk, behind what is said of its session and its span where that is new there; `false` where there is no room. */
  function append(to: EventChunk, event: EventTuple, slot: number): boolean {
    const fields = event.length - FIRST_FIELD
    const end = writeEntry(to, position, rowOf(event), slot, fields, timeOf(event), spanOf(event), event, FIRST_FIELD)
    if (end === NO_ROOM) return false
    publish(to, end)
    return true
  }

  function appendEvent(
    to: EventChunk,
    event: EventTuple,
    session: SessionAttributes,
    span: OpenSpan | null | undefined,
  ): boolean {
    if (span !== null && span !== undefined && span.openedIn !== chunkNumber && !opens(to, span)) return false
    if (session !== lastSession) {
      const number = numberOf(to, 0, session)
      if (number === NO_ROOM) return false
      lastSession = session
      lastNumber = number
    }
    return append(to, event, lastNumber)
  }

  function appendEnd(
    to: EventChunk,
    span: OpenSpan,
    timeMs: number,
    outcome: SpanOutcome,
    errorType: string | undefined,
    isExported: boolean,
  ): boolean {
    let end: number
    if (span.openedIn === 0) {
      if (!knowsOrigin(to, span.origin)) return false
      end = writeWhole(to, position, span, lastOriginNumber, timeMs, outcome, errorType)
    } else {
      if (!opens(to, span)) return false
      end = writeEnding(to, position, span, timeMs, outcome, errorType, isExported)
    }
    if (end === NO_ROOM) return false
    publish(to, end)
    return true
  }

  /** What the opening of a span may take. */
  const boundOf = (span: OpenSpan, errorType?: string): number =>
    openingBound(span, errorType) + entryBound(describe(span.origin), 0)

  /** Writes an event that the current chunk has no room for. */
  function writeAnew(event: EventTuple, session: SessionAttributes, span: OpenSpan | null | undefined): number {
    const ofSpan = span === null || span === undefined ? 0 : boundOf(span)
    const next = open(entryBound(event, FIRST_FIELD) + entryBound(describe(session), 0) + ofSpan)
    return next !== undefined && appendEvent(next, event, session, span) ? position - FIRST_ENTRY : 0
  }

  /** The chunks that the worker has not journaled all of, and the one that it has. */
  const current = (): EventChunk[] => (chunk === undefined || !isShared ? [...filled] : [...filled, chunk])
  /** The records that no worker has got yet. */
  const held = (): BySignal<number> | undefined =>
    chunk === undefined || isShared ? undefined : countRecords(chunk, FIRST_ENTRY)

  return {
    get position() {
      return isShared ? position : before
    },
    get pending() {
      return !isShared && position > FIRST_ENTRY
    },
    write(event, session, span) {
      const from = position
      if (chunk !== undefined && appendEvent(chunk, event, session, span)) return position - from
      return writeAnew(event, session, span)
    },
    openSpan(span) {
      const from = position
      if (chunk !== undefined && opens(chunk, span)) return position - from
      const next = open(boundOf(span))
      return next !== undefined && opens(next, span) ? position - FIRST_ENTRY : 0
    },
    say(said, span) {
      const from = position
      if (chunk !== undefined && opens(chunk, span) && append(chunk, said, slotOf(said))) return position - from
      const next = open(entryBound(said, FIRST_FIELD) + boundOf(span))
      return next !== undefined && opens(next, span) && append(next, said, slotOf(said)) ? position - FIRST_ENTRY : 0
    },
    endSpan(span, timeMs, outcome, errorType, isExported) {
      const from = position
      if (chunk !== undefined && appendEnd(chunk, span, timeMs, outcome, errorType, isExported)) return position - from
      const next = open(endingBound(errorType) + boundOf(span, errorType))
      const isWritten = next !== undefined && appendEnd(next, span, timeMs, outcome, errorType, isExported)
      return isWritten ? position - FIRST_ENTRY : 0
    },
    handOver,
    replayable() {
      const counts = [...current().map(countReplayable), held()]
      return bySignal(signal => counts.reduce((sum, count) => sum + (count?.[signal] ?? 0), 0))
    },
    replay() {
      recycle()
      replayed = chunk
      let eventsTo = 0
      let bytes = held() === undefined ? 0 : position - FIRST_ENTRY
      for (const { buffer, words } of current()) {
        onChunk(buffer, eventsTo)
        eventsTo = Atomics.load(words, ChunkWord.written)
        bytes += eventsTo - Atomics.load(words, ChunkWord.settled)
      }
      if (!isShared) before = eventsTo
      return bytes
    },
  }
}
