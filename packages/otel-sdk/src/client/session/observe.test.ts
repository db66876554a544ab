import type { CodexEventName, CodexEvents, ServerSentEvent } from '@codex/otel-api'
import { describe, expect, it } from 'vitest'
import { type Conversation, createConversation } from './conversation.ts'
import { observeRequest, observeTool } from './observe.ts'
import { observeSse, observeWebsocket } from './observe-stream.ts'

type Emitted = { name: CodexEventName } & Record<string, unknown>

function recorder() {
  const events: Emitted[] = []
  const session = {
    emit<Name extends CodexEventName>(name: Name, payload: CodexEvents[Name]) {
      const fields = Object.entries(payload).filter(([, value]) => value !== undefined)
      events.push({ name, ...Object.fromEntries(fields) } as Emitted)
    },
  }
  return { events, session }
}

const anyMs = expect.any(Number)

describe('observeRequest', () => {
  const request = { attempt: 1, endpoint: '/responses', authHeaderName: 'authorization' }
  const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers: new Headers(headers) })

  it('returns the answer and records its status and attempt', async () => {
    const { events, session } = recorder()
    const response = answer(200)
    await expect(observeRequest(session, request, async () => response)).resolves.toBe(response)
    expect(events).toEqual([
      {
        name: 'codex.api_request',
        attempt: 1,
        endpoint: '/responses',
        authHeaderAttached: true,
        authHeaderName: 'authorization',
        retryAfterUnauthorized: false,
        durationMs: anyMs,
        statusCode: 200,
      },
    ])
  })

  it.each([400, 401])('records the ids that support asks for on a %i answer', async status => {
    const { events, session } = recorder()
    const headers = { 'x-request-id': 'req_1', 'cf-ray': 'ray1', 'x-openai-authorization-error': 'token_expired' }
    await observeRequest(session, request, async () => answer(status, headers))
    expect(events[0]).toMatchObject({
      errorMessage: `http ${status}`,
      requestId: 'req_1',
      authCfRay: 'ray1',
      cfRay: 'ray1',
      authError: 'token_expired',
    })
  })

  it('a header that is promised and fails is no unhandled rejection', async () => {
    const { events, session } = recorder()
    const unhandled: unknown[] = []
    const note = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', note)
    const headers = { get: async () => Promise.reject(new Error('no')) } as unknown as Headers
    await observeRequest(session, request, async () => ({ status: 401, headers }))
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
    process.off('unhandledRejection', note)
    expect(events).toHaveLength(1)
    expect(unhandled).toEqual([])
  })

  it('records none of those ids on other answers, but for the documented cf_ray', async () => {
    const { events, session } = recorder()
    await observeRequest(session, request, async () => answer(500, { 'x-request-id': 'req_1', 'cf-ray': 'ray1' }))
    expect(events[0]).toMatchObject({ errorMessage: 'http 500', cfRay: 'ray1' })
    expect(events[0]).not.toHaveProperty('requestId')
    expect(events[0]).not.toHaveProperty('authCfRay')
  })

  it.each([302, 404, 503])('records a %i answer as an error, as the metrics do', async status => {
    const { events, session } = recorder()
    await observeRequest(session, request, async () => answer(status))
    expect(events[0]).toMatchObject({ statusCode: status, errorMessage: `http ${status}` })
  })

  it('records a request that got no answer and rethrows the error', async () => {
    const { events, session } = recorder()
    const refused = new Error('connect ECONNREFUSED')
    await expect(observeRequest(session, request, () => Promise.reject(refused))).rejects.toBe(refused)
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({ errorMessage: 'error sending request' })
    expect(events[0]).not.toHaveProperty('statusCode')
  })

  it('records that no credential was attached when none is named', async () => {
    const { events, session } = recorder()
    await observeRequest(session, { attempt: 0, endpoint: '/responses' }, async () => answer(200))
    expect(events[0]).toMatchObject({ authHeaderAttached: false })
    expect(events[0]).not.toHaveProperty('authHeaderName')
  })
})

