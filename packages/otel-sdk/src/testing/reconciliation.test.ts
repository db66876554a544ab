import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import type { CollectedSpan } from './collect-spans.ts'
import { createTestTelemetry, type TelemetrySnapshot } from './create-test-telemetry.ts'
import { type Clock, type Expected, OBSERVED, play, sessionPlan, type Usage } from './generated-sessions.fixture.ts'

afterEach(() => void vi.restoreAllMocks())

/** Where each count of a response stands: on a chat, on a turn, in a log event, and as a `token_type` of the metric. */
const PLACES: Readonly<Record<keyof Usage, readonly [chat: string, turn: string, log: string, tokenType: string]>> = {
  input: ['input_tokens', 'input_tokens', 'input_token_count', 'input'],
  cached: ['cache_read.input_tokens', 'cached_input_tokens', 'cached_token_count', 'cached_input'],
  cacheWrite: [
    'cache_creation.input_tokens',
    'cache_write_input_tokens',
    'cache_write_token_count',
    'cache_write_input',
  ],
  output: ['output_tokens', 'output_tokens', 'output_token_count', 'output'],
  reasoning: ['reasoning.output_tokens', 'reasoning_output_tokens', 'reasoning_token_count', 'reasoning_output'],
}

/** A clock that only goes on when somebody waits. */
function controlledClock(): Clock {
  const startMs = Date.UTC(2026, 8, 21, 10)
  let now = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(startMs + now))
  return {
    async pass(ms) {
      await null
      now += ms
      await null
    },
  }
}

const allOf = (spans: readonly CollectedSpan[]): CollectedSpan[] =>
  spans.flatMap(span => [span, ...allOf(span.children)])
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const isLeft = ({ attributes }: CollectedSpan): boolean => attributes['error.type'] === 'process_exit'

/** Looks at one recording from each side. */
function read(snapshot: TelemetrySnapshot) {
  const spans = allOf(snapshot.spans)
  const named = (name: string): CollectedSpan[] => spans.filter(span => span.name.split(' ')[0] === name)
  const metric = (name: string, tags: Readonly<Record<string, string>> = {}) =>
    snapshot.metrics.filter(
      one => one.name === name && Object.entries(tags).every(([key, value]) => one.tags[key] === value),
    )
  return {
    named,
    /** The sum of an attribute. */
    total: (of: readonly CollectedSpan[], attribute: string) =>
      sum(of.map(({ attributes }) => Number(attributes[attribute] ?? 0))),
    durations: (of: readonly CollectedSpan[]) => sum(of.map(({ startMs, endMs }) => endMs - startMs)),
    events: (name: string) => snapshot.events.filter(event => event.name === name),
    /** What a counter, or a histogram, adds up to. */
    counted: (name: string, tags?: Readonly<Record<string, string>>) =>
      sum(metric(name, tags).map(one => (one.kind === 'counter' ? one.value : one.sum))),
  }
}

function reconcile(snapshot: TelemetrySnapshot, expected: Expected): void {
  const { counted, durations, events, named, total } = read(snapshot)
  const chats = named('chat')
  const tools = named('execute_tool')
  const finishedTools = tools.filter(span => !isLeft(span))
  const turns = named('invoke_agent')
  const observed = turns.filter(({ attributes }) => attributes['codex.prompt_length'] === OBSERVED.length)
  const answered = named('codex.approval').filter(
    ({ attributes }) => attributes['codex.approval.decision'] !== undefined,
  )

  for (const [kind, [chat, turn, log, token_type]] of Object.entries(PLACES)) {
    const said = expected.usage[kind as keyof Usage]
    const inLogs = sum(events('codex.sse_event').map(({ attributes }) => Number(attributes[log] ?? 0)))
    const places = {
      chats: total(chats, `gen_ai.usage.${chat}`),
      logs: inLogs,
      metric: counted('codex.turn.token_usage', { token_type }),
      turns: total(turns, `codex.turn.token_usage.${turn}`),
    }
    expect({ kind, ...places }).toEqual({ kind, chats: said, logs: said, metric: said, turns: said })
  }

  expect({
    turns: turns.length,
    prompts: events('codex.user_prompt').length,
    turnCount: counted('codex.conversation.turn.count'),
  }).toEqual({ turns: expected.turns, prompts: expected.turns, turnCount: expected.turns })
  expect({ chats: chats.length, inTurns: total(turns, 'codex.turn.inference_calls') }).toEqual({
    chats: expected.chats,
    inTurns: expected.chats,
  })
  const { attempts } = expected
  expect({
    attempts: total(chats, 'codex.request.attempts'),
    twins: chats.flatMap(span => span.events).filter(({ name }) => name === 'codex.api_request').length,
    logs: events('codex.api_request').length,
    metric: counted('codex.api_request'),
  }).toEqual({ attempts, twins: attempts, logs: attempts, metric: attempts })
  expect({
    tools: finishedTools.length,
    inTurns: total(turns, 'codex.turn.tool_calls') - (tools.length - finishedTools.length),
    logs: events('codex.tool_result').length,
    metric: counted('codex.tool.call'),
  }).toEqual({ tools: expected.tools, inTurns: expected.tools, logs: expected.tools, metric: expected.tools })
  expect({ approvals: answered.length, metric: counted('codex.approval.requested') }).toEqual({
    approvals: expected.approvals,
    metric: expected.approvals,
  })

  const within = (name: string, spans: readonly CollectedSpan[]): void => {
    expect(Math.abs(counted(name) - durations(spans)), name).toBeLessThanOrEqual(spans.length)
  }
  within('codex.tool.call.duration_ms', finishedTools)
  within('codex.turn.e2e_duration_ms', observed)
  expect(observed).toHaveLength(expected.observedTurns)
  const attemptMs = chats
    .flatMap(span => span.events)
    .filter(({ name }) => name === 'codex.api_request')
    .map(({ attributes }) => Number(attributes.duration_ms))
  expect(sum(attemptMs)).toBe(counted('codex.api_request.duration_ms'))
  expect(total(turns, 'codex.turn.ttft_ms')).toBe(counted('codex.turn.ttft.duration_ms'))
}

it('spans, log events and metrics of any session say the same', async () => {
  await fc.assert(
    fc.asyncProperty(sessionPlan, async plan => {
      const clock = controlledClock()
      const { telemetry, snapshot } = createTestTelemetry()
      const expected = await play(telemetry, plan, clock)
      await telemetry.shutdown()
      expect(snapshot().diagnostics).toEqual([])
      reconcile(snapshot(), expected)
    }),
    { numRuns: 1_000 },
  )
})
