import { once } from 'node:events'
import { brotliCompressSync, constants, createBrotliCompress } from 'node:zlib'

/** An empty last block, as Brotli writes it at the boundary of a byte: ends a stream that was flushed. */
const LAST_BLOCK = Buffer.from([3])

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Texts of Latin-1 by Brotli, in base64. */
export const compress = (text: string): string => brotliCompressSync(bytesOf(text)).toString('base64')

/**
 * Compresses texts that have much in common with a first one, which is their dictionary: each is what the stream of the first one
 * goes on with, in place of that stream's last byte. The first one can be taken apart alone.
 */
export async function compressAfter(
  first: string,
  others: readonly string[],
): Promise<{ first: string; others: string[] }> {
  let flushed: Buffer | undefined
  const rests: string[] = []
  for (const other of others) {
    const stream = createBrotliCompress()
    const chunks: Buffer[] = []
    stream.on('data', chunk => chunks.push(chunk))
    stream.write(bytesOf(first))
    await new Promise<void>(resolve => stream.flush(constants.BROTLI_OPERATION_FLUSH, resolve))
    const size = await sizeWhenRead(stream, chunks)
    stream.end(bytesOf(other))
    await once(stream, 'end')
    const all = Buffer.concat(chunks)
    flushed = all.subarray(0, size)
    rests.push(all.subarray(size).toString('base64'))
  }
  if (flushed === undefined) return { first: compress(first), others: [] }
  return { first: Buffer.concat([flushed, LAST_BLOCK]).toString('base64'), others: rests }
}

/** What was flushed may still be on its way to the listener. */
async function sizeWhenRead(stream: NodeJS.ReadableStream & { readableLength: number }, chunks: readonly Buffer[]) {
  while (stream.readableLength > 0) await new Promise(setImmediate)
  await new Promise(setImmediate)
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}
