import type { ServerResponse } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import {
  type Answer,
  type RawHttpServer,
  type RawRequest,
  sendJson,
  startRawHttpServer,
} from '../../test/mcp/raw-http-server.ts'
import { connectMcp, type McpClient } from './client.ts'
import { httpTransport } from './http-transport.ts'
import { MAX_MESSAGE_BYTES, type Transport } from './transport.ts'

const PATIENT = { timeout: 10_000 }
const LIMITS = { timeoutMs: 10_000, signal: new AbortController().signal }
const EVENTS = { 'content-type': 'text/event-stream' }

const opened: Transport[] = []
afterEach(() => Promise.all(opened.splice(0).map(transport => transport.close())))

async function connect({ url }: RawHttpServer, limits: typeof LIMITS = LIMITS): Promise<McpClient> {
  const transport = httpTransport({ url, headers: () => ({}) })
  opened.push(transport)
  return await connectMcp(transport, limits)
}

/** Starts a server that answers calls of tools by `answer`, and other requests as the protocol says. */
const calls =
  (answer: (request: RawRequest, response: ServerResponse) => void): Answer =>
  (request, response) =>
    request.message.method === 'tools/call' ? answer(request, response) : false

const event = (message: unknown): string => `data: ${JSON.stringify(message)}\n\n`
const result = ({ message }: RawRequest, text: string): unknown => ({
  jsonrpc: '2.0',
  id: message.id,
  result: { content: [{ type: 'text', text }] },
})
const callsIn = ({ requests }: RawHttpServer): RawRequest[] =>
  requests.filter(({ message }) => message.method === 'tools/call')
const failure = (reason: unknown): unknown => ({ output: reason, success: false })

it('a stream is closed when the answer has come, though the server keeps it open', async () => {
  await using server = await startRawHttpServer(
    calls((request, response) => void response.writeHead(200, EVENTS).write(event(result(request, 'one')))),
  )
  const client = await connect(server)
  expect(await client.call('echo', {}, LIMITS)).toEqual({ output: 'one', success: true })
  await expect.poll(() => callsIn(server).map(({ cutOff }) => cutOff), PATIENT).toEqual([true])
})

it.each([
  ['before it is answered', () => {}],
  ['while its answer arrives', (response: ServerResponse) => void response.writeHead(200, EVENTS).write(': hi\n\n')],
])('a call that is interrupted %s closes its connection, and no other', async (_when, begin) => {
  const waiting: (() => void)[] = []
  await using server = await startRawHttpServer(
    calls((request, response) => {
      const { name } = request.message.params ?? {}
      if (name === 'hang') begin(response)
      else waiting.push(() => sendJson(response, result(request, 'late')))
    }),
  )
  const client = await connect(server)
  const other = client.call('echo', {}, LIMITS)
  const hanging = client.call('hang', {}, { ...LIMITS, timeoutMs: 200 })
  expect(await hanging).toEqual(failure('tool call error: no answer within 0.2 seconds'))
  const cutOff = (): boolean[] =>
    callsIn(server).map(({ message, cutOff: closed }) => message.params?.name === 'hang' && closed)
  await expect.poll(() => cutOff().filter(Boolean).length, PATIENT).toBe(1)
  await expect
    .poll(() => server.requests.map(({ message }) => message.method), PATIENT)
    .toContain('notifications/cancelled')
  for (const answer of waiting) answer()
  expect(await other).toEqual({ output: 'late', success: true })
})

it.each<[string, Record<string, string>, string]>([
  ['JSON', { 'content-type': 'application/json' }, ' '],
  ['an event', EVENTS, 'data: '],
])('%s that is larger than the largest message is read no further', async (_what, headers, beginning) => {
  await using server = await startRawHttpServer(
    calls((_request, response) => {
      response.writeHead(200, headers).write(beginning)
      const piece = ' '.repeat(1 << 16)
      const write = (): void => void (response.destroyed || response.write(piece, write))
      write()
    }),
  )
  const client = await connect(server)
  const answer = await client.call('echo', {}, LIMITS)
  expect(answer).toEqual(failure(expect.stringMatching(new RegExp(`tool call error: .* ${MAX_MESSAGE_BYTES} `))))
  await expect.poll(() => callsIn(server).map(({ cutOff }) => cutOff), PATIENT).toEqual([true])
})

it('a JSON answer may have the size of the largest message, and not one byte more', async () => {
  await using server = await startRawHttpServer(
    calls((request, response) => {
      const text = JSON.stringify(result(request, 'large'))
      const size = MAX_MESSAGE_BYTES + (request.message.params?.name === 'larger' ? 1 : 0)
      response.writeHead(200, { 'content-type': 'application/json' }).end(text.padEnd(size))
    }),
  )
  const client = await connect(server)
  expect(await client.call('large', {}, LIMITS)).toEqual({ output: 'large', success: true })
  const refused = `tool call error: the server sent a message of more than ${MAX_MESSAGE_BYTES} bytes`
  expect(await client.call('larger', {}, LIMITS)).toEqual(failure(refused))
})

it.each([301, 302, 303, 307, 308])('a redirect with %d to the same server is not followed', async status => {
  await using server = await startRawHttpServer(
    calls((_request, response) => void response.writeHead(status, { location: '/elsewhere' }).end()),
  )
  const client = await connect(server)
  expect(await client.call('echo', {}, LIMITS)).toEqual(failure(`tool call error: http ${status}`))
  await opened[0]?.close()
  expect(new Set(server.requests.map(({ url }) => url))).toEqual(new Set(['/mcp']))
})

