import type { Buffer } from 'node:buffer'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import {
  ChunkWord,
  DESCRIPTION,
  ENTRY_HEADER_BYTES,
  EntryPart,
  type EventChunk,
  FIRST_ENTRY,
  FieldTag,
  OPENING_BYTES,
  openChunk,
} from '../protocol/event-chunk.ts'
import { type EventTuple, openTuple, setSlot, setSpan } from '../protocol/event-tuple.ts'
import { endsSpan, hasOpening, isSpanRow, opensSpan, type SpanEntry } from '../protocol/span-tuple.ts'
import type { EventEntry } from './event-entry.ts'
import { SpanReader } from './span-reader.ts'

/** Reads the events that the application's thread writes, in order and where they are. */
export class EventReader implements EventEntry {
  isDescription = false
  size = 0
  row = 0
  session = 0
  timeMs = 0
  span = 0
  isSettled = false
  present = 0
  readonly tags: number[] = []
  readonly starts: number[] = []
  readonly ends: number[] = []
  private chunk: EventChunk | undefined
  private readonly spans = new SpanReader()
  /** Where the entry begins. */
  private start = 0
  private fields = 0
  private cursor = 0
  private position = 0
  /** Up to where this chunk is settled. */
  private settled = 0
  /** Chunks of which everything was read, and not everything is journaled. */
  private read: EventChunk[] = []
  /** Events that end here or before were read by an earlier worker. */
  private from = 0
  /** The entry that an earlier worker died of. */
  private skipped = 0
  /** Bytes that were read since `takeBytesRead`, descriptions among them, without those that an earlier worker has had. */
  bytesRead = 0

  get bytes(): Buffer {
    return (this.chunk as EventChunk).bytes
  }

  /** The end of what is written. */
  get written(): number {
    return this.chunk === undefined ? 0 : Atomics.load(this.chunk.words, ChunkWord.written)
  }

  /** Bytes that are written and not read. */
  get unread(): number {
    return this.written - this.position
  }

  /** Goes on with this chunk; the one before was read to its end. */
  open(buffer: SharedArrayBuffer | ArrayBuffer): void {
    // One that is settled to its end may be written anew already.
    if (this.chunk !== undefined && this.settled < this.position) this.read.push(this.chunk)
    this.chunk = openChunk(buffer)
    const { words } = this.chunk
    this.from = Atomics.load(words, ChunkWord.settled)
    this.skipped = Atomics.load(words, ChunkWord.reading)
    this.position = FIRST_ENTRY
    this.settled = FIRST_ENTRY
  }

  /** Goes to the next entry; `false` where there is none before `upTo`. */
  next(upTo: number): boolean {
    const { chunk } = this
    if (chunk === undefined) return false
    const { words } = chunk
    while (this.position < upTo) {
      const start = this.position
      const word = start >> 2
      this.size = words[word + EntryPart.bytes] as number
      this.position += this.size
      this.isDescription = words[word + EntryPart.fields] === DESCRIPTION
      this.isSettled = start < this.from
      if (!this.isSettled) this.bytesRead += this.size
      // An earlier worker has had it, or has died of it; what sessions are and which spans are open is news to this one.
      if (!this.isDescription && (start === this.skipped || (this.isSettled && !opensOrEndsSpan(words, word)))) continue
      words[ChunkWord.reading] = this.isDescription ? 0 : start
      this.enter(chunk, start)
      if (!this.isDescription || !isSpanRow(this.row)) return true
      this.spans.describe(this.session, pairs(this.value(0) as unknown[]))
    }
    words[ChunkWord.reading] = 0
    return false
  }

  /** The bytes that were read since the last call. */
  takeBytesRead(): number {
    const { bytesRead } = this
    this.bytesRead = 0
    return bytesRead
  }

  /** Everything that was read is journaled. */
  settle(): void {
    for (const { words } of this.read) Atomics.store(words, ChunkWord.settled, Atomics.load(words, ChunkWord.written))
    this.read = []
    // Once it is settled to its end, the chunk belongs to its writer.
    if (this.chunk === undefined || this.settled === this.position) return
    this.settled = this.position
    const { words } = this.chunk
    Atomics.store(words, ChunkWord.settled, Math.max(this.position, this.from))
  }

