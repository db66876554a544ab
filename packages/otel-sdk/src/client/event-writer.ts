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
  MAX_SESSIONS,
  openChunk,
} from '../protocol/event-chunk.ts'
import { type EventTuple, FIRST_FIELD, NO_SPAN, rowOf, slotOf, spanOf, timeOf } from '../protocol/event-tuple.ts'
import { endsSpan, opensSpan } from '../protocol/span-tuple.ts'
import { entryBound, NO_ROOM, writeEntry } from './write-entry.ts'

type ChunkBuffer = SharedArrayBuffer | ArrayBuffer

/** Writes events, and what is said of spans, into chunks of memory that the worker reads. */
export interface EventWriter {
  /** Where the events end that are in the chunk that the worker has. */
  readonly position: number
  /** Whether the worker does not see everything that is written, because there is no memory to share. */
  readonly pending: boolean
  /**
   * Writes an event of a session, or what is said of a span; returns how many bytes it takes, or 0 where there is no memory
   * for it. In each chunk a span is opened before the first entry that names it, so that a chunk is understood without the one
   * before it.
   */
  write(event: EventTuple, session: SessionAttributes | undefined): number
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
  const numbers = new WeakMap<SessionAttributes, number>()
  let sessions = 0
  /** Sessions that the current chunk describes. */
  const described = new Set<SessionAttributes>()
  let lastSession: SessionAttributes | undefined
  let lastNumber = 0
  /** What opened the spans that are open, by their numbers, and the number of the last chunk that has it. */
  const openings = new Map<number, { tuple: EventTuple; chunk: number }>()
  let chunkNumber = 0
  let lastSpan = NO_SPAN

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
    described.clear()
    chunkNumber++
    lastSpan = NO_SPAN
    lastSession = undefined
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

  /** What opens the span of an event, where that is not said in the current chunk. */
  function missingOpening(event: EventTuple): EventTuple | undefined {
    const span = spanOf(event)
    // Most events are of the span of the one before.
    if (span === NO_SPAN || span === lastSpan) return undefined
    lastSpan = span
    const opening = openings.get(span)
    if (opening === undefined || opening.chunk === chunkNumber || opening.tuple === event) return undefined
    return opening.tuple
  }

  /** Makes what is written up to there visible. */
  function publish(to: EventChunk, end: number): void {
    position = end
    Atomics.store(to.words, ChunkWord.written, end)
  }

  /** Writes what is said of a span. */
  function appendOfSpan(to: EventChunk, tuple: EventTuple): number {
    const fields = tuple.length - FIRST_FIELD
    const end = writeEntry(
      to,
      position,
      rowOf(tuple),
      slotOf(tuple),
      fields,
      timeOf(tuple),
      spanOf(tuple),
      tuple,
      FIRST_FIELD,
    )
    if (end === NO_ROOM) return NO_ROOM
    publish(to, end)
    if (opensSpan(rowOf(tuple), slotOf(tuple))) {
      const opening = openings.get(spanOf(tuple))
      if (opening !== undefined) opening.chunk = chunkNumber
    }
    return end
  }

  /** Writes an event into the current chunk, behind what is said of its session and its span where that is new there; returns where it ends. */
  function append(to: EventChunk, event: EventTuple, session: SessionAttributes | undefined): number {
    const opening = missingOpening(event)
    if (opening !== undefined && appendOfSpan(to, opening) === NO_ROOM) return NO_ROOM
    if (session === undefined) return appendOfSpan(to, event)
    let at = position
    if (session !== lastSession) {
      const number = numbers.get(session) ?? ++sessions
      numbers.set(session, number)
      if (!described.has(session)) {
        at = writeEntry(to, at, 0, number, DESCRIPTION, 0, NO_SPAN, descriptionOf(session), 0)
        if (at === NO_ROOM) return NO_ROOM
        if (described.size === MAX_SESSIONS) described.clear()
        described.add(session)
      }
      lastSession = session
      lastNumber = number
      publish(to, at)
    }
    const fields = event.length - FIRST_FIELD
    const end = writeEntry(to, at, rowOf(event), lastNumber, fields, timeOf(event), spanOf(event), event, FIRST_FIELD)
    if (end === NO_ROOM) return NO_ROOM
    publish(to, end)
    return end
  }

  /** What may be written at once: an event, its session's description and its span's opening. */
  const bound = (event: EventTuple, session: SessionAttributes | undefined): number =>
    entryBound(event, FIRST_FIELD) +
    (session === undefined ? 0 : entryBound(descriptionOf(session), 0)) +
    entryBound(openings.get(spanOf(event))?.tuple ?? [], 0)

  function write(event: EventTuple, session: SessionAttributes | undefined): number {
    const from = position
    const end = chunk === undefined ? NO_ROOM : append(chunk, event, session)
    if (end !== NO_ROOM) return end - from
    const next = open(bound(event, session))
    return next === undefined ? 0 : append(next, event, session) - FIRST_ENTRY
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
    write(event, session) {
      if (session !== undefined) return write(event, session)
      const row = rowOf(event)
      if (opensSpan(row, slotOf(event))) openings.set(spanOf(event), { tuple: event, chunk: 0 })
      const bytes = write(event, undefined)
      if (endsSpan(row, slotOf(event))) openings.delete(spanOf(event))
      return bytes
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

/** The groups of attributes, each with its name, in lists. */
const descriptionOf = (session: SessionAttributes): readonly unknown[] => [
  Object.entries(session).flatMap(([group, attributes]) => [group, Object.entries(attributes as object).flat()]),
]
