import type { RecoveryEvent, RecoveryStep } from '@codex/auth'
import type { CodexEvents } from '@codex/otel-api'
import { afterEach, describe, expect, it } from 'vitest'
import { answer, calls, failed } from '../../test/model-server.ts'
import { messagesOf, startWebsocketServer, type WebsocketReply } from '../../test/websocket-server.ts'
import { askAt, CREDENTIALS, type Outcome } from './ask.fixture.ts'
import type { AskModelOptions } from './ask-model.ts'
import type { InputItem } from './responses-api.ts'
import { createWebsocketSession, type WebsocketSession } from './websocket-session.ts'

let session: WebsocketSession
afterEach(() => session.close())

const HI: WebsocketReply = { messages: messagesOf(answer('hi')) }
const CREATED = { type: 'response.created', response: {} }
const completed = (id: string): object => ({ type: 'response.completed', response: { id, usage: null } })
const user = (text: string): InputItem => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })

/** Asks over a WebSocket with one retry of the stream, as the fixture has it. */
function ask(baseUrl: string, change: (options: AskModelOptions) => void = () => {}): Promise<Outcome> {
  return askAt(baseUrl, options => {
    options.websocket = session
    change(options)
  })
}

async function askOnce(replies: WebsocketReply[], change?: (options: AskModelOptions) => void) {
  session = createWebsocketSession()
  await using server = await startWebsocketServer(replies)
  const outcome = await ask(server.baseUrl, change)
  return { ...outcome, connections: server.requests.map(({ connection }) => connection), http: server.httpRequests }
}

const connects = ({ recorded }: Outcome): Partial<CodexEvents['codex.websocket_connect']>[] =>
  recorded.flatMap(([name, payload]) => (name === 'codex.websocket_connect' ? [payload as object] : []))
const reused = ({ recorded }: Outcome): unknown[] =>
  recorded.flatMap(([name, payload]) =>
    name === 'codex.websocket_request' ? [(payload as { connectionReused: boolean }).connectionReused] : [],
  )

