import { crc32 } from 'node:zlib'

/*
 * A segment is a header and then requests, each behind a header of its own. All numbers are little-endian.
 *
 *   segment header   0 magic "OTELSPL2"   8 f64 everything before this offset is delivered   16 f64 time of the first request
 *                    24 f64 everything before this offset was taken over from its owner   32 16 hex digits: by whom
 *   request header   0 magic   4 u8 state   5 u8 kind   8 u32 length   12 u32 records   16 u32 CRC of the bytes
 *                    20 u32 CRC of 8..20
 *
 * The CRC of the header shows whether the length can be trusted. Where it cannot, reading goes on at the next magic
 * number, so that damage costs only its own request.
 *
 * A checkpoint is a request that its owner keeps here while it still adds up in memory what the request says. A request
 * of a kind that replaces checkpoints takes the place of all those before it once it is there to its end: appending it is
 * one step, so that at every moment either they count or it does. One that is joined with the next request counts once that
 * one is there to its end, too.
 */
const SEGMENT_MAGIC = Buffer.from('OTELSPL2')
const REQUEST_MAGIC = Buffer.from([0xf5, 0x4f, 0x54, 0x52])
export const SEGMENT_HEADER_BYTES = 48
/** Larger files are no segments: a segment is closed at 4 MiB, and a request has at most `MAX_REQUEST_BYTES`. */
export const MAX_SEGMENT_BYTES: number = 32 * 1024 * 1024
export const MAX_REQUEST_BYTES: number = 16 * 1024 * 1024
/** Where the segment header holds the mark of a take-over. */
export const TAKEN_OFFSET = 24
export const REQUEST_HEADER_BYTES = 24
/** The offset of the state in a request header. */
export const STATE_OFFSET = 4
/** The state of a request that is delivered; with any other value it is to be sent. */
export const DELIVERED: Buffer = Buffer.from([1])

/** Where the kind stands in a request header. */
export const KIND_OFFSET = 5

/** What a request in a segment stands for; the numbers are bits in the file. */
export const RequestKind = {
  /** Of what the owner handed in. */
  plain: 0,
  /** Of what the owner still adds up, besides the checkpoints before it. */
  checkpoint: 1,
  /** Of what the owner handed in, in place of the checkpoints before it. */
  replacing: 2,
  /** Of what the owner still adds up, in place of the checkpoints before it. */
  replacingCheckpoint: 3,
  /** As `replacing`, together with the request behind it. */
  joinedReplacing: 6,
} as const

export type RequestKind = (typeof RequestKind)[keyof typeof RequestKind]

const CHECKPOINT_BIT = 1
const REPLACING_BIT = 2
const JOINED_BIT = 4

/** Whether a request of this kind is a checkpoint. */
export const isCheckpoint = (kind: number): boolean => (kind & CHECKPOINT_BIT) !== 0

export function segmentHeader(deliveredTo: number, timeMs: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  SEGMENT_MAGIC.copy(header)
  header.writeDoubleLE(deliveredTo, 8)
  header.writeDoubleLE(timeMs, 16)
  return header
}

export function requestHeader(bytes: Uint8Array, records: number, kind: RequestKind = RequestKind.plain): Buffer {
  const header = Buffer.alloc(REQUEST_HEADER_BYTES)
  REQUEST_MAGIC.copy(header)
  header[KIND_OFFSET] = kind
  header.writeUInt32LE(bytes.length, 8)
  header.writeUInt32LE(records, 12)
  header.writeUInt32LE(crc32(bytes), 16)
  header.writeUInt32LE(crc32(header.subarray(8, 20)), 20)
  return header
}

/** An offset, as the header of a segment holds it. */
export function offsetBytes(offset: number): Buffer {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeDoubleLE(offset)
  return bytes
}

/** Length of the mark of a take-over. */
export const TAKEN_BYTES = 24

export function takenMark(takenTo: number, owner: string): Buffer {
  const mark = Buffer.alloc(TAKEN_BYTES)
  mark.writeDoubleLE(takenTo)
  mark.write(owner, 8, 'latin1')
  return mark
}

