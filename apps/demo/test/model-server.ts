import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An answer of the model server. */
export interface Reply {
  status?: number
  headers?: Record<string, string>
  body?: string
  /** `reset` cuts the connection after the body, `hang` leaves it open. Default: the answer ends. */
  end?: 'close' | 'reset' | 'hang'
}

export interface ModelServer extends AsyncDisposable {
  baseUrl: string
  /** The bodies of the requests so far. */
  requests: { headers: IncomingHttpHeaders; body: { input: unknown[] } & Record<string, unknown> }[]
}

/** Starts a model provider on loopback that answers each request with the next reply; the last one repeats. */
export async function startModelServer(replies: readonly Reply[]): Promise<ModelServer> {
  const requests: ModelServer['requests'] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const reply = replies[Math.min(requests.length, replies.length - 1)] as Reply
    requests.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) })
    response.writeHead(reply.status ?? 200, { 'content-type': 'text/event-stream', ...reply.headers })
    response.flushHeaders()
    const end = (): void => {
      if (reply.end === 'reset') response.socket?.destroy()
      else if (reply.end !== 'hang') response.end()
    }
    if (reply.body) response.write(reply.body, end)
    else end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** A body of server-sent events in the form of providers. */
export function sse(...events: ({ type: string } & Record<string, unknown>)[]): string {
  return events.map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

export const COMPLETED = { type: 'response.completed', response: { id: 'r', usage: null } }

/** A reply with a complete answer. */
export function answer(text: string): Reply {
  const item = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }
  return {
    body: sse(
      { type: 'response.output_text.delta', delta: text },
      { type: 'response.output_item.done', item },
      COMPLETED,
    ),
  }
}

/** A reply that calls tools. */
export function calls(...wanted: { name?: string; call_id?: string; arguments: string }[]): Reply {
  const items = wanted.map((call, i) => ({
    type: 'response.output_item.done',
    item: { type: 'function_call', call_id: `call_${i}`, name: 'exec_command', ...call },
  }))
  return { body: sse(...items, COMPLETED) }
}

/** A reply with a failed response. */
export function failed(code: string, message: string): Reply {
  return { body: sse({ type: 'response.failed', response: { error: { code, message } } }) }
}
