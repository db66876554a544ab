import { promises } from 'node:fs'

/** A small file that is read again when it changes. */
export interface WatchedFile {
  /**
   * The content as it is now; reads only when time, size or the file itself changed since.
   *
   * @throws Error whose message names the file and says why it cannot be read.
   */
  read(): Promise<string>
}

export interface WatchFileOptions {
  maxBytes: number
  /** How messages name the file. Default: `path`. */
  shown?: string | undefined
}

export function watchFile(path: string, { maxBytes, shown = path }: WatchFileOptions): WatchedFile {
  let seen: { stamp: string; content: string } | undefined
  return {
    async read() {
      try {
        const status = await promises.stat(path, { bigint: true })
        // A pipe or a device would hold the reader for ever.
        if (!status.isFile()) throw new Error('it is not a file')
        if (status.size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`)
        const stamp = `${status.dev}:${status.ino}:${status.size}:${status.mtimeNs}`
        if (seen?.stamp !== stamp) seen = { stamp, content: await promises.readFile(path, 'utf8') }
        return seen.content
      } catch (error) {
        seen = undefined
        const { code, message } = error as NodeJS.ErrnoException
        throw new Error(`cannot read ${shown}: ${code ?? message}`)
      }
    },
  }
}
