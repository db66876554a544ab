import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import {
  CHUNK_BYTES,
  ChunkWord,
  countEvents,
  countReplayable,
  DESCRIPTION,
  ENTRY_ALIGNMENT,
  ENTRY_HEADER_BYTES,
  EntryPart,
  type EventChunk,
  FIRST_ENTRY,
  FieldTag,
  isSettled,
  MAX_SESSIONS,
  openChunk,
} from '../protocol/event-chunk.ts'
import { type EventTuple, FIRST_FIELD, rowOf, timeOf } from '../protocol/event-tuple.ts'

type ChunkBuffer = SharedArrayBuffer | ArrayBuffer

/** Writes events into chunks of memory that the worker reads. */
export interface EventWriter {
  /** Where the events end that are in the chunk that the worker has. */
  readonly position: number
  /** Whether the worker does not see everything that is written, because there is no memory to share. */
  readonly pending: boolean
  /** Writes an event; returns how many bytes it takes, or 0 where there is no memory for it. */
  write(event: EventTuple, session: SessionAttributes): number
  /** Hands over what the worker does not see yet, and gives memory back. */
  handOver(): void
  /** The events that a new worker can still get: all that its predecessor has not journaled, but the one that it died of. */
  replayable(): number
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
/** Of a field that is neither text nor list: a tag and eight bytes. */
const FIELD_BYTES = 9
/** Of a text or a list, before what is in it. */
const LENGTH_BYTES = 5
/** Below this, going through a text here is cheaper than calling what does it at once. */
const SHORT_UNITS = 24
/** In place of where an entry ends. */
const NO_ROOM = -1

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
  const numbers = new WeakMap<SessionAttributes, number>()
  let sessions = 0
  /** Sessions that the current chunk describes. */
  const described = new Set<SessionAttributes>()
  let lastSession: SessionAttributes | undefined
  let lastNumber = 0

