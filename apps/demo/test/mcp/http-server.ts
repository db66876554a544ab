import { randomUUID } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import { createTestServer } from './test-server.ts'

export interface McpHttpServer extends AsyncDisposable {
  origin: string
  url: string
  requests: { method: string; url: string; headers: IncomingHttpHeaders }[]
}

/** Starts the official server of streamable HTTP on loopback, with sessions; it answers as JSON or as a stream of events. */
export async function startMcpHttpServer(answers: 'json' | 'stream' = 'stream'): Promise<McpHttpServer> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()
  const requests: McpHttpServer['requests'] = []

  async function transportFor(sessionId: string | null): Promise<WebStandardStreamableHTTPServerTransport> {
    const known = sessionId === null ? undefined : sessions.get(sessionId)
    if (known !== undefined) return known
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: answers === 'json',
      onsessioninitialized: id => void sessions.set(id, transport),
    })
    await createTestServer().connect(transport)
    return transport
  }

  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming
    requests.push({ method, url, headers })
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const request = new Request(`http://${headers.host}${url}`, {
      method,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    const transport = await transportFor(request.headers.get('mcp-session-id'))
    const response = await transport.handleRequest(request)
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    for await (const chunk of response.body ?? []) outgoing.write(chunk)
    outgoing.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    url: `${origin}/mcp`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
