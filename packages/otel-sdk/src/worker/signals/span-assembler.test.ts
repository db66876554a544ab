import { describe, expect, it } from 'vitest'
import { type EventTuple, spanOf } from '../../protocol/event-tuple.ts'
import { type SpanEnding, type SpanEntry, SpanKind, SpanOutcome } from '../../protocol/span-tuple.ts'
import type { AssembledSpan } from './assembled-span.ts'
import { configuredScrubber } from './configured-scrubber.ts'
import { ending, opening, SCRIPTED_TURN, START_MS, spanEvent } from './scripted-turn.fixture.ts'
import { configOf } from './signal-start.fixture.ts'
import { createSpanAssembler } from './span-assembler.ts'

function assemble(steps: readonly (SpanEntry | EventTuple)[], table: Record<string, unknown> = {}): AssembledSpan[] {
  const { content, tracing } = configOf(table)
  const spans: AssembledSpan[] = []
  const scrubber = configuredScrubber(content, undefined)
  const assembler = createSpanAssembler({ content, tracing, scrubber, onSpan: span => spans.push(span) })
  for (const step of steps) {
    if ('type' in step) assembler.take(step)
    else assembler.event(step, spanOf(step))
  }
  return spans
}

const SECRET = 'ghp_A1b2C3d4E5f6G7h8I9j0A1b2C3d4E5f6G7h8'

const common = {
  'gen_ai.conversation.id': 'c-1',
  'session.id': 's-1',
}

it('a turn is a span for itself, for each chat, each question and each tool, and nothing else', () => {
  const spans = assemble(SCRIPTED_TURN)
  expect(spans.map(({ name, isClient, failed }) => [name, isClient, failed])).toEqual([
    ['chat gpt-5.1-codex', true, false],
    ['codex.approval', false, false],
    ['execute_tool exec_command', false, false],
    ['chat gpt-5.1-codex', true, true],
    ['invoke_agent codex-cli', false, false],
  ])
})

it('the turn has the sums of its chats and the counts of what is below it', () => {
  const turn = assemble(SCRIPTED_TURN).at(-1)
  expect(turn?.attributes).toEqual({
    ...common,
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'codex-cli',
    'codex.turn.index': 3,
    'codex.outcome': 'completed',
    'codex.turn.token_usage.input_tokens': 110,
    'codex.turn.token_usage.cached_input_tokens': 60,
    'codex.turn.token_usage.output_tokens': 21,
    'codex.turn.token_usage.reasoning_output_tokens': 5,
    'codex.turn.token_usage.total_tokens': 131,
    'codex.turn.inference_calls': 2,
    'codex.turn.tool_calls': 1,
    'codex.turn.approvals': 1,
    'codex.turn.ttft_ms': 40,
    'codex.prompt_length': 12,
    'codex.auth_mode': 'ApiKey',
    'codex.originator': 'codex_exec',
    'codex.terminal.type': 'dumb',
  })
})

it('a chat has its usage, its answer and how often it was tried, with an event for each attempt', () => {
  const [chat] = assemble(SCRIPTED_TURN)
  expect(chat?.attributes).toEqual({
    ...common,
    'gen_ai.operation.name': 'chat',
    'gen_ai.agent.name': 'codex-cli',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-5.1-codex',
    'gen_ai.request.stream': true,
    'gen_ai.response.id': 'resp_1',
    'gen_ai.response.model': 'gpt-5.1-codex-2026',
    'gen_ai.response.finish_reasons': ['tool_calls'],
    'gen_ai.response.time_to_first_chunk': 0.04,
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 20,
    'gen_ai.usage.cache_read.input_tokens': 60,
    'gen_ai.usage.reasoning.output_tokens': 5,
    'openai.api.type': 'responses',
    'server.address': '127.0.0.1',
    'server.port': 8080,
    'http.response.status_code': 200,
    'codex.request.attempts': 2,
  })
  expect(chat?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
    ['codex.api_request', { attempt: 0, 'http.response.status_code': 500, duration_ms: 7, 'error.type': '500' }],
    ['codex.auth_recovery', { 'auth.mode': 'managed', 'auth.step': 'refresh', 'auth.outcome': 'succeeded' }],
    ['codex.api_request', { attempt: 1, 'http.response.status_code': 200, duration_ms: 9 }],
    ['codex.turn_ttft', { duration_ms: 40 }],
  ])
})