it('a stream that breaks is not resumed, whatever the server numbers its events with', async () => {
  await using server = await startRawHttpServer(
    calls((_request, response) => {
      response.writeHead(200, EVENTS).end('retry: 1\nid: 7\ndata: {"jsonrpc":"2.0","method":"notifications/x"}\n\n')
    }),
  )
  const client = await connect(server)
  const answer = await client.call('echo', {}, LIMITS)
  expect(answer).toEqual(failure('tool call error: the server ended the stream without an answer'))
  expect(server.requests.map(({ method }) => method)).not.toContain('GET')
})

it('a request of the server in the stream is answered while the call waits', async () => {
  const open: [RawRequest, ServerResponse][] = []
  await using server = await startRawHttpServer((request, response) => {
    if (request.message.method === 'tools/call') {
      open.push([request, response])
      const questions = [
        { jsonrpc: '2.0', id: 'a', method: 'ping' },
        { jsonrpc: '2.0', id: 'b', method: 'roots/list' },
      ]
      response.writeHead(200, EVENTS).write(event(questions))
      return
    }
    if (request.message.id === 'b') for (const [call, stream] of open) stream.end(event(result(call, 'thanks')))
    return false
  })
  const client = await connect(server)
  expect(await client.call('echo', {}, LIMITS)).toEqual({ output: 'thanks', success: true })
  const replies = server.requests.filter(({ message }) => message.method === undefined && message.id !== undefined)
  expect(replies.map(({ message }) => message)).toEqual([
    { jsonrpc: '2.0', id: 'a', result: {} },
    { jsonrpc: '2.0', id: 'b', error: expect.objectContaining({ code: -32601 }) },
  ])
})

it('an error without an id fails the call that it answers, with the beginning of its message', async () => {
  await using server = await startRawHttpServer(
    calls((_request, response) => {
      sendJson(response, { jsonrpc: '2.0', id: null, error: { code: -32700, message: `no:${'o'.repeat(5000)}` } })
    }),
  )
  const client = await connect(server)
  const { output, success } = await client.call('echo', {}, LIMITS)
  expect(success).toBe(false)
  expect(output).toMatch(/^tool call error: no:o+$/)
  expect(output.length).toBeLessThan(600)
})

it('a session id that cannot be a header is not sent back', async () => {
  await using server = await startRawHttpServer(({ message }, response) => {
    if (message.method === 'initialize') response.setHeader('mcp-session-id', 'x'.repeat(2000))
    return false
  })
  await connect(server)
  await opened[0]?.close()
  expect(server.requests.filter(({ headers }) => 'mcp-session-id' in headers)).toEqual([])
  expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST'])
})

it('a server that refuses notifications is used', async () => {
  await using server = await startRawHttpServer(({ message }, response) => {
    if (message.method !== 'notifications/initialized') return false
    response.writeHead(500).end()
  })
  expect((await connect(server)).tools.map(({ name }) => name)).toEqual(['echo'])
})

it('a connection fails in time where the server never answers a notification', async () => {
  await using server = await startRawHttpServer(({ message }) =>
    message.method === 'notifications/initialized' ? undefined : false,
  )
  const connecting = connect(server, { ...LIMITS, timeoutMs: 300 })
  await expect(connecting).rejects.toThrow('no answer within 0.3 seconds')
})

it('a call that was interrupted before sends no request', async () => {
  await using server = await startRawHttpServer(() => false)
  const client = await connect(server)
  const signal = AbortSignal.abort(new Error('interrupted'))
  expect(await client.call('echo', {}, { ...LIMITS, signal })).toEqual(failure('tool call error: interrupted'))
  expect(callsIn(server)).toEqual([])
})

it('tools without a name are left out, parts of an answer that are no text are named, and the rest is used', async () => {
  await using server = await startRawHttpServer(({ message: { id, method } }, response) => {
    const odd = { name: 'odd', description: 7, inputSchema: 'none', outputSchema: { type: 'array', pattern: '(' } }
    const results: Record<string, unknown> = {
      'tools/list': { tools: [{ name: 1 }, null, odd] },
      'tools/call': { content: [{ type: 'hologram' }, { type: 'text', text: 'text' }], structuredContent: 5 },
    }
    if (method === undefined || results[method] === undefined) return false
    sendJson(response, { jsonrpc: '2.0', id, result: results[method] })
  })
  const client = await connect(server)
  expect(client.tools).toEqual([{ name: 'odd', description: '', inputSchema: {} }])
  expect(await client.call('odd', {}, LIMITS)).toEqual({
    output: '[hologram left out: it is no text]\ntext',
    success: true,
  })
})

it('an endless list of tools is read up to 256 tools, with descriptions of 4096 characters', async () => {
  const lists: RawRequest[] = []
  await using server = await startRawHttpServer((request, response) => {
    const { id, method } = request.message
    if (method !== 'tools/list') return false
    lists.push(request)
    const tools = Array.from({ length: 100 }, (_, index) => ({
      name: `tool-${lists.length}-${index}`,
      description: 'd'.repeat(5000),
      inputSchema: { type: 'object' },
    }))
    sendJson(response, { jsonrpc: '2.0', id, result: { tools, nextCursor: 'more' } })
  })
  const { tools } = await connect(server)
  expect(tools.length).toBe(256)
  expect(new Set(tools.map(({ description }) => description.length))).toEqual(new Set([4096]))
  expect(lists.length).toBe(3)
})

it('a server whose last page of tools never comes is given up in time', async () => {
  await using server = await startRawHttpServer(({ message: { id, method } }, response) => {
    if (method !== 'tools/list') return false
    sendJson(response, { jsonrpc: '2.0', id, result: { tools: [], nextCursor: 'more' } })
  })
  const connecting = connect(server, { ...LIMITS, timeoutMs: 300 })
  await expect(connecting).rejects.toThrow('no answer within 0.3 seconds')
})
