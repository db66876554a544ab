import { Buffer } from 'node:buffer'
import type { SpanOpening } from '../../protocol/span-tuple.ts'

/** Tags of `LogRecord`: number of the field and wire type. */
const FLAGS = 0x45
const TRACE_ID = 0x4a
const SPAN_ID = 0x52
const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

/** `flags`, `trace_id` and `span_id` of the log records that belong to a span; flags of 0 are left out, as anywhere in OTLP. */
export function logRecordIds({
  traceId,
  spanId,
  flags,
}: Pick<SpanOpening, 'traceId' | 'spanId' | 'flags'>): Uint8Array {
  const bytes = Buffer.alloc((flags === 0 ? 0 : 5) + 2 + TRACE_ID_BYTES + 2 + SPAN_ID_BYTES)
  let at = 0
  if (flags !== 0) {
    at = bytes.writeUInt8(FLAGS, at)
    at = bytes.writeUInt32LE(flags, at)
  }
  at = bytes.writeUInt8(TRACE_ID, at)
  at = bytes.writeUInt8(TRACE_ID_BYTES, at)
  for (const word of traceId) at = bytes.writeUInt32BE(word >>> 0, at)
  at = bytes.writeUInt8(SPAN_ID, at)
  at = bytes.writeUInt8(SPAN_ID_BYTES, at)
  for (const word of spanId) at = bytes.writeUInt32BE(word >>> 0, at)
  return bytes
}