it('an attempt without an answer has failed of its connection, whichever way it went', () => {
  const [chat] = assemble([
    opening(7, SpanKind.chat, 'm'),
    spanEvent(7, 'codex.api_request', { durationMs: 3, attempt: 0, errorMessage: 'connect ECONNREFUSED' }),
    spanEvent(7, 'codex.websocket_connect', { durationMs: 3, success: false }),
    ending(7, SpanOutcome.failed),
  ])
  expect(chat?.events.map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['codex.api_request', 'connection_error'],
    ['codex.websocket_connect', 'connection_error'],
  ])
})

it('a tool and a question have what is known of the call', () => {
  const [, approval, tool] = assemble(SCRIPTED_TURN)
  expect(approval?.attributes).toEqual({
    ...common,
    'codex.approval.decision': 'approved',
    'codex.approval.source': 'User',
    'codex.tool_name': 'exec_command',
    'codex.call_id': 'call_1',
  })
  expect(tool?.attributes).toEqual({
    ...common,
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.agent.name': 'codex-cli',
    'gen_ai.tool.name': 'exec_command',
    'gen_ai.tool.call.id': 'call_1',
    'gen_ai.tool.type': 'function',
    'codex.tool.namespace': 'functions',
    'codex.tool.arguments_length': 17,
    'codex.tool.output_length': 3000,
    'codex.tool.output_line_count': 2,
    'codex.tool.output_truncated': true,
    'codex.sandbox': 'bubblewrap',
    'process.exit.code': 1,
  })
  expect(tool?.events.map(({ name }) => name)).toEqual(['codex.sandbox_outcome'])
})

it('a tool of an MCP server says so', () => {
  const [tool] = assemble([
    opening(1, SpanKind.tool, 'search'),
    { type: 'facts', id: 1, facts: { mcpSessionId: 'm-1', networkTransport: 'pipe' } },
    spanEvent(1, 'codex.tool_result', { toolName: 'search', callId: 'x', success: true, mcpServer: 'docs' }),
    ending(1),
  ])
  expect(tool?.attributes).toMatchObject({
    'gen_ai.tool.type': 'extension',
    'mcp.method.name': 'tools/call',
    'codex.mcp.server': 'docs',
    'mcp.session.id': 'm-1',
    'network.transport': 'pipe',
  })
})

it('a tool is one of an MCP server also where the application says only what it knows of the request', () => {
  const [tool] = assemble([
    opening(1, SpanKind.tool, 'search'),
    { type: 'facts', id: 1, facts: { mcpRequestId: '7', networkTransport: 'tcp' } },
    spanEvent(1, 'codex.tool_result', { toolName: 'search', callId: 'x', success: true }),
    ending(1),
  ])
  expect(tool?.attributes).toMatchObject({
    'gen_ai.tool.type': 'extension',
    'mcp.method.name': 'tools/call',
    'jsonrpc.request.id': '7',
    'network.transport': 'tcp',
  })
  expect(tool?.attributes).not.toHaveProperty('codex.mcp.server')
})

it('the start of a session has its phases, and counts its MCP servers', () => {
  const [init] = assemble([
    opening(1, SpanKind.sessionInit, ''),
    spanEvent(1, 'codex.startup_phase', { phase: 'config', status: 'ok', durationMs: 3 }),
    spanEvent(1, 'codex.conversation_starts', { providerName: 'OpenAI', contextWindow: 200_000, mcpServers: 'a, b' }),
    ending(1),
  ])
  expect(init).toMatchObject({
    name: 'codex.session_init',
    attributes: { 'codex.provider_name': 'OpenAI', 'codex.context_window': 200_000, 'codex.mcp_server_count': 2 },
    events: [{ name: 'codex.startup_phase', attributes: { 'startup.phase': 'config', duration_ms: 3 } }],
  })
})

