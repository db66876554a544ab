import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionTelemetry, Telemetry } from '@codex/otel-api'
import { type ReceivedLog, type ReceivedSpan, type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTelemetry } from './index.ts'

let receiver: Receiver
let home: string
let telemetry: Telemetry | undefined

beforeEach(async () => {
  receiver = await startReceiver()
  home = mkdtempSync(join(tmpdir(), 'otel-traces-'))
})

afterEach(async () => {
  await telemetry?.shutdown(IN_TIME)
  telemetry = undefined
  await receiver.close()
  rmSync(home, { recursive: true, force: true })
})

/** A machine that is busy takes longer than the default to start the worker. */
const IN_TIME = { timeoutMs: 20_000 }

const http = (endpoint: string) => ({ 'otlp-http': { endpoint, protocol: 'binary' } })

function start(table: Record<string, unknown> = {}): SessionTelemetry {
  telemetry = createTelemetry({
    config: { exporter: http(receiver.logsUrl), trace_exporter: http(receiver.tracesUrl), ...table },
    codexHome: home,
    serviceVersion: '1.2.3',
    env: {},
  })
  return telemetry.session({
    conversationId: 'c-1',
    model: 'gpt-5.1-codex',
    originator: 'codex_exec',
    terminalType: 'dumb',
  })
}

async function* events(...data: object[]) {
  for (const one of data) yield { event: (one as { type: string }).type, data: JSON.stringify(one) }
}

async function turn(session: SessionTelemetry): Promise<void> {
  await session.observeTurn({ prompt: 'CANARY-prompt' }, async () => {
    const request = { attempt: 0, endpoint: '/responses', authHeaderName: 'authorization' }
    const response = await session.observeRequest(request, async () => new Response('', { status: 200 }))
    const usage = { input_tokens: 10, output_tokens: 2, total_tokens: 12 }
    const stream = events(
      { type: 'response.output_text.delta', delta: 'CANARY-delta' },
      { type: 'response.completed', response: { id: 'resp_1', model: 'gpt-5.1-codex-2026', usage } },
    )
    for await (const _ of session.observeSse(stream, { response })) void _
    await session.observeTool(
      { toolName: 'exec_command', callId: 'call_1', arguments: 'CANARY-arguments' },
      async () => ({
        output: 'CANARY-output',
      }),
    )
  })
}

const shape = (spans: readonly ReceivedSpan[]): unknown[] =>
  spans.map(({ name, parentSpanId }) => [name, spans.find(({ spanId }) => spanId === parentSpanId)?.name])

it('a turn arrives as a tree, and its log records have the ids of their spans', async () => {
  const session = start()
  await turn(session)
  expect(await telemetry?.shutdown(IN_TIME)).toBe(true)
  const { logs, spans } = receiver
  const ofTurn = spans.filter(({ name }) => name !== 'codex.session_init')
  expect(shape(ofTurn)).toEqual([
    ['chat gpt-5.1-codex', expect.stringMatching(/^invoke_agent /)],
    ['execute_tool exec_command', expect.stringMatching(/^invoke_agent /)],
    [expect.stringMatching(/^invoke_agent /), undefined],
  ])
  expect(ofTurn[0]?.attributes['gen_ai.usage.input_tokens']?.value).toBe(10)
  const spanOf = (log: ReceivedLog | undefined): string | undefined =>
    ofTurn.find(({ spanId }) => spanId === log?.spanId)?.name.split(' ', 1)[0]
  const spanOfEvent = (name: string): string | undefined => spanOf(logs.find(({ eventName }) => eventName === name))
  expect(spanOfEvent('codex.user_prompt')).toBe('invoke_agent')
  expect(spanOfEvent('codex.api_request')).toBe('chat')
  expect(spanOfEvent('codex.tool_result')).toBe('execute_tool')
  // The pieces of an answer have none, the record of its tokens has.
  const pieces = logs.filter(({ eventName }) => eventName === 'codex.sse_event')
  const withTokens = pieces.filter(({ attributes }) => 'input_token_count' in attributes)
  expect(withTokens.map(spanOf)).toEqual(['chat'])
  expect(pieces.filter(piece => !withTokens.includes(piece)).map(({ spanId }) => spanId)).toEqual(['', ''])
  expect(telemetry?.health()?.traces).toMatchObject({ exported: spans.length, pending: 0, dropped: {} })
})

