import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request with its JSON-RPC message, which is empty where the request has no body. */
export interface RawRequest {
  method: string
  url: string
  headers: IncomingMessage['headers']
  message: { id?: number | string; method?: string; params?: Record<string, unknown>; result?: unknown }
  /** Whether the connection was closed before the answer was complete. */
  cutOff: boolean
}

export interface RawHttpServer extends AsyncDisposable {
  url: string
  requests: RawRequest[]
}

/** Answers a request; returns `false` for an answer as the protocol says. */
export type Answer = (request: RawRequest, response: ServerResponse) => unknown

const RESULTS: Readonly<Record<string, unknown>> = {
  initialize: {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'raw', version: '1' },
  },
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'done' }] },
}

/** Starts a server on loopback whose answers may break the protocol. */
export async function startRawHttpServer(answer: Answer): Promise<RawHttpServer> {
  const requests: RawRequest[] = []
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const { method = '', url = '', headers } = incoming
    const request: RawRequest = { method, url, headers, message: text === '' ? {} : JSON.parse(text), cutOff: false }
    response.on('close', () => {
      request.cutOff = !response.writableFinished
    })
    requests.push(request)
    if (answer(request, response) !== false) return
    const { id, method: called } = request.message
    if (id === undefined || called === undefined) response.writeHead(202).end()
    else sendJson(response, { jsonrpc: '2.0', id, result: RESULTS[called] })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
