import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { MalformedRequest } from '../codec/malformed-request.ts'
import { bodyTooLarge, tooSlow } from './refusal.ts'

const unzip = promisify(gunzip)

/** How a body is read. */
export interface ReadingLimits {
  maxBytes: number
  timeoutMs: number
  /** Called with the length of each piece. What it throws ends the reading. */
  onBytes?: ((length: number) => void) | undefined
}

/**
 * Reads a request's body to its end, or only its first chunk.
 * @throws RefusedRequest above a limit, and the stream's own error when the client aborts the request
 */
export async function readBody(stream: Readable, extent: 'all' | 'part', limits: ReadingLimits): Promise<Buffer> {
  const { timeoutMs } = limits
  if (!Number.isFinite(timeoutMs)) return readPieces(stream, extent, limits)
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(tooSlow(timeoutMs)), timeoutMs)
  try {
    return await Promise.race([readPieces(stream, extent, limits), late])
  } finally {
    clearTimeout(timer)
  }
}

async function readPieces(stream: Readable, extent: 'all' | 'part', limits: ReadingLimits): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk)
    length += chunk.length
    if (length > limits.maxBytes) throw bodyTooLarge('the body', limits.maxBytes)
    limits.onBytes?.(chunk.length)
    if (extent === 'part') break
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)
}

/** @throws RefusedRequest as soon as more than `maxBytes` have come out, MalformedRequest when the body is not gzip */
export async function decompress(body: Uint8Array, contentEncoding: string, maxBytes: number): Promise<Uint8Array> {
  if (contentEncoding === 'identity') return body
  try {
    return await unzip(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw bodyTooLarge('the decompressed body', maxBytes)
    }
    throw MalformedRequest.from(error)
  }
}
