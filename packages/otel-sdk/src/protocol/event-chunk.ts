import { Buffer } from 'node:buffer'
import { type BySignal, bySignal } from '../catalogue/signals.ts'
import { endsExportedSpan, isSpanRow } from './span-tuple.ts'

/**
 * The memory that events cross the threads in. It comes in chunks: the application's thread writes one entry behind the other,
 * the worker reads them where they are, and a chunk of which everything is journaled is written anew from its beginning.
 * The threads share a chunk; where there is no shared memory, one is copied to the worker when it has something in it.
 *
 * An entry is an event or describes a session, and begins at a multiple of 8:
 *
 *     | 32 bits: its bytes | row of the event | number of the session | how many fields | 64 bits: time | 32 bits: span | outcome | fields |
 *
 * `DESCRIPTION` in place of the number of fields makes it the description of the session, in one field: a list of the names
 * of groups of attributes and, after each name, a list of names and values. Each chunk describes a session before its
 * first event there, so that a chunk is understood without the one before it. With the row of spans it describes what the
 * spans of a conversation share, in a list of names and values.
 *
 * A field is a byte of `FieldTag`, then what that says, little end first.
 */
export interface EventChunk {
  readonly buffer: SharedArrayBuffer | ArrayBuffer
  readonly words: Int32Array
  readonly doubles: Float64Array
  readonly bytes: Buffer
  readonly view: DataView
}

export const openChunk = (buffer: SharedArrayBuffer | ArrayBuffer): EventChunk => ({
  buffer,
  words: new Int32Array(buffer),
  doubles: new Float64Array(buffer),
  bytes: Buffer.from(buffer as ArrayBuffer),
  view: new DataView(buffer),
})

/** Room for about two thousand events; one that is larger gets a chunk of its own. */
export const CHUNK_BYTES: number = 256 * 1024

/** What a chunk begins with: positions, in bytes. Those of the worker are in another line of the processor's cache. */
export const ChunkWord = {
  /** The end of the last entry that is complete. */
  written: 0,
  /** Everything before it is journaled, or lost and counted as such. */
  settled: 32,
  /** The entry that the worker is reading, 0 while it reads none: what it may die of. */
  reading: 33,
} as const

export const FIRST_ENTRY = 256
export const ENTRY_ALIGNMENT = 8

/** From the beginning of an entry, in words; `time` in doubles. `outcome` is that of an entry that ends a span. */
export const EntryPart = { bytes: 0, row: 1, session: 2, fields: 3, time: 2, span: 6, outcome: 7 } as const
export const ENTRY_HEADER_BYTES = 32

/**
 * What an entry that opens a span has between its head and its fields, from the beginning of the entry, in words; `endTime`, of
 * a span that ends with the same entry, in doubles.
 */
export const OpeningPart = { endTime: 4, what: 10, traceId: 11, spanId: 15, parentSpanId: 17, origin: 19 } as const
export const OPENING_BYTES = 48
/** In `what`: the kind of the span, and from these bits on whether it has a parent, whether that is of another process, and the flags. */
export const OpeningBit = { hasParent: 8, parentRemote: 9, flags: 16 } as const
/** The fields of such an entry before the links of the span: its label, and the `errorType` of an end in the same entry. */
export const OPENING_FIELDS = 2

/** In place of the number of fields. */
export const DESCRIPTION = -1

/** The worker remembers the sessions that were described last, as many as this. */
export const MAX_SESSIONS = 256

/** What a field begins with; what follows is in parentheses. */
export const FieldTag = {
  absent: 0,
  false: 1,
  true: 2,
  /** (32 bits) */
  uint32: 3,
  /** (64 bits, a double) */
  number: 4,
  /** (length in 32 bits, text of ASCII) */
  ascii: 5,
  /** (length in 32 bits, UTF-16) */
  utf16: 6,
  /** (number of items in 32 bits, items, which are fields) */
  list: 7,
} as const

/** Whether a chunk can be settled: everything in it is journaled. */
export const isSettled = ({ words }: EventChunk): boolean =>
  Atomics.load(words, ChunkWord.settled) === Atomics.load(words, ChunkWord.written)

/** The records of each signal in a chunk, from a position on; the entry at `except` is not counted. */
export function countRecords({ words }: EventChunk, from: number, except?: number): BySignal<number> {
  const end = Atomics.load(words, ChunkWord.written)
  const counts = bySignal(() => 0)
  for (let at = from; at < end; at += words[at >> 2] as number) {
    const word = at >> 2
    const row = words[word + EntryPart.row] as number
    if (at === except || words[word + EntryPart.fields] === DESCRIPTION) continue
    if (!isSpanRow(row)) counts.logs++
    else if (endsExportedSpan(row, words[word + EntryPart.session] as number)) counts.traces++
  }
  return counts
}

/** The records that a new worker reads: all that are not settled, but the one that its predecessor was reading, which may kill it, too. */
export function countReplayable(chunk: EventChunk): BySignal<number> {
  const settled = Atomics.load(chunk.words, ChunkWord.settled)
  return countRecords(chunk, settled, Atomics.load(chunk.words, ChunkWord.reading))
}
