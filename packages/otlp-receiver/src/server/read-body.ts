import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

const unzip = promisify(gunzip)

/** A body above the receiver's limit. */
export class BodyTooLarge extends Error {
  constructor(what: string, limit: number) {
    super(`${what} is larger than the receiver takes (${limit} bytes)`)
    this.name = 'BodyTooLarge'
  }
}

/**
 * Reads a request's body to its end, or only its first chunk.
 * @throws BodyTooLarge, and the stream's own error when the client aborts the request
 */
export async function readBody(stream: Readable, extent: 'all' | 'part', maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk)
    length += chunk.length
    if (length > maxBytes) throw new BodyTooLarge('the body', maxBytes)
    if (extent === 'part') break
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)
}

/** @throws BodyTooLarge, and zlib's error when the body is not gzip */
export async function decompress(body: Uint8Array, contentEncoding: string, maxBytes: number): Promise<Uint8Array> {
  if (contentEncoding === 'identity') return body
  try {
    return await unzip(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new BodyTooLarge('the decompressed body', maxBytes)
    }
    throw error
  }
}
