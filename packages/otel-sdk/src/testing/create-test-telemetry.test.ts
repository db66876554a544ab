import type { SessionOptions } from '@codex/otel-api'
import { describe, expect, it } from 'vitest'
import { type CollectedMetric, createTestTelemetry } from './index.ts'

const SESSION: SessionOptions = {
  conversationId: '01a20491-ea9e-7893-8dfd-738a44e42f8c',
  model: 'gpt-5.1-codex',
  originator: 'codex_exec',
  sessionSource: 'exec',
  terminalType: 'dumb',
  auth: { mode: 'Chatgpt', accountId: 'acct-1', email: 'someone@example.test', userId: 'user-1' },
}
/** Not in one piece: programs look for such in sources. */
const TOKEN = ['gh', 'p_', 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzaB3'].join('')
const SESSION_TAGS = {
  'app.version': '0.0.0',
  auth_mode: 'Chatgpt',
  model: 'gpt-5.1-codex',
  originator: 'codex_exec',
  session_source: 'exec',
}

function open(options: Partial<SessionOptions> = {}) {
  const test = createTestTelemetry()
  const session = test.telemetry.session({ ...SESSION, ...options })
  test.clear()
  /** Metrics by `name{tags}`, without those of the session. */
  const metrics = (): Record<string, number | readonly number[]> =>
    Object.fromEntries(
      test.snapshot().metrics.map((metric: CollectedMetric) => {
        const own = Object.entries(metric.tags).filter(([key]) => !(key in SESSION_TAGS))
        const key = `${metric.name}{${own.map(([tag, value]) => `${tag}=${value}`).join(' ')}}`
        return [key, metric.kind === 'counter' ? metric.value : metric.values]
      }),
    )
  return { ...test, session, metrics }
}

describe('events', () => {
  it('are collected at once, under the content policy', () => {
    const { session, snapshot } = open()
    session.emit('codex.user_prompt', { prompt: 'Say hello' })
    session.emit('codex.tool_result', {
      toolName: 'exec_command',
      callId: 'call_1',
      durationMs: 1,
      success: true,
      arguments: '{}',
      output: 'export OPENAI_API_KEY=sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    })
    const [prompt, result] = snapshot().events
    expect(prompt?.attributes).toMatchObject({ prompt: '[REDACTED]', prompt_length: '9', 'user.account_id': 'acct-1' })
    expect(result?.name).toBe('codex.tool_result')
    expect(result?.attributes.output).not.toContain('abcdefghijklmnop')
  })

  it('hold no secret in a name that the model or a server chose, and count what was replaced', () => {
    const { telemetry, session, snapshot } = open({ model: `model-${TOKEN}` })
    session.emit('codex.tool_result', {
      toolName: `tool-${TOKEN}`,
      callId: TOKEN,
      durationMs: 1,
      success: true,
      arguments: '{}',
      output: 'PASSWORD=hunter2',
    })
    session.emit('codex.auth_recovery', {
      mode: 'managed',
      step: 'reload',
      outcome: 'failed',
      error: `no ${TOKEN}`,
    } as never)
    const [result, recovery] = snapshot().events
    expect(result?.attributes).toMatchObject({
      model: 'model-[SCRUBBED:github-token]',
      tool_name: 'tool-[SCRUBBED:github-token]',
      call_id: '[SCRUBBED:github-token]',
      output: 'PASSWORD=[SCRUBBED:password]',
    })
    expect(recovery?.attributes['auth.error']).toBe('no [SCRUBBED:github-token]')
    expect(JSON.stringify(snapshot())).not.toContain(TOKEN)
    // Two names of a model on each of two events.
    expect(telemetry.health()).toMatchObject({ logs: { scrubbed: 8 } })
  })

  it('follow the table that the application would be configured with', () => {
    const { telemetry, snapshot, problems } = createTestTelemetry({
      config: { log_user_prompt: true, content: { email: 'off' } },
    })
    telemetry.session(SESSION).emit('codex.user_prompt', { prompt: 'Say hello' })
    expect(problems).toEqual([])
    expect(snapshot().events[0]?.attributes.prompt).toBe('Say hello')
    expect(snapshot().events[0]?.attributes).not.toHaveProperty('user.email')
  })
})

describe('test telemetry', () => {
  it('starts counting and reporting anew when it is cleared', () => {
    const { session, telemetry, snapshot, clear } = open()
    const record = (): void => {
      session.counter('bad name', 1)
      for (let i = 0; i < 2001; i++) session.counter('many', 1, { n: String(i) })
    }
    const codes = () => snapshot().diagnostics.map(({ code }) => code)
    record()
    expect(codes()).toEqual(['metric-invalid', 'metric-overflow'])
    clear()
    expect(snapshot()).toEqual({ events: [], metrics: [], spans: [], diagnostics: [] })
    expect(telemetry.health()?.metrics).toMatchObject({ exported: 0, dropped: {} })
    record()
    expect(codes()).toEqual(['metric-invalid', 'metric-overflow'])
    expect(telemetry.health()?.metrics.dropped).toEqual({ invalid: 1 })
  })

  it('records nothing after its end, and counts it', async () => {
    const { session, telemetry, snapshot } = open()
    await telemetry.shutdown()
    session.emit('codex.turn_ttft', { durationMs: 1 })
    expect(snapshot()).toEqual({ events: [], metrics: [], spans: [], diagnostics: [] })
    expect(telemetry.health()).toMatchObject({
      logs: { dropped: { 'after-shutdown': 1 } },
      metrics: { dropped: { 'after-shutdown': 1 } },
    })
  })
})

describe('metrics recorded by hand', () => {
  it('carry the session tags, and never who somebody is', () => {
    const { session, snapshot } = open()
    session.counter('my.counter', 2, { kind: 'a' })
    session.counter('my.counter', 3, { kind: 'a' })
    expect(snapshot().metrics).toEqual([
      { name: 'my.counter', kind: 'counter', unit: '', tags: { ...SESSION_TAGS, kind: 'a' }, value: 5 },
    ])
  })

  it('carry their own tags only where the session does not want its own, and on the process', () => {
    const { session, telemetry, snapshot } = open({ metricTags: false })
    session.counter('of.session', 1)
    telemetry.counter('of.process', 1, { a: 'b' })
    expect(snapshot().metrics.map(({ tags }) => tags)).toEqual([{}, { a: 'b' }])
  })

  it('hold no secret in a tag, and count what was replaced once a series', () => {
    const { session, metrics, telemetry } = open()
    for (let i = 0; i < 3; i++) session.counter('c', 1, { file: `a/${TOKEN}` })
    expect(metrics()).toEqual({ 'c{file=a/[SCRUBBED:github-token]}': 3 })
    expect(telemetry.health()).toMatchObject({ metrics: { scrubbed: 1 } })
  })

  it('are one series whatever the order of their tags', () => {
    const { session, metrics } = open()
    session.counter('c', 1, { a: '1', b: '2' })
    session.counter('c', 1, { b: '2', a: '1' })
    expect(metrics()).toEqual({ 'c{a=1 b=2}': 2 })
  })

  it('have the unit and the buckets of their kind', () => {
    const { session, snapshot } = open()
    session.recordDuration('work', 12.9)
    session.histogram('size', 12.9)
    session.histogram('wait_ms', 12.9)
    const of = snapshot().metrics.map(metric =>
      metric.kind === 'histogram' ? [metric.name, metric.unit, metric.values, metric.bounds.length] : [],
    )
    expect(of).toEqual([
      ['work', 'ms', [12], 34],
      ['size', '', [12.9], 15],
      ['wait_ms', 'ms', [12.9], 34],
    ])
  })

  it('time what runs, settles or is ended, once each', async () => {
    const { session, metrics } = open()
    const error = new Error('broken')
    const broken = (): never => {
      throw error
    }
    expect(session.time('t_ms', { a: 'sync' }, () => 7)).toBe(7)
    expect(() => session.time('t_ms', { a: 'throws' }, broken)).toThrow(error)
    let waited = 0
    const lazy: PromiseLike<number> = {
      // biome-ignore lint/suspicious/noThenProperty: libraries that build queries do so.
      then(resolve) {
        waited++
        return Promise.resolve(6).then(resolve)
      },
    }
    const thenable = session.time('t_ms', { a: 'thenable' }, () => lazy)
    expect(metrics()).not.toHaveProperty('t_ms{a=thenable}')
    expect(await thenable).toBe(6)
    expect(waited).toBe(1)
    const promise = session.time('t_ms', { a: 'async' }, () => Promise.resolve(8))
    expect(metrics()).not.toHaveProperty('t_ms{a=async}')
    await expect(promise).resolves.toBe(8)
    await expect(session.time('t_ms', { a: 'rejects' }, () => Promise.reject(error))).rejects.toBe(error)
    {
      using _timer = session.startTimer('t_ms', { a: 'using' })
    }
    const timer = session.startTimer('t_ms', { a: 'end' })
    timer.end({ b: 'more' })
    timer.end()
    expect(Object.fromEntries(Object.entries(metrics()).map(([key, values]) => [key, [values].flat().length]))).toEqual(
      {
        't_ms{a=sync}': 1,
        't_ms{a=throws}': 1,
        't_ms{a=thenable}': 1,
        't_ms{a=async}': 1,
        't_ms{a=rejects}': 1,
        't_ms{a=using}': 1,
        't_ms{a=end b=more}': 1,
      },
    )
  })

  type Refused = [what: string, record: (session: ReturnType<typeof open>['session']) => void, says: string]
  it.each<Refused>([
    ['an empty name', session => session.counter('', 1), 'not empty'],
    ['a name with a space', session => session.counter('a b', 1), '"a..."'],
    ['a name with a slash', session => session.counter('a/b', 1), 'letters, digits'],
    ['no name', session => session.counter(undefined as never, 1), 'not empty'],
    ['the tag le', session => session.histogram('h', 1, { le: '5' }), '"le" is reserved'],
    ...[
      'conversation.id',
      'conversation_id',
      'Conversation.ID',
      'thread_id',
      'session_id',
      'email',
      'user.email',
      'account_id',
      'accountId',
      'chatgpt_account_id',
      'user.account_id',
      'user_id',
      'user.id',
      'chatgpt-user-id',
    ].map((key): Refused => [`the tag ${key}`, session => session.counter('c', 1, { [key]: 'x' }), 'reserved']),
    ...[SESSION.conversationId, 'acct-1', 'user-1'].map(
      (id): Refused => [
        `the id ${id}`,
        session => session.counter('c', 1, { who: id }),
        'the value of the tag "who" is',
      ],
    ),
    [
      'an e-mail address',
      session => session.counter('c', 1, { who: 'someone@example.test' }),
      'the value of the tag "who"',
    ],
    ['an empty tag', session => session.counter('c', 1, { kind: '' }), 'the value of the tag "kind"'],
    ['an empty key', session => session.counter('c', 1, { '': 'x' }), 'the key of the tag ""'],
    ['a tag that is no text', session => session.counter('c', 1, { n: 5 as never }), 'the value of the tag "n"'],
    ['tags that are no object', session => session.counter('c', 1, 'x' as never), 'no object'],
    ['a negative increment', session => session.counter('c', -1), 'whole number'],
    ['a fraction', session => session.counter('c', 0.5), 'whole number'],
    ['NaN', session => session.histogram('h', Number.NaN), 'finite'],
    ['no number', session => session.histogram('h', '5' as never), 'finite'],
    ['infinity', session => session.recordDuration('d', Number.POSITIVE_INFINITY), 'finite'],
    ['a counter as a histogram', session => session.histogram('codex.api_request', 1), 'it is a counter'],
    ['a histogram as a counter', session => session.counter('codex.turn.token_usage', 1), 'it is a histogram'],
  ])('are dropped, counted and reported once: %s', (_, record, message) => {
    const { session, telemetry, snapshot, metrics } = open()
    for (let i = 0; i < 3; i++) expect(() => record(session)).not.toThrow()
    expect(metrics()).toEqual({})
    expect(telemetry.health()?.metrics.dropped).toEqual({ invalid: 3 })
    expect(snapshot().diagnostics).toEqual([
      { severity: 'warning', code: 'metric-invalid', message: expect.stringContaining(message) },
    ])
    expect(JSON.stringify(snapshot())).not.toContain('someone@')
  })

  it('never add up to more than a number can tell; what would is counted as invalid', () => {
    const { session, telemetry, metrics } = open()
    for (let i = 0; i < 3; i++) {
      session.counter('c', Number.MAX_SAFE_INTEGER - 1)
      session.histogram('h', 1e308 / 2)
      session.emit('codex.turn_ttft', { durationMs: 1e308 / 2 })
    }
    session.counter('c', 1)
    expect(metrics()).toEqual({
      'c{}': Number.MAX_SAFE_INTEGER,
      'h{}': [1e308 / 2],
      'codex.turn.ttft.duration_ms{}': [1e308 / 2],
    })
    expect(telemetry.health()?.metrics.dropped).toEqual({ invalid: 6 })
  })

  it('do not throw where tags cannot be read', () => {
    const { session, metrics } = open()
    const tags = {
      get kind(): string {
        throw new Error('unreadable')
      },
    }
    expect(() => session.counter('c', 1, tags)).not.toThrow()
    expect(metrics()).toEqual({})
  })

  it('past 2,000 series of a metric are added up in one, with one warning', () => {
    const { session, snapshot, telemetry } = open()
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 2500; i++) session.counter('many', 1, { n: String(i) })
    }
    session.counter('few', 1)
    const many = snapshot().metrics.filter(({ name }) => name === 'many')
    expect(many).toHaveLength(2000)
    expect(many.at(-1)).toMatchObject({ tags: { 'otel.metric.overflow': 'true' }, value: 2 * 501 })
    expect(snapshot().diagnostics.map(({ code }) => code)).toEqual(['metric-overflow'])
    expect(snapshot().metrics.find(({ name }) => name === 'few')).toMatchObject({ value: 1 })
    expect(telemetry.health()?.metrics.dropped).toEqual({})
  })
})

describe('metrics recorded with the events', () => {
  const tool = { toolName: 'exec_command', callId: 'call_1', arguments: '{}' }

  it('count tool calls with the sandbox policy of the conversation', async () => {
    const { session, metrics } = open()
    session.emit('codex.conversation_starts', {
      providerName: 'p',
      reasoningSummary: 'auto',
      approvalPolicy: 'never',
      sandboxPolicy: 'read-only',
      mcpServers: [],
    })
    session.emit('codex.tool_result', { ...tool, durationMs: 3.9, success: true, output: '', sandbox: 'seccomp' })
    session.emit('codex.tool_result', {
      ...tool,
      toolName: 'echo!',
      durationMs: 2,
      success: false,
      output: '',
      mcpServer: 'demo',
    })
    expect(metrics()).toEqual({
      'codex.thread.started{is_git=unknown is_worktree=unknown}': 1,
      'codex.tool.call{sandbox=seccomp sandbox_policy=read-only success=true tool=exec_command}': 1,
      'codex.tool.call.duration_ms{sandbox=seccomp sandbox_policy=read-only success=true tool=exec_command}': [3],
      'codex.tool.call{sandbox=none sandbox_policy=read-only success=false tool=echo_}': 1,
      'codex.tool.call.duration_ms{sandbox=none sandbox_policy=read-only success=false tool=echo_}': [2],
      'codex.mcp.call{server=demo status=error tool=echo_}': 1,
      'codex.mcp.call.duration_ms{server=demo status=error tool=echo_}': [2],
    })
  })

  it('count only the questions that were really asked', () => {
    const { session, metrics } = open()
    const decided = { toolName: 'exec_command', callId: 'call_1' }
    session.emit('codex.tool_decision', { ...decided, decision: 'approved', source: 'Config' })
    session.emit('codex.tool_decision', { ...decided, decision: 'approved_for_session', source: 'User' })
    session.emit('codex.tool_decision', {
      ...decided,
      decision: 'approved_for_session',
      source: 'User',
      remembered: true,
    })
    session.emit('codex.tool_decision', { ...decided, decision: 'denied', source: 'AutomatedReviewer' })
    expect(metrics()).toEqual({
      'codex.approval.requested{approved=approved_for_session tool=unified_exec}': 1,
      'codex.approval.requested{approved=denied tool=unified_exec}': 1,
    })
  })

  it('count requests without an answer, and streams that were cut', async () => {
    const { session, metrics } = open()
    const refused = session.observeRequest({ attempt: 0, endpoint: '/responses' }, () => Promise.reject(new Error()))
    await expect(refused).rejects.toThrow()
    session.emit('codex.sse_event', { durationMs: 5, errorMessage: 'reset' })
    session.emit('codex.sse_event', { kind: 'response.completed', errorMessage: 'disconnected' })
    expect(metrics()).toMatchObject({
      'codex.api_request{status=none success=false}': 1,
      'codex.sse_event{kind=unknown success=false}': 1,
      'codex.sse_event.duration_ms{kind=unknown success=false}': [5],
    })
    expect(metrics()).not.toHaveProperty('codex.sse_event{kind=response.completed success=false}')
  })

  it('take the numbers that the events have', () => {
    const { session, snapshot, metrics } = open()
    for (const durationMs of [Number.NaN, null, '5', -3, 5.9]) {
      session.emit('codex.sse_event', { kind: 'response.created', durationMs: durationMs as number })
    }
    const usages = [
      { inputTokens: 10, outputTokens: -5, cachedTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0, totalTokens: 5 },
      { inputTokens: 7, outputTokens: '1', cachedTokens: Number.NaN },
      { totalTokens: null },
    ]
    for (const usage of usages)
      session.emit('codex.sse_event', { kind: 'response.completed', ...(usage as object) } as never)
    const of = (name: string) =>
      snapshot().events.flatMap(({ attributes }) => (name in attributes ? [Number(attributes[name])] : []))
    expect(of('duration_ms')).toEqual([0, 5])
    expect(metrics()).toMatchObject({
      'codex.sse_event{kind=response.created success=true}': 2,
      'codex.sse_event.duration_ms{kind=response.created success=true}': [0, 5],
      'codex.turn.token_usage{token_type=input}': [10, 7],
      'codex.turn.token_usage{token_type=output}': [0, 0],
      'codex.turn.token_usage{token_type=total}': [5, 0],
    })
    expect(of('input_token_count')).toEqual([10, 7])
    expect(of('output_token_count')).toEqual([0])
    expect(of('tool_token_count')).toEqual([5])
    expect(session.runtimeSummary()).toMatchObject({
      streamingEvents: { count: 2, durationMs: 5 },
      tokens: { input: 17, output: 0, total: 5 },
    })
  })

  it('count the messages of a WebSocket', async () => {
    const { session, metrics } = open()
    async function* messages() {
      yield { data: '{"type":"response.created"}' }
      yield { data: '{"type":"response.failed","response":{}}' }
    }
    for await (const _ of session.observeWebsocket(messages()));
    expect(metrics()).toEqual({
      'codex.websocket.event{kind=response.created success=true}': 1,
      'codex.websocket.event.duration_ms{kind=response.created success=true}': [expect.any(Number)],
      'codex.websocket.event{kind=response.failed success=false}': 1,
      'codex.websocket.event.duration_ms{kind=response.failed success=false}': [expect.any(Number)],
    })
  })

  it('count WebSockets and phases of starting', () => {
    const { session, metrics } = open()
    session.emit('codex.websocket_connect', {
      durationMs: 4,
      success: true,
      endpoint: '/responses',
      authHeaderAttached: true,
      retryAfterUnauthorized: false,
      connectionReused: false,
      reauth: false,
    })
    session.emit('codex.websocket_request', { durationMs: 1, success: false, connectionReused: true })
    session.emit('codex.startup_phase', { phase: 'thread_start_total', status: 'ready', durationMs: 9 })
    expect(metrics()).toEqual({
      'codex.websocket.connect{reauth=false success=true}': 1,
      'codex.websocket.connect.duration_ms{reauth=false success=true}': [4],
      'codex.websocket.request{success=false}': 1,
      'codex.websocket.request.duration_ms{success=false}': [1],
      'codex.startup.phase.duration_ms{phase=thread_start_total status=ready}': [9],
    })
  })

  it('count the process once', () => {
    const { telemetry, snapshot } = createTestTelemetry()
    telemetry.session(SESSION)
    telemetry.session(SESSION)
    expect(snapshot().metrics).toEqual([
      { name: 'codex.process.start', kind: 'counter', unit: '', tags: { originator: 'codex_exec' }, value: 1 },
    ])
  })
})

describe('a turn', () => {
  const usage = {
    kind: 'response.completed',
    inputTokens: 10,
    cachedTokens: 4,
    cacheWriteTokens: 0,
    outputTokens: 5,
    reasoningTokens: 2,
    totalTokens: 15,
  } as const

  it('gives one value of each kind of token, whatever the number of responses', async () => {
    const { session, metrics } = open()
    const result = await session.observeTurn({ prompt: 'p' }, async () => {
      session.emit('codex.sse_event', usage)
      await session.observeTool({ toolName: 't', callId: 'c', arguments: '{}' }, async () => 'done')
      session.emit('codex.sse_event', usage)
      return 'answer'
    })
    expect(result).toBe('answer')
    expect(metrics()).toMatchObject({
      'codex.conversation.turn.count{}': 1,
      'codex.turn.e2e_duration_ms{}': [expect.any(Number)],
      'codex.turn.tool.call{}': [1],
      'codex.turn.token_usage{token_type=total}': [30],
      'codex.turn.token_usage{token_type=input}': [20],
      'codex.turn.token_usage{token_type=cached_input}': [8],
      'codex.turn.token_usage{token_type=cache_write_input}': [0],
      'codex.turn.token_usage{token_type=output}': [10],
      'codex.turn.token_usage{token_type=reasoning_output}': [4],
    })
  })

  it.each([
    ['the first ends first', [0, 1]],
    ['the second ends first', [1, 0]],
  ] as const)('that overlaps with another loses nothing when %s', async (_which, [first, second]) => {
    const { session, metrics } = open()
    const ends: (() => void)[] = []
    const begin = (): Promise<void> =>
      session.observeTurn({ prompt: 'p' }, () => new Promise<void>(resolve => ends.push(resolve)))
    const step = async (): Promise<void> => {
      session.emit('codex.sse_event', usage)
      await session.observeTool({ toolName: 't', callId: 'c', arguments: '{}' }, async () => 'done')
    }
    const turns = [begin(), begin()]
    await step()
    ends[first]?.()
    await turns[first]
    await step()
    ends[second]?.()
    await turns[second]
    session.emit('codex.sse_event', usage)
    const sum = (name: string): number => (metrics()[name] as number[]).reduce((total, value) => total + value, 0)
    expect(sum('codex.turn.token_usage{token_type=total}')).toBe(3 * usage.totalTokens)
    expect(session.runtimeSummary()?.tokens.total).toBe(3 * usage.totalTokens)
    expect(sum('codex.turn.tool.call{}')).toBe(2)
    expect(metrics()['codex.turn.e2e_duration_ms{}']).toHaveLength(2)
  })

  it('counts the tokens of each model for that model', async () => {
    const { session, snapshot } = open()
    await session.observeTurn({ prompt: 'p' }, async () => {
      session.emit('codex.sse_event', usage)
      session.withModel('mini').emit('codex.sse_event', usage)
    })
    const totals = snapshot().metrics.filter(({ tags }) => tags.token_type === 'total')
    expect(totals.map(({ tags }) => tags.model)).toEqual(['gpt-5.1-codex', 'mini'])
  })

  it('that fails is measured too, and its error rethrown', async () => {
    const { session, metrics } = open()
    const error = new Error('broken')
    await expect(session.observeTurn({ prompt: 'p' }, () => Promise.reject(error))).rejects.toBe(error)
    expect(metrics()).toMatchObject({ 'codex.turn.tool.call{}': [0], 'codex.turn.token_usage{token_type=total}': [0] })
  })

  it('that is under way when the process ends is measured until then, once', async () => {
    const { session, telemetry, metrics } = open()
    let finish = (): void => {}
    const turn = session.observeTurn({ prompt: 'p' }, () => new Promise<void>(resolve => (finish = resolve)))
    session.emit('codex.sse_event', usage)
    await telemetry.shutdown()
    finish()
    await turn
    expect(metrics()['codex.turn.token_usage{token_type=total}']).toEqual([15])
  })

  it('whose end the application does not report gives one value for each response', () => {
    const { session, metrics } = open()
    session.emit('codex.user_prompt', { prompt: 'p' })
    session.emit('codex.sse_event', usage)
    session.emit('codex.sse_event', usage)
    expect(metrics()['codex.turn.token_usage{token_type=total}']).toEqual([15, 15])
    expect(metrics()).not.toHaveProperty('codex.turn.e2e_duration_ms{}')
  })

  it('has its first message timed, once', async () => {
    const { session, metrics } = open()
    const done = { event: 'response.output_item.done', data: '{"item":{"type":"message"}}' }
    async function* stream() {
      yield { event: 'response.output_item.done', data: '{"item":{"type":"function_call"}}' }
      yield done
      yield done
    }
    session.emit('codex.user_prompt', { prompt: 'p' })
    for await (const _ of session.observeSse(stream()));
    expect(metrics()['codex.turn.ttfm.duration_ms{}']).toHaveLength(1)
  })

  it('and the rest of the conversation are summed up, for all its models', async () => {
    const { session } = open()
    await session.observeTurn({ prompt: 'p' }, async () => {
      session.emit('codex.turn_ttft', { durationMs: 80 })
      session.emit('codex.api_request', {
        durationMs: 20.7,
        statusCode: 200,
        attempt: 0,
        endpoint: '/responses',
        authHeaderAttached: true,
        retryAfterUnauthorized: false,
      })
      session.emit('codex.sse_event', { kind: 'response.created', durationMs: 3 })
      session.withModel('mini').emit('codex.sse_event', usage)
    })
    expect(session.runtimeSummary()).toEqual({
      turns: 1,
      toolCalls: { count: 0, durationMs: 0 },
      apiCalls: { count: 1, durationMs: 20 },
      streamingEvents: { count: 1, durationMs: 3 },
      websocketCalls: { count: 0, durationMs: 0 },
      tokens: { total: 15, input: 10, cachedInput: 4, cacheWriteInput: 0, output: 5, reasoningOutput: 2 },
      timeToFirstToken: { count: 1, durationMs: 80 },
    })
  })
})