describe('observeTool', () => {
  const tool = { toolName: 'exec_command', callId: 'call_1', arguments: '{}' }

  it('records a plain string as the output of a success', async () => {
    const { events, session } = recorder()
    await expect(observeTool(session, tool, async () => 'done')).resolves.toBe('done')
    expect(events).toEqual([{ name: 'codex.tool_result', ...tool, durationMs: anyMs, success: true, output: 'done' }])
  })

  it('records the success that the tool reports', async () => {
    const { events, session } = recorder()
    await observeTool(session, tool, async () => ({ output: 'rejected', success: false, extra: 1 }))
    expect(events[0]).toMatchObject({ success: false, output: 'rejected' })
  })

  it('records a handler that failed and rethrows its error', async () => {
    const { events, session } = recorder()
    const failure = new Error('no such tool')
    await expect(observeTool(session, tool, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(events).toEqual([
      { name: 'codex.tool_result', ...tool, durationMs: anyMs, success: false, output: 'no such tool' },
    ])
  })
})

describe('observeSse', () => {
  const sse = (type: string, extra: object = {}): ServerSentEvent => ({
    event: type,
    data: JSON.stringify({ type, ...extra }),
  })
  const usage = {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 15,
  }

  async function* stream(events: readonly ServerSentEvent[], failure?: Error): AsyncGenerator<ServerSentEvent> {
    yield* events
    if (failure) throw failure
  }

  async function observe(
    events: readonly ServerSentEvent[],
    options: { failure?: Error; conversation?: Conversation; effort?: string } = {},
  ) {
    const { events: emitted, session } = recorder()
    const conversation = options.conversation ?? createConversation()
    const context = {
      conversation,
      metrics: { firstMessage() {}, websocketMessage() {} },
      reasoningEffort: options.effort,
    }
    const passed: ServerSentEvent[] = []
    let thrown: unknown
    try {
      for await (const event of observeSse(session, stream(events, options.failure), context)) {
        passed.push(event)
      }
    } catch (error) {
      thrown = error
    }
    return { emitted, passed, thrown, conversation }
  }

  it('passes each event on and records it, unknown kinds included', async () => {
    const events = [sse('response.created'), sse('response.something_new'), { data: '{}' }, sse('response.completed')]
    const { emitted, passed } = await observe(events)
    expect(passed).toEqual(events)
    expect(emitted.map(event => event.kind)).toEqual([
      'response.created',
      'response.something_new',
      'message',
      'response.completed',
    ])
    expect(emitted.every(event => typeof event.durationMs === 'number')).toBe(true)
  })

  it('takes the kind of an event without a name from the type in its data', async () => {
    const unnamed = ({ data }: ServerSentEvent): ServerSentEvent => ({ data })
    const item = sse('response.output_item.added', { item: { type: 'function_call' } })
    const conversation = { ...createConversation(), awaitingFirstTokenSince: performance.now() }
    const completed = await observe([item, sse('response.completed', { response: { usage } })].map(unnamed), {
      conversation,
    })
    expect(completed.emitted).toMatchObject([
      { kind: 'response.output_item.added' },
      { name: 'codex.turn_ttft' },
      { kind: 'response.completed' },
      { kind: 'response.completed', totalTokens: 15 },
    ])
    const { data } = sse('response.failed', { response: { error: { message: 'too bad' } } })
    expect((await observe([{ event: '', data }])).emitted).toMatchObject([
      { kind: 'response.failed', errorMessage: data },
      { kind: 'response.completed', errorMessage: 'stream disconnected before completion: too bad' },
    ])
  })

  it('records an event under its name, whatever type its data has', async () => {
    const { data } = sse('response.completed', { response: { usage } })
    const { emitted } = await observe([
      { event: 'some.name', data },
      { event: 'response.created', data: '[]' },
    ])
    expect(emitted).toMatchObject([{ kind: 'some.name' }, { totalTokens: 15 }, { kind: 'response.created' }])
  })

  it('records the token counts after response.completed, with the time to the first output', async () => {
    const item = sse('response.output_item.added', { item: { type: 'message' } })
    const { emitted } = await observe([item, sse('response.completed', { response: { usage } })], { effort: 'high' })
    expect(emitted.at(-1)).toEqual({
      name: 'codex.sse_event',
      kind: 'response.completed',
      inputTokens: 10,
      outputTokens: 5,
      cachedTokens: 4,
      cacheWriteTokens: 0,
      reasoningTokens: 2,
      totalTokens: 15,
      ttftMs: anyMs,
      reasoningEffort: 'high',
    })
  })

  it('records no token counts when the provider sent none', async () => {
    const { emitted } = await observe([sse('response.completed', { response: { usage: null } })])
    expect(emitted).toHaveLength(1)
  })

  it('closes a failed response with the reason, once, worded by its error code', async () => {
    const failed = (code: string) => sse('response.failed', { response: { error: { code, message: 'too bad' } } })
    const closing = async (event: ServerSentEvent) => (await observe([event])).emitted.slice(1)
    const { emitted } = await observe([failed('server_error')])
    expect(emitted[0]).toMatchObject({ kind: 'response.failed', errorMessage: failed('server_error').data })
    expect(emitted[1]).toEqual({
      name: 'codex.sse_event',
      kind: 'response.completed',
      errorMessage: 'stream disconnected before completion: too bad',
    })
    expect(emitted).toHaveLength(2)
    expect(await closing(failed('rate_limit_exceeded'))).toMatchObject([
      { errorMessage: 'rate limit exceeded: too bad' },
    ])
    expect((await closing(failed('context_length_exceeded')))[0]?.errorMessage).toContain('context window')
    expect((await closing(failed('insufficient_quota')))[0]?.errorMessage).toContain('quota')
    expect((await closing(sse('response.incomplete')))[0]?.errorMessage).toContain('incomplete')
  })

  it('records the parse error of data that is not JSON, and goes on', async () => {
    const { emitted, passed } = await observe([{ event: 'response.created', data: '{oops' }, sse('response.created')])
    expect(passed).toHaveLength(2)
    expect(emitted[0]).toMatchObject({ kind: 'response.created', errorMessage: expect.stringContaining('JSON') })
    expect(emitted[1]).not.toHaveProperty('errorMessage')
  })

  it('records a stream that ends early as failed', async () => {
    const { emitted } = await observe([sse('response.created')])
    expect(emitted.at(-1)).toEqual({
      name: 'codex.sse_event',
      kind: 'response.completed',
      errorMessage: 'stream disconnected before completion: stream closed before response.completed',
    })
  })

  it('records a stream that was cut without a kind, closes it, and rethrows', async () => {
    const failure = new Error('idle timeout waiting for SSE')
    const { emitted, thrown } = await observe([sse('response.created')], { failure })
    expect(thrown).toBe(failure)
    expect(emitted.slice(1)).toEqual([
      { name: 'codex.sse_event', durationMs: anyMs, errorMessage: failure.message },
      {
        name: 'codex.sse_event',
        kind: 'response.completed',
        errorMessage: `stream disconnected before completion: ${failure.message}`,
      },
    ])
  })

  it('records no failure when the consumer stops reading, and closes the source', async () => {
    const { events, session } = recorder()
    let closed = false
    async function* source() {
      try {
        yield sse('response.created')
        yield sse('response.created')
      } finally {
        closed = true
      }
    }
    const conversation = createConversation()
    for await (const _ of observeSse(session, source(), {
      conversation,
      metrics: { firstMessage() {}, websocketMessage() {} },
      reasoningEffort: undefined,
    }))
      break
    expect(events).toHaveLength(1)
    expect(closed).toBe(true)
  })

  it.each([
    ['a text delta', sse('response.output_text.delta')],
    ['a reasoning delta', sse('response.reasoning_summary_text.delta')],
    ['a function call', sse('response.output_item.added', { item: { type: 'function_call' } })],
    ['a function call that comes whole', sse('response.output_item.done', { item: { type: 'function_call' } })],
  ])('records the time to the first token once a turn, at %s', async (_what, first) => {
    const conversation = { ...createConversation(), awaitingFirstTokenSince: performance.now() }
    const { emitted } = await observe([sse('response.created'), first, first], { conversation })
    expect(emitted.map(event => event.name).filter(name => name === 'codex.turn_ttft')).toHaveLength(1)
    expect(emitted[2]).toEqual({ name: 'codex.turn_ttft', durationMs: anyMs })
    const again = await observe([first], { conversation })
    expect(again.emitted.some(event => event.name === 'codex.turn_ttft')).toBe(false)
  })

  it('does not take the start of a message for the first token', async () => {
    const conversation = { ...createConversation(), awaitingFirstTokenSince: performance.now() }
    await observe([sse('response.output_item.added', { item: { type: 'message' } })], { conversation })
    expect(conversation.awaitingFirstTokenSince).toBeDefined()
  })
})

describe('observeWebsocket', () => {
  const message = (type: string, extra: object = {}) => ({ data: JSON.stringify({ type, ...extra }) })

  /** Reads all that the source gives; returns what was emitted, what was counted, and what was thrown. */
  async function observe(messages: readonly { data: string }[], failure?: Error) {
    const { events: emitted, session } = recorder()
    const counted: string[] = []
    const metrics = {
      firstMessage() {},
      websocketMessage: (kind: string, success: boolean) => void counted.push(`${kind} ${success}`),
    }
    async function* source() {
      yield* messages
      if (failure) throw failure
    }
    const conversation = { ...createConversation(), awaitingFirstTokenSince: performance.now() }
    const passed: unknown[] = []
    let thrown: unknown
    try {
      const context = { conversation, metrics, reasoningEffort: 'high' }
      for await (const event of observeWebsocket(session, source(), context)) passed.push(event)
    } catch (error) {
      thrown = error
    }
    return { emitted, counted, passed, thrown }
  }

  it('counts each message, and emits the token counts and the time to the first token alone', async () => {
    const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 }
    const messages = [
      message('response.created'),
      message('response.output_text.delta'),
      message('response.completed', { response: { usage } }),
    ]
    const { emitted, counted, passed } = await observe(messages)
    expect(passed).toEqual(messages)
    expect(counted).toEqual(['response.created true', 'response.output_text.delta true', 'response.completed true'])
    expect(emitted).toMatchObject([
      { name: 'codex.turn_ttft' },
      { name: 'codex.sse_event', kind: 'response.completed', totalTokens: 15, ttftMs: anyMs, reasoningEffort: 'high' },
    ])
    expect(emitted[1]).not.toHaveProperty('durationMs')
  })

  it('counts a message that is not JSON as a parse error, and one without a type as unknown', async () => {
    const { counted } = await observe([{ data: '{oops' }, { data: '{}' }, message('response.completed')])
    expect(counted).toEqual(['parse_error false', 'unknown true', 'response.completed true'])
  })

  it.each([
    ['a response that failed', message('response.failed', { response: { error: { message: 'too bad' } } })],
    ['an error event', message('error', { status: 500, error: { message: 'too bad' } })],
  ])('closes %s with the reason, once', async (_what, last) => {
    const { emitted } = await observe([message('response.created'), last])
    expect(emitted).toEqual([
      {
        name: 'codex.sse_event',
        kind: 'response.completed',
        errorMessage: 'stream disconnected before completion: too bad',
      },
    ])
  })

  it('closes a connection that ends early with what the source threw, and rethrows it', async () => {
    const failure = new Error('websocket closed by server before response.completed')
    const { emitted, counted, thrown } = await observe([message('response.created')], failure)
    expect(thrown).toBe(failure)
    expect(counted).toEqual(['response.created true', 'unknown false'])
    expect(emitted).toEqual([
      {
        name: 'codex.sse_event',
        kind: 'response.completed',
        errorMessage: `stream disconnected before completion: ${failure.message}`,
      },
    ])
  })
})
