import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Store } from '../store/store.ts'
import { testStore } from '../testing.fixture.ts'
import { startWebServer, type WebServer, type WebServerOptions } from './web-server.ts'

export interface TestServer extends WebServer {
  store: Store
  /** The token of the printed address. */
  token: string
}

/** A server at a free port with an empty store, closed after the test. */
export async function startTestServer(options: Partial<WebServerOptions> = {}): Promise<TestServer> {
  const store = options.store ?? (await testStore())
  const facts = {
    version: '1.2.3',
    store: { path: store.path, maxBytes: null, retainMs: null },
    receiving: { http: null, grpc: null },
    prices: { date: null, models: [] },
    file: null,
  }
  const server = await startWebServer({ store, port: 0, token: true, facts, ...options })
  onTestFinished(() => server.close(0))
  return Object.assign(server, { store, token: server.url.split('#t=')[1] ?? '' })
}

export interface Reply {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** Sends one request over a connection of its own. */
export async function send(
  { port }: { port: number },
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Reply> {
  const sending = request({ host: '127.0.0.1', port, path, method, headers, agent: false }).end(body)
  const [response] = await once(sending, 'response')
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

/** The cookie that the token is swapped for. */
export async function openSession(server: TestServer): Promise<string> {
  const { headers } = await send(server, '/api/session', {
    method: 'POST',
    body: JSON.stringify({ token: server.token }),
  })
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

/** Writes these bytes to the port and reads until the server closes. */
export async function sendRaw({ port }: { port: number }, bytes: string, host = '127.0.0.1'): Promise<string> {
  const socket = connect(port, host)
  socket.on('error', () => {})
  socket.write(bytes)
  return text(socket)
}
