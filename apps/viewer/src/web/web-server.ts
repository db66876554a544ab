import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { ServerTls } from '@codex/otlp-receiver'
import type { Store } from '../store/store.ts'
import { answer, answerError } from './answers.ts'
import { Api, type ApiOptions } from './api.ts'
import { type Asset, encodedFor, isPagePath, PAGE, readAssets } from './assets.ts'
import { Changing } from './changing.ts'
import { checkOrigin, type GuardedPort, SECURITY_HEADERS } from './guard.ts'
import { Live } from './live.ts'
import { SessionToken } from './session-token.ts'

export interface WebServerOptions {
  store: Store
  /** 0 takes a free one. */
  port: number
  /** Whether a token is asked for. */
  token: boolean
  facts: ApiOptions['facts']
  /** The addresses to listen at. @default the loopback addresses of this machine */
  hosts?: readonly string[] | undefined
  tls?: ServerTls | undefined
  limits?: Partial<WebLimits>
}

/** What one server takes from its clients. */
export interface WebLimits {
  /** Bytes of a request's head; above, it is answered with 431. */
  headBytes: number
  /** Milliseconds that the head of a request may take, then it is answered with 408. */
  headTimeoutMs: number
  requestTimeoutMs: number
  /** Milliseconds in which nothing is sent nor read; the connection is closed then. */
  silenceMs: number
  /** Connections at once, of each address; further ones are closed. */
  connections: number
  /** Pages that follow what comes in. */
  streams: number
  /** Questions at once. */
  questions: number
  /** Bytes of one piece of a file that a page adds. */
  pieceBytes: number
  /** Milliseconds without the next piece; the import is ended then, and what is in stays. */
  uploadIdleMs: number
}

const WEB_LIMITS: Readonly<WebLimits> = {
  // An address may have the longest text of a question, each character in nine of its own.
  headBytes: 80 * 1024,
  headTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  silenceMs: 30_000,
  connections: 128,
  streams: 32,
  questions: 32,
  pieceBytes: 4 * 1024 * 1024,
  uploadIdleMs: 30_000,
}

/** A server of the page. */
export interface WebServer {
  /** Opens the page, with the token where one is asked for. */
  readonly url: string
  /** The same address for the command that opens a browser: with a code that works once. */
  urlForBrowser(): string
  readonly port: number
  /** Ends every stream, lets the answers under way end, and closes all connections. */
  close(graceMs: number): Promise<void>
}

const LOOPBACK = ['127.0.0.1', '::1']
/** An address that the machine does not have. */
const WITHOUT_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']
/** A free port of the first address may be taken at the second. */
const ATTEMPTS = 10
const KEEP_ALIVE_MS = 5_000

/** @throws the error of the operating system with its `code`, e.g. EADDRINUSE */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const assets = readAssets(PAGE)
  const limits = { ...WEB_LIMITS, ...options.limits }
  const { store } = options
  const live = new Live(after => store.changes(after), limits.streams)
  store.onChanged = () => live.changed()
  // The thread that reads is there when the first page asks.
  store.size().catch(() => {})
  const token = options.token ? new SessionToken() : undefined
  const scheme = options.tls ? 'https' : 'http'
  const { hosts = LOOPBACK } = options
  const guarded: GuardedPort = {
    port: 0,
    scheme,
    names: [...hosts, ...(options.hosts === undefined ? [] : [hostname()])].map(name => name.toLowerCase()),
    anyAddress: options.hosts !== undefined,
  }
  let api: Api
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response, { guarded, assets, api }).catch(() => response.destroy())
  }
  const servers = await listen(hosts, options, limits, serve)
  guarded.port = portOf(servers[0] as Server)
  const facts = { ...options.facts }
  const { pieceBytes, uploadIdleMs } = limits
  const changing = new Changing({
    ...{ store, pieceBytes, uploadIdleMs },
    onImported(name) {
      if (facts.file !== null) facts.file = `${facts.file}, ${name}`
    },
  })
  api = new Api({
    ...{ store, facts, live, changing },
    token,
    guarded,
    maxQuestions: limits.questions,
  })
  const address = `${scheme}://${shownHost(hosts)}:${guarded.port}/`
  return {
    url: token ? `${address}#t=${token.token}` : address,
    urlForBrowser: () => (token ? `${address}#t=${token.newCode()}` : address),
    port: guarded.port,
    async close(graceMs) {
      store.onChanged = undefined
      live.close()
      await changing.close()
      const closed = servers.map(server => once(server, 'close'))
      for (const server of servers) server.close()
      const timer = setTimeout(() => {
        for (const server of servers) server.closeAllConnections()
      }, graceMs)
      await Promise.all(closed)
      clearTimeout(timer)
    },
  }
}