/** Up to which offset another process than `owner` has taken a segment over, in bytes; 0 when none has. */
export function takenFrom(owner: string, mark: Buffer): number {
  return mark.toString('latin1', 8) === owner ? 0 : mark.readDoubleLE()
}

/** Whether the owner of a segment took it over from another process; `header` is that of the segment. */
export const hasTakenMark = (header: Buffer): boolean =>
  header.length >= SEGMENT_HEADER_BYTES && header.readDoubleLE(TAKEN_OFFSET) > 0

/** A request found in a segment. */
export interface FoundRequest {
  /** Of its header, in bytes. */
  offset: number
  /** Without the header. */
  length: number
  records: number
  /** Whether its owner still added up what it says. */
  checkpoint: boolean
}

export interface SegmentContent {
  /** When the first request was written; `undefined` when the file is no segment. */
  timeMs: number | undefined
  undelivered: FoundRequest[]
  /** Records of requests that were not written to their end. */
  corruptRecords: number
}

/** Reads a segment. Never throws: the result leaves out requests that cannot be read. */
export function readSegment(file: Buffer): SegmentContent {
  const content: SegmentContent = { timeMs: undefined, undelivered: [], corruptRecords: 0 }
  if (file.length < SEGMENT_HEADER_BYTES || !file.subarray(0, 8).equals(SEGMENT_MAGIC)) return content
  content.timeMs = file.readDoubleLE(16)
  const deliveredTo = file.readDoubleLE(8)
  let offset = deliveredTo >= SEGMENT_HEADER_BYTES && deliveredTo <= file.length ? deliveredTo : SEGMENT_HEADER_BYTES
  for (;;) {
    offset = file.indexOf(REQUEST_MAGIC, offset)
    if (offset < 0 || offset + REQUEST_HEADER_BYTES > file.length) return content
    const header = readRequestHeader(file, offset)
    if (header === undefined) {
      offset += 1
      continue
    }
    const { delivered, joined, replacing, ...request } = header
    const end = offset + REQUEST_HEADER_BYTES + request.length
    if (end > file.length || (joined && !isWhole(file, end))) {
      // One that replaces checkpoints says nothing that they do not say.
      if (!delivered && !replacing) content.corruptRecords += request.records
      offset += 1
      continue
    }
    if (replacing) content.undelivered = content.undelivered.filter(({ checkpoint }) => !checkpoint)
    if (!delivered) content.undelivered.push(request)
    offset = end
  }
}

/** Whether a request begins at `offset` that is there to its end. */
function isWhole(file: Buffer, offset: number): boolean {
  const begins = offset + REQUEST_HEADER_BYTES <= file.length && file.indexOf(REQUEST_MAGIC, offset) === offset
  const header = begins ? readRequestHeader(file, offset) : undefined
  return header !== undefined && offset + REQUEST_HEADER_BYTES + header.length <= file.length
}

function readRequestHeader(
  file: Buffer,
  offset: number,
): (FoundRequest & { delivered: boolean; joined: boolean; replacing: boolean }) | undefined {
  const kind = file[offset + KIND_OFFSET] ?? 0
  if (crc32(file.subarray(offset + 8, offset + 20)) !== file.readUInt32LE(offset + 20)) return undefined
  return {
    offset,
    length: file.readUInt32LE(offset + 8),
    records: file.readUInt32LE(offset + 12),
    checkpoint: isCheckpoint(kind),
    replacing: (kind & REPLACING_BIT) !== 0,
    joined: (kind & JOINED_BIT) !== 0,
    delivered: file[offset + STATE_OFFSET] === DELIVERED[0],
  }
}

/** The request's bytes when they have their CRC, else `undefined`. `framed` begins with the request's header. */
export function checkedBytes(framed: Buffer): Buffer | undefined {
  if (framed.length < REQUEST_HEADER_BYTES || !framed.subarray(0, 4).equals(REQUEST_MAGIC)) return undefined
  const bytes = framed.subarray(REQUEST_HEADER_BYTES)
  return crc32(bytes) === framed.readUInt32LE(16) ? bytes : undefined
}