  /** Takes chunks back that the worker needs no more. */
  function recycle(): void {
    for (let first = filled[0]; first !== undefined && isSettled(first); first = filled[0]) {
      filled.shift()
      if (spare.length < MAX_SPARE && first.bytes.length === CHUNK_BYTES) spare.push(first)
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

  /** Writes an event into the current chunk, behind what is said of its session where that is new there; returns where it ends. */
  function append(to: EventChunk, event: EventTuple, session: SessionAttributes): number {
    let at = position
    if (session !== lastSession) {
      const number = numbers.get(session) ?? ++sessions
      numbers.set(session, number)
      if (!described.has(session)) {
        at = writeEntry(to, at, 0, number, DESCRIPTION, 0, descriptionOf(session), 0)
        if (at === NO_ROOM) return NO_ROOM
        if (described.size === MAX_SESSIONS) described.clear()
        described.add(session)
      }
      lastSession = session
      lastNumber = number
      position = at
      Atomics.store(to.words, ChunkWord.written, at)
    }
    const fields = event.length - FIRST_FIELD
    const end = writeEntry(to, at, rowOf(event), lastNumber, fields, timeOf(event), event, FIRST_FIELD)
    if (end === NO_ROOM) return NO_ROOM
    position = end
    Atomics.store(to.words, ChunkWord.written, end)
    return end
  }

  /** The chunks that the worker has not journaled all of, and the one that it has. */
  const current = (): EventChunk[] => (chunk === undefined || !isShared ? [...filled] : [...filled, chunk])
  /** The events that no worker has got yet. */
  const held = (): number => (chunk === undefined || isShared ? 0 : countEvents(chunk, FIRST_ENTRY))

  return {
    get position() {
      return isShared ? position : before
    },
    get pending() {
      return !isShared && position > FIRST_ENTRY
    },
    write(event, session) {
      const from = position
      const end = chunk === undefined ? NO_ROOM : append(chunk, event, session)
      if (end !== NO_ROOM) return end - from
      const next = open(entryBound(event, FIRST_FIELD) + entryBound(descriptionOf(session), 0))
      return next === undefined ? 0 : append(next, event, session) - FIRST_ENTRY
    },
    handOver,
    replayable: () => current().reduce((sum, one) => sum + countReplayable(one), 0) + held(),
    replay() {
      let eventsTo = 0
      let bytes = held() === 0 ? 0 : position - FIRST_ENTRY
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

/** What an entry takes at most that has the fields in `values` from `first` on. */
function entryBound(values: readonly unknown[], first: number): number {
  let bytes = ENTRY_HEADER_BYTES + ENTRY_ALIGNMENT
  for (let i = first; i < values.length; i++) bytes += fieldBound(values[i])
  return bytes
}

function fieldBound(value: unknown): number {
  if (typeof value === 'string') return LENGTH_BYTES + 2 * value.length
  return Array.isArray(value) ? LENGTH_BYTES + entryBound(value, 0) : FIELD_BYTES
}

/** Writes an entry; returns where it ends, or `NO_ROOM`. */
function writeEntry(
  to: EventChunk,
  start: number,
  row: number,
  session: number,
  fields: number,
  timeMs: number,
  values: readonly unknown[],
  first: number,
): number {
  const room = to.bytes.length - FIELD_BYTES
  let at = start + ENTRY_HEADER_BYTES
  if (at > to.bytes.length) return NO_ROOM
  for (let i = first; i < values.length; i++) {
    if (at > room) return NO_ROOM
    at = writeField(to, at, values[i])
    if (at === NO_ROOM) return NO_ROOM
  }
  const end = (at + ENTRY_ALIGNMENT - 1) & -ENTRY_ALIGNMENT
  const word = start >> 2
  to.words[word + EntryPart.bytes] = end - start
  to.words[word + EntryPart.row] = row
  to.words[word + EntryPart.session] = session
  to.words[word + EntryPart.fields] = fields
  to.doubles[(start >> 3) + EntryPart.time] = timeMs
  return end
}

/** Writes a field at a place where there are `FIELD_BYTES`; returns where it ends, or `NO_ROOM`. */
function writeField(to: EventChunk, start: number, value: unknown): number {
  const { bytes, view } = to
  switch (typeof value) {
    case 'string':
      return writeText(to, start, value)
    case 'number':
      if (Object.is(value >>> 0, value)) {
        bytes[start] = FieldTag.uint32
        view.setUint32(start + 1, value, true)
        return start + 5
      }
      bytes[start] = FieldTag.number
      view.setFloat64(start + 1, value, true)
      return start + FIELD_BYTES
    case 'boolean':
      bytes[start] = value ? FieldTag.true : FieldTag.false
      return start + 1
    default: {
      if (!Array.isArray(value)) {
        bytes[start] = FieldTag.absent
        return start + 1
      }
      bytes[start] = FieldTag.list
      view.setUint32(start + 1, value.length, true)
      let at = start + LENGTH_BYTES
      for (const item of value) {
        if (at > bytes.length - FIELD_BYTES) return NO_ROOM
        at = writeField(to, at, item)
        if (at === NO_ROOM) return NO_ROOM
      }
      return at
    }
  }
}

function writeText({ bytes, view }: EventChunk, start: number, text: string): number {
  const { length } = text
  const at = start + LENGTH_BYTES
  if (at + 2 * length > bytes.length) return NO_ROOM
  let isAscii: boolean
  if (length <= SHORT_UNITS) {
    let all = 0
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      all |= unit
      bytes[at + i] = unit
    }
    isAscii = all < 0x80
  } else {
    // Twice as much room: a text that has other characters takes more bytes than it has units, or all of the room.
    isAscii = bytes.write(text, at, 2 * length, 'utf8') === length
  }
  if (!isAscii) bytes.write(text, at, 2 * length, 'utf16le')
  const size = isAscii ? length : 2 * length
  bytes[start] = isAscii ? FieldTag.ascii : FieldTag.utf16
  view.setUint32(start + 1, size, true)
  return at + size
}