interface Served {
  guarded: GuardedPort
  assets: ReadonlyMap<string, Asset>
  api: Api
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { guarded, assets, api }: Served,
): Promise<void> {
  response.on('error', () => {})
  request.on('error', () => {})
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value as string)
  const { method = '', headers, headersDistinct, url = '' } = request
  const refused = checkOrigin({ method, url, headers, hosts: headersDistinct.host }, guarded)
  if (refused) return void answerError(request, response, refused)
  const [, path, search = ''] = /^(\/[^?#]*)(?:\?([^#]*))?$/.exec(url) ?? []
  if (path === undefined) return answerError(request, response, { status: 400, error: 'name a path of this server' })
  if (path.startsWith('/api/')) return api.answer(request, response, path, search)
  if (method !== 'GET' && method !== 'HEAD') {
    return answerError(request, response, { status: 405, error: 'use GET, HEAD', headers: { allow: 'GET, HEAD' } })
  }
  return answerFile(request, response, path, assets)
}

function answerFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  assets: ReadonlyMap<string, Asset>,
): void {
  const { accept = '' } = request.headers
  const isPage = isPagePath(path)
  // A person who mistyped an address reads that in the page.
  const isMistyped = !isPage && !assets.has(path) && accept.includes('text/html')
  const asset = assets.get(isPage || isMistyped ? '/index.html' : path)
  if (!asset) {
    const error = assets.size > 0 ? `there is nothing at ${path}` : 'the page is not built; npm run build builds it'
    answerError(request, response, { status: assets.size > 0 ? 404 : 503, error })
    return
  }
  const encoded = encodedFor(String(request.headers['accept-encoding'] ?? ''), asset)
  const headers = { ...encoded.headers, 'content-type': asset.type, 'cache-control': 'no-cache', etag: asset.etag }
  if (request.headers['if-none-match'] === asset.etag && !isMistyped) {
    response.writeHead(304, headers).end()
    return
  }
  answer(request, response, isMistyped ? 404 : 200, headers, encoded.body)
}

async function listen(
  hosts: readonly string[],
  { port, tls, hosts: named }: WebServerOptions,
  limits: WebLimits,
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server[]> {
  const settings = {
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(1_000, limits.headTimeoutMs),
  }
  for (let attempt = 1; ; attempt++) {
    const servers: Server[] = []
    try {
      for (const host of hosts) {
        const server = tls
          ? createTlsServer({ ...settings, key: tls.key, cert: tls.cert }, serve)
          : createServer(settings, serve)
        server.maxConnections = limits.connections
        server.setTimeout(limits.silenceMs)
        try {
          server.listen(servers[0] ? portOf(servers[0]) : port, host)
          await once(server, 'listening')
          servers.push(server)
        } catch (error) {
          const { code = '' } = error as NodeJS.ErrnoException
          // A machine without IPv6 is served at its other address.
          if (named || servers.length === 0 || !WITHOUT_ADDRESS.includes(code)) throw error
        }
      }
      return servers
    } catch (error) {
      for (const server of servers) server.close()
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!(port === 0 && servers.length > 0 && taken && attempt < ATTEMPTS)) throw error
    }
  }
}

/** All addresses of the machine are shown by its name. */
function shownHost([host = '']: readonly string[]): string {
  if (host === '0.0.0.0' || host === '::') return hostname()
  return host.includes(':') ? `[${host}]` : host
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port
