import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Store } from '../store/store.ts'
import { answer, answerError, answerJson } from './answers.ts'
import { CHANGING_METHODS, type Changing } from './changing.ts'
import type { Info } from './contract.ts'
import { checkChange, type GuardedPort } from './guard.ts'
import type { Live } from './live.ts'
import { readQuestion } from './query-parameters.ts'
import type { SessionToken } from './session-token.ts'

export interface ApiOptions {
  store: Store
  live: Live
  changing: Changing
  /** What `/api/info` says besides what the store knows. */
  facts: Omit<Info, 'now' | 'store'> & { store: Omit<Info['store'], 'bytes' | 'events' | 'isWritable'> }
  /** `undefined` where everybody may look. */
  token: SessionToken | undefined
  guarded: GuardedPort
  /** Questions that wait for the reader or are with it. */
  maxQuestions: number
}

/** Characters of the body with the token. */
const MAX_BODY = 256
const TOKEN_PATH = '/api/session'
const LIVE_PATH = '/api/live'

/** Of the paths that take others than GET and HEAD. */
const METHODS: readonly (readonly [path: RegExp, methods: readonly string[]])[] = [
  [/^\/api\/session$/, ['POST']],
  [/^\/api\/live$/, ['GET']],
  ...CHANGING_METHODS,
]

/** Answers the requests below `/api/`. */
export class Api {
  private readonly options: ApiOptions
  private questions = 0

  constructor(options: ApiOptions) {
    this.options = options
  }

  async answer(request: IncomingMessage, response: ServerResponse, path: string, search: string): Promise<void> {
    const [, allowed] = METHODS.find(([pattern]) => pattern.test(path)) ?? [path, ['GET', 'HEAD']]
    const { method = '' } = request
    if (!allowed.includes(method)) {
      const allow = allowed.join(', ')
      answerError(request, response, { status: 405, error: `use ${allow}`, headers: { allow } })
      return
    }
    if (path === TOKEN_PATH) return this.openSession(request, response)
    const { token, guarded } = this.options
    if (token && !token.isIn(request.headers.cookie ?? '', guarded.port)) {
      const error = 'open the address that the program printed; the token in it lets this browser in'
      answerError(request, response, { status: 401, error })
      return
    }
    if (method !== 'GET' && method !== 'HEAD') return this.change(request, response, path, search)
    const [, query] = /^\/api\/query\/([^/]+)$/.exec(path) ?? []
    if (query !== undefined) return this.answerQuestion(request, response, query, search)
    if (path === '/api/info') return answerJson(request, response, JSON.stringify(await this.info()))
    if (path === LIVE_PATH) return this.follow(request, response, search)
    answerError(request, response, { status: 404, error: `there is nothing at ${path}` })
  }

  /** Answers a request that changes the store. */
  private change(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    search: string,
  ): Promise<void> | void {
    const { store, guarded, changing } = this.options
    const refused = checkChange({ method: request.method ?? '', headers: request.headers }, guarded)
    if (refused) return answerError(request, response, refused)
    if (store.isWritable) return changing.answer(request, response, path, search)
    answerError(request, response, { status: 403, error: 'this program reads its store and changes nothing' })
  }

  /** Swaps the token of the printed address for a cookie. */
  private async openSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token, guarded } = this.options
    const given = await readToken(request)
    if (token && !token.opens(given)) {
      const error = 'this is not the token of the running program; open the address that it printed last'
      answerError(request, response, { status: 401, error })
      return
    }
    const cookie = token ? { 'set-cookie': token.cookie(guarded.port, guarded.scheme === 'https') } : {}
    answer(request, response, 204, { 'cache-control': 'no-store', ...cookie })
  }

  private async answerQuestion(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    search: string,
  ): Promise<void> {
    if (this.questions >= this.options.maxQuestions) {
      const error = `${this.questions} questions are being answered`
      answerError(request, response, { status: 503, error, headers: { 'retry-after': '1' } })
      return
    }
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    this.questions += 1
    try {
      const { name: known, parameters } = readQuestion(name, new URLSearchParams(search))
      const json = await this.options.store.queryJson(known, parameters, { signal: gone.signal })
      answerJson(request, response, json)
    } catch (error) {
      // A parameter out of its range is found here or by the question itself.
      const status = (error as Error).name === 'RangeError' ? 400 : 503
      if (!gone.signal.aborted) answerError(request, response, { status, error: (error as Error).message })
    } finally {
      this.questions -= 1
    }
  }

  private async info(): Promise<Info> {
    const { store, facts } = this.options
    const size = await store.size()
    return { ...facts, store: { ...facts.store, ...size, isWritable: store.isWritable }, now: Date.now() }
  }

  private follow(request: IncomingMessage, response: ServerResponse, search: string): Promise<void> | undefined {
    const { live } = this.options
    if (live.hasRoom) return live.connect(request, response, new URLSearchParams(search).get('after'))
    const error = 'too many pages follow what comes in; close some'
    answerError(request, response, { status: 503, error, headers: { 'retry-after': '5' } })
    return undefined
  }
}

/** The token in `{ "token": "..." }`; empty where there is none. */
async function readToken(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) {
    text += piece
    if (text.length > MAX_BODY) return ''
  }
  try {
    const { token } = JSON.parse(text) as { token?: unknown }
    return typeof token === 'string' ? token : ''
  } catch {
    return ''
  }
}