  value(field: number): unknown {
    const tag = this.tags[field] as number
    if (tag === FieldTag.uint32) return (this.chunk as EventChunk).view.getUint32(this.starts[field] as number, true)
    this.cursor = (this.starts[field] as number) - (hasLength(tag) ? 5 : 1)
    return this.take()
  }

  tuple(): EventTuple {
    const tuple = openTuple(this.row, this.timeMs)
    setSlot(tuple, this.session)
    setSpan(tuple, this.span)
    for (let field = 0; field < this.fields; field++) tuple.push(this.value(field))
    return tuple
  }

  attributes(): SessionAttributes {
    const groups = this.value(0) as unknown[]
    return Object.fromEntries(
      pairs(groups).map(([name, attributes]) => [name, Object.fromEntries(pairs(attributes as unknown[]))]),
    ) as unknown as SessionAttributes
  }

  said(): SpanEntry {
    return this.spans.read(this, this.chunk as EventChunk, this.start)
  }

  /** Finds out where the fields of an entry are. */
  private enter({ words, doubles, bytes, view }: EventChunk, start: number): void {
    const word = start >> 2
    this.row = words[word + EntryPart.row] as number
    this.session = words[word + EntryPart.session] as number
    this.span = words[word + EntryPart.span] as number
    this.timeMs = doubles[(start >> 3) + EntryPart.time] as number
    this.fields = this.isDescription ? 1 : (words[word + EntryPart.fields] as number)
    this.start = start
    let at = start + ENTRY_HEADER_BYTES
    if (!this.isDescription && hasOpening(this.row, this.session)) at += OPENING_BYTES
    let present = 0
    for (let field = 0; field < this.fields; field++) {
      const tag = bytes[at++] as number
      this.tags[field] = tag
      if (tag !== FieldTag.absent) present |= 1 << field
      let length = WIDTHS[tag] as number
      if (hasLength(tag)) {
        length = view.getUint32(at, true)
        at += 4
      }
      this.starts[field] = at
      at = tag === FieldTag.list ? this.skip(at, length) : at + length
      this.ends[field] = at
    }
    this.present = present
  }

  /** Where so many fields end that begin at `at`. */
  private skip(at: number, fields: number): number {
    const { bytes, view } = this.chunk as EventChunk
    let end = at
    for (let field = 0; field < fields; field++) {
      const tag = bytes[end++] as number
      if (!hasLength(tag)) end += WIDTHS[tag] as number
      else {
        const length = view.getUint32(end, true)
        end = tag === FieldTag.list ? this.skip(end + 4, length) : end + 4 + length
      }
    }
    return end
  }

  /** The value of the field at the cursor, which goes behind it. */
  private take(): unknown {
    const { bytes, view } = this.chunk as EventChunk
    const tag = bytes[this.cursor++] as number
    if (!hasLength(tag)) {
      const at = this.cursor
      this.cursor += WIDTHS[tag] as number
      switch (tag) {
        case FieldTag.uint32:
          return view.getUint32(at, true)
        case FieldTag.number:
          return view.getFloat64(at, true)
        default:
          return tag === FieldTag.absent ? undefined : tag === FieldTag.true
      }
    }
    const length = view.getUint32(this.cursor, true)
    this.cursor += 4
    if (tag === FieldTag.list) return Array.from({ length }, () => this.take())
    const start = this.cursor
    this.cursor += length
    return bytes.toString(tag === FieldTag.ascii ? 'latin1' : 'utf16le', start, this.cursor)
  }
}

function opensOrEndsSpan(words: Int32Array, word: number): boolean {
  const row = words[word + EntryPart.row] as number
  const saying = words[word + EntryPart.session] as number
  return opensSpan(row, saying) || endsSpan(row, saying)
}

/** How many bytes follow a tag, by the tag; of those that a length follows, nothing. */
const WIDTHS: readonly number[] = [0, 0, 0, 4, 8]

const hasLength = (tag: number): boolean => tag >= FieldTag.ascii

const pairs = (list: readonly unknown[]): [string, unknown][] =>
  Array.from({ length: list.length >> 1 }, (_, i) => [list[2 * i] as string, list[2 * i + 1]])
