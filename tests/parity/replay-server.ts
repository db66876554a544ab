import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Reply, Scenario } from './scenario.ts'

export interface ReplayServer extends AsyncDisposable {
  /** Where `/responses` is. */
  baseUrl: string
  /** Where the services of ChatGPT would be: everything there answers 404, as when the runs were captured. */
  chatgptUrl: string
  /** Where tokens are refreshed. */
  refreshUrl: string
}

/** A model provider that gives captured replies in order, and the authorization server of its users. */
export async function startReplayServer({ replies, refresh }: Scenario): Promise<ReplayServer> {
  let served = 0
  const server = createServer(async (request, response) => {
    for await (const _chunk of request);
    if (request.url === '/oauth/token' && refresh !== undefined) {
      response.writeHead(refresh.status, { 'content-type': 'application/json' }).end(refresh.body)
      return
    }
    if (request.method !== 'POST' || request.url !== '/v1/responses') {
      response.writeHead(404).end()
      return
    }
    const reply = replies[Math.min(served++, replies.length - 1)] as Reply
    response.writeHead(reply.status, reply.headers)
    // One event a write, as a provider sends them.
    for (const event of reply.body.split(/(?<=\n\n)/)) await new Promise(resolve => response.write(event, resolve))
    if (reply.end === 'reset') response.socket?.destroy()
    else if (reply.end === 'close') response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
  if (replies.length === 0) await close()
  return {
    baseUrl: `${origin}/v1`,
    chatgptUrl: `${origin}/backend-api/`,
    refreshUrl: `${origin}/oauth/token`,
    [Symbol.asyncDispose]: close,
  }
}
