import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import {
  type Encoding,
  keepRecords,
  type RecordOf,
  readRecords,
  recodeRequest,
  type SignalName,
} from '@codex/otlp-receiver'

/** Requests of one signal and encoding, one after the other: in protobuf they are one message then, in JSON one a line. */
export interface Chunk {
  signal: SignalName
  encoding: Encoding
  body: Uint8Array
}

const NEWLINE = 0x0a

/** A body that is not longer than this once it is written. */
const MAX_CHUNK_BYTES = 1024 * 1024 * 1024

export function joinBodies(bodies: readonly Uint8Array[], encoding: Encoding): Uint8Array {
  if (encoding === 'binary') return Buffer.concat(bodies)
  return Buffer.concat(bodies.flatMap((body, index) => (index === 0 ? [body] : [Buffer.of(NEWLINE), body])))
}

export const compress = (body: Uint8Array): Uint8Array => zstdCompressSync(body)

export const decompress = (body: Uint8Array): Uint8Array =>
  zstdDecompressSync(body, { maxOutputLength: MAX_CHUNK_BYTES })

/** The bodies of its requests; those in protobuf are one. */
export function messagesOf({ encoding, body }: Chunk): Uint8Array[] {
  if (encoding === 'binary') return [body]
  const lines: Uint8Array[] = []
  for (let start = 0; start < body.length; ) {
    const end = body.indexOf(NEWLINE, start)
    lines.push(body.subarray(start, end < 0 ? undefined : end))
    start = end < 0 ? body.length : end + 1
  }
  return lines
}

/** Its records in their order. */
export function recordsOf<S extends SignalName>(chunk: Chunk & { signal: S }): RecordOf<S>[] {
  const records: RecordOf<S>[] = []
  for (const message of messagesOf(chunk))
    readRecords(chunk.signal, message, chunk.encoding, record => records.push(record))
  return records
}

/** The chunk with some of its records; `undefined` when none is kept. */
export function keepInChunk(chunk: Chunk, keep: (place: number) => boolean): Chunk | undefined {
  let next = 0
  const bodies: Uint8Array[] = []
  for (const message of messagesOf(chunk)) {
    let kept = false
    const body = keepRecords(chunk.signal, message, chunk.encoding, () => {
      const keeps = keep(next++)
      kept ||= keeps
      return keeps
    })
    if (kept) bodies.push(body)
  }
  return bodies.length === 0 ? undefined : { ...chunk, body: joinBodies(bodies, chunk.encoding) }
}

/** Its messages in the encoding. */
export function messagesIn(chunk: Chunk, encoding: Encoding): Uint8Array[] {
  const messages = messagesOf(chunk)
  if (chunk.encoding === encoding) return messages
  return messages.map(message => recodeRequest(chunk.signal, message, chunk.encoding, encoding))
}