describe('a conversation over a WebSocket', () => {
  it('sends the credential with the upgrade, and emits the connection and the request', async () => {
    session = createWebsocketSession()
    await using server = await startWebsocketServer([HI])
    const outcome = await ask(server.baseUrl)
    expect(outcome.items).toHaveLength(1)
    expect(server.upgrades[0]).toMatchObject({
      authorization: 'Bearer secret',
      'openai-beta': 'responses_websockets=2026-02-06',
    })
    expect(server.requests[0]?.body).toEqual({ type: 'response.create', model: 'm', input: [] })
    expect(outcome.recorded.slice(0, 2)).toEqual([
      [
        'codex.websocket_connect',
        {
          durationMs: expect.any(Number),
          success: true,
          endpoint: '/responses',
          authHeaderAttached: true,
          authHeaderName: 'authorization',
          retryAfterUnauthorized: false,
          connectionReused: false,
          reauth: false,
        },
      ],
      ['codex.websocket_request', { durationMs: expect.any(Number), success: true, connectionReused: false }],
    ])
    expect(JSON.stringify(outcome.recorded)).not.toContain('secret')
    expect(server.httpRequests).toBe(0)
  })

  it('keeps the connection, and sends the items since the previous response', async () => {
    session = createWebsocketSession()
    const first = { messages: [...messagesOf(answer('hi')).slice(0, -1), completed('resp_1')] }
    const unnamed = { messages: [...messagesOf(answer('hi')).slice(0, -1), completed('')] }
    await using server = await startWebsocketServer([first, unnamed, HI])
    const input: InputItem[] = [user('one')]
    const withInput = (options: AskModelOptions): void => {
      options.request = { model: 'm', input: [...input] } as unknown as AskModelOptions['request']
    }
    const one = await ask(server.baseUrl, withInput)
    input.push(...(one.items ?? []), user('two'))
    const two = await ask(server.baseUrl, withInput)
    // This response had no id, so the next request is sent as a whole.
    input.push(...(two.items ?? []), user('three'))
    await ask(server.baseUrl, withInput)
    expect(
      server.requests.map(({ connection, body }) => [connection, body.previous_response_id, body.input.length]),
    ).toEqual([
      [1, undefined, 1],
      [1, 'resp_1', 1],
      [1, undefined, 5],
    ])
    expect(server.requests[1]?.body.input).toEqual([user('two')])
    expect(reused(two)).toEqual([true])
  })

  it.each<[string, WebsocketReply]>([
    ['a connection that the server closes', { messages: [CREATED], end: 'close' }],
    ['a connection that is cut', { messages: [CREATED], end: 'cut' }],
    ['a binary message', { messages: [Buffer.from('x')] }],
    ['an oversized message', { messages: [`{"type":"${'x'.repeat(8 * 2 ** 20)}"}`] }],
    ['response.failed', { messages: messagesOf(failed('server_error', 'scripted')) }],
    ['an error message', { messages: [{ type: 'error', error: { message: 'oops' } }] }],
    ['an error message with status 500', { messages: [{ type: 'error', status: 500, error: { message: 'busy' } }] }],
  ])('opens a new connection for another request after %s', async (_what, reply) => {
    const outcome = await askOnce([reply, HI])
    expect(outcome.connections).toEqual([1, 2])
    expect(outcome.items).toHaveLength(1)
    expect(outcome.notices).toHaveLength(1)
    expect(reused(outcome)).toEqual([false, false])
  })

  it('reports how the server closed the connection, and that a message was too large', async () => {
    const reason = async (reply: WebsocketReply): Promise<string | undefined> =>
      (await askOnce([reply, HI])).notices[0]?.reason
    expect(await reason({ end: 'close' })).toBe(
      'stream disconnected before completion: websocket closed by server before response.completed (code 1011: scripted)',
    )
    expect(await reason({ end: 'cut' })).toContain('stream closed before response.completed')
    expect(await reason({ messages: ['x'.repeat(8 * 2 ** 20 + 1)] })).toContain(
      'a message is larger than 8388608 bytes',
    )
  })

  it('sends no further request after an error message for which no retry helps', async () => {
    const quota = { type: 'error', status: 429, error: { type: 'usage_limit_reached', message: 'used up' } }
    const outcome = await askOnce([{ messages: [quota] }, HI])
    expect(outcome.error?.message).toBe('http 429: used up')
    expect(outcome.connections).toEqual([1])
    expect(outcome.http).toBe(0)
  })

  it('waits as long as an error message asks for', async () => {
    const limit = { type: 'error', status: 429, headers: { 'Retry-After': '0.03' }, error: { message: 'limit' } }
    expect((await askOnce([{ messages: [limit] }, HI])).notices[0]?.waitMs).toBe(30)
  })

  it('skips messages that are not JSON, and events of unknown kinds', async () => {
    const { items } = await askOnce([
      { messages: ['{oops', '[]', { type: 'codex.rate_limits' }, ...messagesOf(answer('hi'))] },
    ])
    expect(items).toHaveLength(1)
  })

  it('drops the messages that arrive after a response', async () => {
    session = createWebsocketSession()
    const late = messagesOf(answer('late'))
    await using server = await startWebsocketServer([{ messages: [...messagesOf(answer('one')), ...late] }, HI])
    await ask(server.baseUrl)
    const { items } = await ask(server.baseUrl)
    expect(items).toMatchObject([{ content: [{ text: 'hi' }] }])
  })

  it('opens a new connection when the server sends nothing after a request', async () => {
    const outcome = await askOnce([{ messages: [CREATED] }, HI], options => {
      options.provider.streamIdleTimeoutMs = 100
    })
    expect(outcome.notices[0]?.reason).toContain('idle timeout waiting for websocket')
    expect(outcome.connections).toEqual([1, 2])
  })

  it('stops at once when it is aborted, and closes the connection', async () => {
    session = createWebsocketSession()
    await using server = await startWebsocketServer([
      { messages: [{ type: 'response.output_text.delta', delta: 'x' }] },
    ])
    const stop = new AbortController()
    const { error } = await ask(server.baseUrl, options => {
      options.signal = stop.signal
      options.listener = { onText: () => stop.abort(new Error('stopped')) }
    })
    expect(error?.message).toBe('stopped')
    await server.allClosed()
    expect(server.requests).toHaveLength(1)
  })

  it('stops at once when it is aborted while it connects', async () => {
    session = createWebsocketSession()
    await using server = await startWebsocketServer([HI], { upgrades: ['silent'] })
    const stop = new AbortController()
    const asked = ask(server.baseUrl, options => {
      options.signal = stop.signal
    })
    await expect.poll(() => server.upgrades).toHaveLength(1)
    stop.abort(new Error('stopped'))
    const outcome = await asked
    expect(outcome.error?.message).toBe('stopped')
    expect(connects(outcome)).toEqual([])
    await server.allClosed()
  })
})

