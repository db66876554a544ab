import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { openSource } from './open-source.ts'

const PIECE_BYTES = 1024 * 1024

/** What an import reads. */
export interface ImportSource {
  name: string
  /** `undefined` where nobody can know. */
  bytes: number | undefined
  /** Whether a person chose it; else it was found in a folder, and may be of another kind. */
  named: boolean
  /** Tells it from others, as far as its ends do; `undefined` where it cannot be known. */
  hash(): Promise<string | undefined>
  /** Its bytes, until there are no more or the signal ends them. */
  read(signal: AbortSignal): AsyncIterable<Buffer>
}

/** A file; `-` is standard input. */
export function sourceOf(path: string, bytes: number | undefined, named: boolean): ImportSource {
  return {
    ...{ name: path, bytes, named },
    // A file that cannot be read has no hash; to import it says why.
    hash: async () => (bytes === undefined ? undefined : hashOf(path, bytes).catch(() => undefined)),
    read(signal) {
      // What waits for the next piece is ended, too.
      return addAbortSignal(signal, openSource(path, bytes !== undefined))
    },
  }
}

/** @param ends the first MiB, and of what is behind it the last one */
export const hashOfEnds = (bytes: number, ends: readonly Uint8Array[]): string =>
  ends.reduce((hash, end) => hash.update(end), createHash('sha256').update(`${bytes}\n`)).digest('hex')

async function hashOf(path: string, bytes: number): Promise<string> {
  const file = await open(path)
  try {
    const ends: Uint8Array[] = []
    for (const position of bytes > PIECE_BYTES ? [0, Math.max(PIECE_BYTES, bytes - PIECE_BYTES)] : [0]) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position)
      ends.push(buffer.subarray(0, bytesRead))
    }
    return hashOfEnds(bytes, ends)
  } finally {
    await file.close()
  }
}
