import type { IncomingMessage, ServerResponse } from 'node:http'
import { reasonOf } from '../reason.ts'
import type { Store } from '../store/store.ts'
import { answerError, answerJson } from './answers.ts'
import { Upload } from './upload.ts'

const MIB = 1024 * 1024
/** The first and the last MiB of a file. */
const ENDS_BYTES = 2 * MIB
const MAX_NAME = 255

const SESSION = /^\/api\/sessions\/([^/]+)$/
const IMPORTS = '/api/imports'
const IMPORT = /^\/api\/imports\/([\w-]+)$/

/** The methods of the paths that change the store. */
export const CHANGING_METHODS: readonly (readonly [path: RegExp, methods: readonly string[]])[] = [
  [SESSION, ['DELETE']],
  [/^\/api\/imports$/, ['POST']],
  [IMPORT, ['POST', 'DELETE']],
]

export interface ChangingOptions {
  store: Store
  /** Bytes of one piece of a file; above, it is answered with 413. */
  pieceBytes: number
  /** Milliseconds without a piece; the import is ended then, and what is in stays. */
  uploadIdleMs: number
  /** Called when records of a file were added. */
  onImported(name: string): void
}

/** What is wrong with a request. */
class Wrong extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Answers the requests that change the store, of which the guard has let in those of the page. */
export class Changing {
  private readonly options: ChangingOptions
  /** The file that is added, or was added last: one at a time. */
  private upload: Upload | undefined
  private idle: NodeJS.Timeout | undefined

  constructor(options: ChangingOptions) {
    this.options = options
  }

  async answer(request: IncomingMessage, response: ServerResponse, path: string, search: string): Promise<void> {
    try {
      answerJson(request, response, JSON.stringify(await this.change(request, path, new URLSearchParams(search))))
    } catch (error) {
      if (!(error instanceof Wrong)) throw error
      const headers = error.status === 409 ? { 'retry-after': '1' } : {}
      answerError(request, response, { status: error.status, error: error.message, headers })
    }
  }

  /** Ends an import that is under way; what is in stays. */
  async close(): Promise<void> {
    clearTimeout(this.idle)
    await this.upload?.cancel()
  }

  private change(request: IncomingMessage, path: string, search: URLSearchParams): Promise<unknown> {
    const [, session] = SESSION.exec(path) ?? []
    if (session !== undefined) return this.forget(session)
    if (path === IMPORTS) return this.begin(request, search)
    const [, id = ''] = IMPORT.exec(path) ?? []
    const { upload } = this
    if (upload?.id !== id) throw new Wrong(404, 'this import has ended; add the file again, nothing is added twice')
    return request.method === 'DELETE' ? upload.cancel() : this.addPiece(request, upload, search)
  }

  private async forget(encoded: string): Promise<{ sessions: number }> {
    let session: string
    try {
      // The page puts a `=` in front of ids such as `..`, which are steps in a path otherwise.
      session = decodeURIComponent(encoded.replace(/^=/, ''))
    } catch {
      throw new Wrong(400, 'the id is not well encoded')
    }
    const sessions = await this.options.store.clear({ session }).catch(error => {
      throw new Wrong(503, reasonOf(error))
    })
    if (sessions === 0) throw new Wrong(404, 'there is no such session')
    return { sessions }
  }

  private async begin(request: IncomingMessage, search: URLSearchParams): Promise<unknown> {
    const name = search.get('name') ?? ''
    if (name === '' || name.length > MAX_NAME) throw new Wrong(400, `give a name of 1 to ${MAX_NAME} characters`)
    const bytes = wholeNumber(search, 'bytes')
    const ends = await readBody(request, ENDS_BYTES)
    if (this.upload && !this.upload.isEnded) throw new Wrong(409, 'another file is being added; this one is next')
    const { store, onImported } = this.options
    const upload = new Upload(store, name, bytes, ends, onImported)
    this.upload = upload
    this.expectPiece(upload)
    await upload.begun()
    return upload.state()
  }

  private async addPiece(request: IncomingMessage, upload: Upload, search: URLSearchParams): Promise<unknown> {
    const at = wholeNumber(search, 'at')
    this.expectPiece(upload)
    const piece = await readBody(request, this.options.pieceBytes)
    if (!upload.isEnded) {
      if (at !== upload.received)
        throw new Wrong(400, `the piece at ${at} is not the next; that begins at ${upload.received}`)
      if (piece.length > 0 && !upload.hasRoom)
        throw new Wrong(429, 'the piece before is not read yet; ask again without one')
      upload.add(piece, search.has('end'))
    }
    this.expectPiece(upload)
    return upload.state()
  }

  private expectPiece(upload: Upload): void {
    clearTimeout(this.idle)
    this.idle = setTimeout(() => void upload.cancel(), this.options.uploadIdleMs)
    this.idle.unref()
  }
}

function wholeNumber(search: URLSearchParams, name: string): number {
  const text = search.get(name) ?? ''
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number)) throw new Wrong(400, `${name} is no whole number`)
  return number
}

/** The whole body; nothing is done with a part of one whose connection breaks. */
async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = Number(request.headers['content-length'] ?? 0)
  if (bytes <= most) {
    bytes = 0
    for await (const piece of request) {
      bytes += (piece as Buffer).length
      if (bytes > most) break
      pieces.push(piece as Buffer)
    }
  }
  if (bytes > most) throw new Wrong(413, `send at most ${most} bytes at once`)
  return Buffer.concat(pieces, bytes)
}