it('no text of the turn is in a byte of the spans', async () => {
  const session = start({ log_user_prompt: true })
  await turn(session)
  await telemetry?.shutdown(IN_TIME)
  const bytes = receiver.requests
    .filter(({ path }) => path?.endsWith('/v1/traces'))
    .map(({ body }) => Buffer.from(body ?? []).toString('latin1'))
  expect(bytes.length).toBeGreaterThan(0)
  expect(bytes.join('')).not.toContain('CANARY')
})

it('without an exporter of traces log records have no ids', async () => {
  const session = start({ trace_exporter: 'none' })
  await turn(session)
  await telemetry?.shutdown(IN_TIME)
  expect(receiver.spans).toEqual([])
  expect(new Set(receiver.logs.map(({ traceId, spanId, flags }) => `${traceId}${spanId}${flags}`))).toEqual(
    new Set(['0']),
  )
})

it('with the sampler off nothing is sent, and log records have the ids all the same', async () => {
  const session = start({ traces: { sampler: 'always_off' } })
  await turn(session)
  await telemetry?.shutdown(IN_TIME)
  expect(receiver.spans).toEqual([])
  const prompt = receiver.logs.find(({ eventName }) => eventName === 'codex.user_prompt')
  expect([prompt?.traceId.length, prompt?.spanId.length, prompt?.flags]).toEqual([32, 16, 0])
})

it.each([
  ['a megabyte', `00-${'1'.repeat(1024 * 1024)}`],
  ['a NUL', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\0'],
  ['upper case', '00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01'],
  ['the version ff', 'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
  ['ids of zeros', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
])('a TRACEPARENT of %s is one notice, and each turn begins a trace of its own', async (_, traceparent) => {
  telemetry = createTelemetry({
    config: { trace_exporter: http(receiver.tracesUrl) },
    codexHome: home,
    serviceVersion: '1',
    env: {},
    traceContext: { traceparent, tracestate: 'a=b' },
  })
  expect(telemetry.problems.map(({ severity, key }) => [severity, key])).toEqual([['notice', 'TRACEPARENT']])
  expect(telemetry.problems[0]?.message.length).toBeLessThan(1000)
  await turn(telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' }))
  await telemetry.shutdown(IN_TIME)
  const root = receiver.spans.find(({ name }) => name.startsWith('invoke_agent'))
  expect(root).toMatchObject({ parentSpanId: '', traceState: '' })
})

it('after the shutdown what is to run in a span runs, and nothing more is sent', async () => {
  const session = start()
  await turn(session)
  expect(await telemetry?.shutdown(IN_TIME)).toBe(true)
  const { length } = receiver.spans
  expect(session.span('late', { a: 1 }, span => span.span('below', undefined, () => 'given'))).toBe('given')
  await expect(session.span('late', undefined, () => Promise.reject(new RangeError('x')))).rejects.toThrow(RangeError)
  await turn(session)
  expect(receiver.spans).toHaveLength(length)
  expect(telemetry?.health()?.traces).toMatchObject({ exported: length, pending: 0 })
})

it('spans are exported where log events are not', async () => {
  const session = start({ exporter: 'none' })
  await turn(session)
  expect(await telemetry?.shutdown(IN_TIME)).toBe(true)
  expect(receiver.logs).toEqual([])
  expect(receiver.spans.map(({ name }) => name.split(' ')[0])).toContain('invoke_agent')
})

it('a phase of the start that is reported when the session has begun has the ids of its start, also within a turn', async () => {
  const session = start()
  session.emit('codex.conversation_starts', {
    reasoningSummary: 'auto',
    providerName: 'openai',
    approvalPolicy: 'never',
    sandboxPolicy: 'read-only',
    mcpServers: [],
  })
  session.emit('codex.startup_phase', { phase: 'before', durationMs: 1 })
  await session.observeTurn({ prompt: 'x' }, async () => {
    session.emit('codex.startup_phase', { phase: 'within', durationMs: 1 })
  })
  expect(await telemetry?.shutdown(IN_TIME)).toBe(true)
  const init = receiver.spans.find(({ name }) => name === 'codex.session_init')
  const phases = receiver.logs.filter(({ eventName }) => eventName === 'codex.startup_phase')
  expect(phases.map(({ traceId, spanId, flags }) => ({ traceId, spanId, flags }))).toEqual(
    Array.from({ length: 2 }, () => ({ traceId: init?.traceId, spanId: init?.spanId, flags: 1 })),
  )
  expect(receiver.spans.map(({ name }) => name).sort()).toEqual(['codex.session_init', 'invoke_agent codex-cli'])
})
