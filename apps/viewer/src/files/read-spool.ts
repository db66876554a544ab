import { crc32 } from 'node:zlib'

/*
 * The segments of codex-otel's spool, as packages/otel-sdk/src/worker/spool/segment-format.ts writes them: a header, then requests
 * behind headers of their own with magic, state, kind, length and checksums.
 */
export const SEGMENT_MAGIC: Buffer = Buffer.from('OTELSPL2')
const REQUEST_MAGIC = Buffer.from([0xf5, 0x4f, 0x54, 0x52])
const SEGMENT_HEADER_BYTES = 48
const REQUEST_HEADER_BYTES = 24
const CHECKPOINT_BIT = 1
const REPLACING_BIT = 2

/**
 * The requests of a segment, those that were delivered, too, as far as they are still whole. A request that stands for
 * earlier ones takes their place.
 */
export function requestsOfSegment(file: Buffer): Buffer[] {
  let found: { body: Buffer; checkpoint: boolean }[] = []
  for (let offset = SEGMENT_HEADER_BYTES; ; ) {
    offset = file.indexOf(REQUEST_MAGIC, offset)
    if (offset < 0 || offset + REQUEST_HEADER_BYTES > file.length) break
    const start = offset + REQUEST_HEADER_BYTES
    const body = file.subarray(start, start + file.readUInt32LE(offset + 8))
    const sound =
      crc32(file.subarray(offset + 8, offset + 20)) === file.readUInt32LE(offset + 20) &&
      body.length === file.readUInt32LE(offset + 8) &&
      crc32(body) === file.readUInt32LE(offset + 16)
    if (!sound) {
      offset += 1
      continue
    }
    const kind = file[offset + 5] ?? 0
    if ((kind & REPLACING_BIT) !== 0) found = found.filter(({ checkpoint }) => !checkpoint)
    found.push({ body, checkpoint: (kind & CHECKPOINT_BIT) !== 0 })
    offset = start + body.length
  }
  return found.map(({ body }) => body)
}