it('a span that failed says why, with a description only where texts of errors are sent', () => {
  const [, , , failed] = assemble(SCRIPTED_TURN)
  expect(failed?.attributes['error.type']).toBe('rate_limit_exceeded')
  expect(failed?.statusMessage).toMatch(/^CANARY-stream token=\[SCRUBBED:/)
  const [, , , silent] = assemble(SCRIPTED_TURN, { content: { error_text: 'length' } })
  expect([silent?.failed, silent?.statusMessage]).toEqual([true, undefined])
  const [nameless] = assemble([opening(1, SpanKind.tool, 't'), ending(1, SpanOutcome.failed)])
  expect(nameless?.attributes['error.type']).toBe('_OTHER')
})

it('nothing of a prompt, of arguments, of an output or of an error is in a span', () => {
  const spans = assemble(SCRIPTED_TURN, { log_user_prompt: true, content: { error_text: 'off' } })
  expect(JSON.stringify(spans)).not.toContain('CANARY')
})

it('names, labels and values of the application are scrubbed', () => {
  const secret = 'sk-proj-Zx8Kq2LmN4pR7sTvWyB3cD5fG6hJ9kLm'
  const spans = assemble(
    [
      opening(1, SpanKind.own, `step ${secret}`),
      { type: 'attributes', id: 1, attributes: [['note', `is ${secret}`]] },
      { type: 'event', id: 1, timeMs: START_MS, name: `at ${secret}`, attributes: [['list', [secret, 'b']]] },
      ending(1, SpanOutcome.failed, secret),
      opening(2, SpanKind.tool, secret),
      { type: 'facts', id: 2, facts: { callId: secret, sandbox: secret } },
      ending(2),
    ],
    { span_attributes: { team: secret } },
  )
  expect(JSON.stringify(spans.map(span => ({ ...span, opening: undefined })))).not.toContain(secret)
  expect(spans[0]?.attributes).toMatchObject({ note: expect.stringContaining('[SCRUBBED:') })
})

it('the configured attributes are on every span and override none that it has', () => {
  const spans = assemble(SCRIPTED_TURN, { span_attributes: { team: 'platform', 'server.address': 'mine' } })
  expect(spans.map(({ attributes }) => [attributes.team, attributes['server.address']])).toEqual([
    ['platform', '127.0.0.1'],
    ['platform', 'mine'],
    ['platform', 'mine'],
    ['platform', 'mine'],
    ['platform', 'mine'],
  ])
})

it('what the configuration adds to tracestate stands in front of what came in', () => {
  const incoming = { ...opening(1, SpanKind.turn, 'a').origin, traceState: 'other=1' }
  const [span] = assemble([opening(1, SpanKind.turn, 'a', { origin: incoming }), ending(1)], {
    tracestate: { acme: { tier: 'gold' } },
  })
  expect(span?.traceState).toBe('acme=tier:gold,other=1')
})

it.each([
  ['a secret in what came in', `a=1,acme=${SECRET},b=2`, {}, 'a=1,acme=[SCRUBBED:github-token],b=2'],
  ['a credential by its key', 'password=correcthorse,b=2', {}, 'password=[SCRUBBED:password],b=2'],
  ['a secret in what is configured', 'b=2', { acme: { key: SECRET } }, 'acme=key:[SCRUBBED:github-token],b=2'],
  ['a secret that leaves too long a member', `a=${'x '.repeat(118)}https://u:hunter2@h,b=2`, {}, 'b=2'],
])('a span is exported without %s of tracestate', (_, traceState, tracestate, exported) => {
  const incoming = { ...opening(1, SpanKind.turn, 'a').origin, traceState }
  const [span] = assemble([opening(1, SpanKind.turn, 'a', { origin: incoming }), ending(1)], { tracestate })
  expect(span?.traceState).toBe(exported)
})

it('a process that is killed leaves its open turns and what is above another span, ended with the last of these', () => {
  const { content, tracing } = configOf({})
  const scrubber = configuredScrubber(content, undefined)
  const assembler = createSpanAssembler({ content, tracing, scrubber, onSpan: () => {} })
  const below = (id: number) => ({ parentSpanId: [0xf067aa0, id] as const })
  const steps: SpanEntry[] = [
    opening(1, SpanKind.turn, 'codex-cli'),
    opening(2, SpanKind.chat, 'm', below(1)),
    opening(3, SpanKind.tool, 'task', below(1)),
    opening(4, SpanKind.turn, 'explorer', below(3)),
    opening(5, SpanKind.own, 'plan', below(4)),
    { type: 'whole', id: 6, opening: opening(6, SpanKind.own, 'step', below(5)), ending: ending(6) as SpanEnding },
    opening(7, SpanKind.own, 'alone', below(1)),
  ]
  for (const step of steps) assembler.take(step)
  const killed = assembler.killedSpans()
  expect(killed.map(({ endMs, name }) => [name, endMs - START_MS])).toEqual([
    ['invoke_agent codex-cli', 106],
    ['execute_tool task', 106],
    ['invoke_agent explorer', 106],
    ['plan', 106],
  ])
  for (const { attributes } of killed) expect(attributes).toMatchObject({ 'error.type': 'process_killed' })
})

it.each([
  ['aborted', SpanOutcome.aborted, undefined, 'aborted', false],
  ['failed', SpanOutcome.failed, 'timeout', 'failed', true],
  ['left open at the end of the process', SpanOutcome.processExit, undefined, 'process_exit', true],
] as const)('a turn that is %s says so', (_, outcome, errorType, said, failed) => {
  const [turn] = assemble([opening(1, SpanKind.turn, 'a'), ending(1, outcome, errorType)])
  expect([turn?.attributes['codex.outcome'], turn?.failed]).toEqual([said, failed])
})

it('what is not sampled, what turned out to be none and what is no span gives none', () => {
  expect(
    assemble([
      opening(1, SpanKind.turn, 'a', { flags: 0 }),
      spanEvent(1, 'codex.user_prompt', { promptLength: 1 }),
      ending(1),
      opening(2, SpanKind.context, ''),
      spanEvent(2, 'codex.user_prompt', { promptLength: 1 }),
      opening(3, SpanKind.chat, 'm'),
      ending(3, SpanOutcome.discarded),
      ending(4),
    ]),
  ).toEqual([])
})

it('a chat that turned out to be none is not counted by its turn', () => {
  const parentSpanId = [0xf067aa0, 1] as const
  const [turn] = assemble([
    opening(1, SpanKind.turn, 'a'),
    opening(2, SpanKind.chat, 'm', { parentSpanId }),
    ending(2, SpanOutcome.discarded),
    ending(1),
  ])
  expect(turn?.attributes['codex.turn.inference_calls']).toBe(0)
})

it("a sub-agent's chats count for its own turn, its tool for the turn that started it", () => {
  const at = (id: number) => ({ parentSpanId: [0xf067aa0, id] as const })
  const usage = { kind: 'response.completed', durationMs: 1, inputTokens: 5, outputTokens: 1, totalTokens: 6 }
  const spans = assemble([
    opening(1, SpanKind.turn, 'a'),
    opening(2, SpanKind.tool, 'delegate', at(1)),
    opening(3, SpanKind.turn, 'explorer', at(2)),
    opening(4, SpanKind.chat, 'm', at(3)),
    spanEvent(4, 'codex.sse_event', usage),
    ending(4),
    ending(3),
    ending(2),
    ending(1),
  ])
  const [, inner, , outer] = spans
  expect(inner?.attributes['codex.turn.token_usage.input_tokens']).toBe(5)
  expect(outer?.attributes['codex.turn.token_usage.input_tokens']).toBeUndefined()
  expect(outer?.attributes['codex.turn.tool_calls']).toBe(1)
  expect(outer?.attributes['codex.turn.inference_calls']).toBe(0)
})

it('a span has at most 128 attributes, events and links, and counts the others', () => {
  const link = { traceId: [1, 2, 3, 4], spanId: [5, 6], flags: 1, remote: false } as const
  const [span] = assemble([
    opening(1, SpanKind.own, 'many', { links: Array.from({ length: 130 }, () => link) }),
    { type: 'attributes', id: 1, attributes: Array.from({ length: 200 }, (_, i) => [`a${i}`, i] as const) },
    ...Array.from({ length: 131 }, (): SpanEntry => ({ type: 'event', id: 1, timeMs: 1, name: 'e', attributes: [] })),
    ending(1),
  ])
  expect(Object.keys(span?.attributes ?? {})).toHaveLength(128)
  expect([span?.droppedAttributes, span?.events.length, span?.droppedEvents, span?.links.length]).toEqual([
    74, 128, 3, 128,
  ])
  expect(span?.droppedLinks).toBe(2)
})

it('an end before the beginning is none', () => {
  const [span] = assemble([opening(1, SpanKind.own, 'x'), { ...ending(1), timeMs: 5 } as SpanEntry])
  expect(span?.endMs).toBe(span?.opening.timeMs)
})

it('thousands of turns leave nothing behind', () => {
  const { content, tracing } = configOf({})
  let spans = 0
  const scrubber = configuredScrubber(content, undefined)
  const assembler = createSpanAssembler({ content, tracing, scrubber, onSpan: () => spans++ })
  const turn = (id: number): void => {
    assembler.take(opening(id, SpanKind.turn, 'a'))
    assembler.take(opening(id + 1, SpanKind.chat, 'm', { parentSpanId: [0xf067aa0, id] }))
    assembler.event(spanEvent(id + 1, 'codex.turn_ttft', { durationMs: 1 }), id + 1)
    assembler.take(ending(id + 1))
    assembler.take(ending(id))
  }
  for (let i = 0; i < 5_000; i++) turn(2 * i + 1)
  expect(spans).toBe(10_000)
  expect(assembler.openSpans).toBe(0)
})

describe('the texts of a turn', () => {
  const steps = [
    opening(1, SpanKind.turn, 'a'),
    spanEvent(1, 'codex.user_prompt', { prompt: `my "prompt" token=ghp_${'a1B2'.repeat(9)}`, promptLength: 9 }),
    opening(2, SpanKind.tool, 't', { parentSpanId: [0xf067aa0, 1] }),
    spanEvent(2, 'codex.tool_result', { toolName: 't', callId: 'c', arguments: '{"a":1}', output: 'x'.repeat(50_000) }),
    ending(2),
    ending(1),
  ]
  const textsOf = (table: Record<string, unknown>): unknown[] =>
    assemble(steps, table).map(({ attributes }) =>
      Object.fromEntries(
        Object.entries(attributes).filter(([name]) => /messages|call\.(?:arguments|result)$/.test(name)),
      ),
    )

  it('are on no span where the operator does not ask for them', () => {
    expect(textsOf({ log_user_prompt: true })).toEqual([{}, {}])
  })

  it('are on its spans in the form of the conventions where the operator does, scrubbed and cut as in log events', () => {
    const [tool, turn] = textsOf({ log_user_prompt: true, traces: { content: true } }) as Record<string, string>[]
    expect(tool?.['gen_ai.tool.call.arguments']).toBe('{"a":1}')
    expect(tool?.['gen_ai.tool.call.result']?.length).toBeLessThan(3000)
    expect(tool?.['gen_ai.tool.call.result']).toContain('truncated')
    expect(JSON.parse(turn?.['gen_ai.input.messages'] ?? '')).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'my "prompt" token=[SCRUBBED:github-token]' }] },
    ])
  })

  it.each(['off', 'length'])('are on none where they are sent as %s', policy => {
    const content = { prompt: policy, tool_arguments: policy, tool_output: policy }
    expect(textsOf({ traces: { content: true }, content })).toEqual([{}, {}])
  })
})