describe('where no WebSocket can be opened', () => {
  it('the conversation continues over HTTP after the retries of the stream, and stays there', async () => {
    session = createWebsocketSession()
    const refused = {
      status: 500,
      headers: { 'x-request-id': 'req_ws', 'cf-ray': 'ray' },
      body: '{"error":{"message":"no"}}',
    }
    await using server = await startWebsocketServer([HI], { upgrades: [refused] })
    const outcome = await ask(server.baseUrl)
    expect(outcome.items).toMatchObject([{ content: [{ text: 'over HTTP' }] }])
    expect(connects(outcome)).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({
          success: false,
          statusCode: 500,
          errorMessage: 'http 500',
          requestId: 'req_ws',
          authCfRay: 'ray',
        }),
      ),
    )
    expect(outcome.fallbacks).toEqual(['http 500: no'])
    await ask(server.baseUrl)
    expect(server.upgrades).toHaveLength(2)
    expect(server.httpRequests).toBe(2)
  })

  it('the last error counts the requests over HTTP, as the summary of the conversation does', async () => {
    session = createWebsocketSession()
    const body = '{"error":{"message":"wrong key"}}'
    const http = [{ status: 401, body }]
    await using server = await startWebsocketServer([HI], { upgrades: [{ status: 401, body }], http })
    const outcome = await ask(server.baseUrl)
    expect(outcome.notices.map(({ reason }) => reason)).toEqual(['http 401: wrong key', 'http 401: wrong key'])
    expect(outcome.fallbacks).toEqual(['http 401: wrong key'])
    expect(outcome.attempts).toHaveLength(2)
    expect(outcome.error?.message).toBe('http 401: wrong key (gave up after 2 requests over HTTP)')
  })

  it('the conversation continues over HTTP at once after status 426', async () => {
    session = createWebsocketSession()
    await using server = await startWebsocketServer([HI], { upgrades: [{ status: 426 }] })
    const outcome = await ask(server.baseUrl)
    expect(outcome).toMatchObject({ fallbacks: ['http 426'], notices: [], attempts: [0] })
    expect(connects(outcome)).toMatchObject([{ success: false, statusCode: 426 }])
  })

  it('the attempt fails in time where the server does not answer the upgrade', async () => {
    session = createWebsocketSession()
    await using server = await startWebsocketServer([HI], { upgrades: ['silent'] })
    const outcome = await ask(server.baseUrl, options => {
      options.provider.websocketConnectTimeoutMs = 50
      options.provider.streamMaxRetries = 0
    })
    expect(outcome.fallbacks).toEqual([`cannot open a WebSocket to ${server.baseUrl}: no connection within 50 ms`])
    expect(connects(outcome)).toMatchObject([{ success: false, errorMessage: 'error opening websocket' }])
    expect(outcome.items).toHaveLength(1)
  })

  it('the turn ends after status 400', async () => {
    session = createWebsocketSession()
    await using server = await startWebsocketServer([HI], {
      upgrades: [{ status: 400, body: '{"error":{"message":"no"}}' }],
    })
    const outcome = await ask(server.baseUrl)
    expect(outcome.error?.message).toBe('http 400: no')
    expect(server.httpRequests).toBe(0)
  })

  it('the sign-in is recovered after status 401, and the upgrade is sent again with the new credential', async () => {
    session = createWebsocketSession()
    await using server = await startWebsocketServer([HI], { upgrades: [{ status: 401 }, 'accept'] })
    let token = 'old'
    const event: RecoveryEvent = { mode: 'managed', step: 'refresh_token', outcome: 'recovery_succeeded' }
    const next = async (): Promise<RecoveryStep> => {
      token = 'new'
      return { recovered: true, event, problem: undefined }
    }
    const outcome = await ask(server.baseUrl, options => {
      options.credentials = {
        ...CREDENTIALS,
        headers: () => ({ authorization: `Bearer ${token}` }),
        recovery: () => ({ next }),
      }
    })
    expect(server.upgrades.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new'])
    expect(outcome.recorded.map(([name]) => name).slice(0, 3)).toEqual([
      'codex.websocket_connect',
      'codex.auth_recovery',
      'codex.websocket_connect',
    ])
    expect(connects(outcome)).toMatchObject([{ statusCode: 401 }, { success: true, retryAfterUnauthorized: true }])
    expect(outcome.items).toHaveLength(1)
  })
})

it('a new connection is opened where the credential has changed', async () => {
  session = createWebsocketSession()
  await using server = await startWebsocketServer([{ messages: messagesOf(calls({ arguments: '{}' })) }, HI])
  let token = 'one'
  const credentials = { ...CREDENTIALS, headers: () => ({ authorization: `Bearer ${token}` }) }
  const signedIn = (options: AskModelOptions): void => {
    options.credentials = credentials
  }
  await ask(server.baseUrl, signedIn)
  token = 'two'
  const outcome = await ask(server.baseUrl, signedIn)
  expect(connects(outcome)).toMatchObject([{ success: true, reauth: true }])
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2])
})
