import type { Store } from '../../../src/store/store.ts'
import type { ModelPrice } from '../../../src/web/contract.ts'
import { storeEvents, type TestEvent } from '../browser.fixture.ts'
import { SAMPLE_PRICE, storeSample } from '../sample-session.ts'

/** When the pictures are taken: a Friday, 10:00 in UTC. */
export const NOW: number = Date.UTC(2026, 10, 6, 10)

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** What the models of the pictures cost; one has no price. */
export const PRICES: ModelPrice[] = [
  SAMPLE_PRICE,
  {
    ...{ model: 'claude-sonnet-4-5*', validFrom: '2025-09-29', source: 'another list' },
    ...{ input: 3, cached: 0.3, cacheWrite: 3.75, output: 15 },
  },
]

const CODEX = { 'service.name': 'codex_cli_rs', 'service.version': '0.171.0' }

const HISTORY = [
  'Find out why the export job runs twice',
  'Rename the columns of the report, and keep the old names working',
  'Add a test for requests that end in the middle of a body',
  'Explain how a worker hands its work over',
  'Update the lockfile and mend what breaks',
  'Draw the retry of a request in the timeline',
]

/** A working week of sessions, three of them of this hour: one goes on, one waits for a person, one has no price. */
export async function storeWeek(store: Store): Promise<void> {
  await storeSample(store, SAMPLE_START)
  let number = 0
  for (let day = 6; day >= 0; day -= 1) {
    const isWeekend = day >= 5
    for (const hour of isWeekend ? [15] : day === 0 ? [7] : [8, 10, 13, 16]) {
      const prompt = HISTORY[number % HISTORY.length] ?? ''
      const start = NOW - day * DAY - 10 * HOUR + hour * HOUR + number * 7 * MINUTE
      await storeSample(store, start, {
        ...{ conversation: `019a5b00-${String(4_000 + number)}-7abc-8def-0123456789ab`, first: number * 5 },
        ...{
          prompts: [prompt, ...HISTORY.slice(0, number % 3)],
          model: number % 4 === 2 ? 'gpt-5.1' : SAMPLE_PRICE.model,
        },
      })
      number += 1
    }
  }
  await storeEvents(store, '019a5b10-1000-7abc-8def-0123456789ab', goingOn(NOW - 95_000), CODEX)
  await storeEvents(store, '019a5b10-2000-7abc-8def-0123456789ab', waiting(NOW - 3 * MINUTE), CODEX)
  await storeEvents(store, '019a5b10-3000-7abc-8def-0123456789ab', withoutPrice(NOW - 70 * MINUTE), {
    'service.name': 'codex_exec',
  })
  await storeEvents(store, 'b7c1f2d0-4000-4abc-8def-0123456789ab', ofClaudeCode(NOW - 3 * HOUR), {
    'service.name': 'claude-code',
  })
}

const named = (model: string, events: readonly TestEvent[]): TestEvent[] =>
  events.map(event => ({ ...event, attributes: { model, ...event.attributes } }))

const answered = (at: number, input: number, output: number): TestEvent[] => [
  {
    name: 'codex.api_request',
    at,
    attributes: { attempt: 0, duration_ms: 820, 'http.response.status_code': 200 },
  },
  {
    name: 'codex.sse_event',
    at: at + 6_100,
    attributes: {
      ...{ 'event.kind': 'response.completed', ttft_ms: 1_310, input_token_count: input, output_token_count: output },
      ...{ cached_token_count: Math.round(input * 0.8), reasoning_token_count: 64 },
    },
  },
]

const goingOn = (at: number): TestEvent[] =>
  named(SAMPLE_PRICE.model, [
    { name: 'codex.user_prompt', at, attributes: { prompt: 'Add --since to the export command' } },
    ...answered(at + 900, 18_400, 320),
    {
      name: 'codex.tool_result',
      at: at + 9_000,
      attributes: {
        ...{ call_id: 'c1', tool_name: 'exec_command', success: true, duration_ms: 640 },
        ...{ arguments: '{"cmd":"rg -n since src/cli"}', output: 'Process exited with code 0\nOutput:\n' },
      },
    },
    ...answered(at + 70_000, 21_900, 540),
  ])

const waiting = (at: number): TestEvent[] =>
  named(SAMPLE_PRICE.model, [
    { name: 'codex.user_prompt', at, attributes: { prompt: 'Remove the old build folder and build again' } },
    ...answered(at + 900, 12_100, 180),
    {
      name: 'codex.sse_event',
      at: at + 137_000,
      attributes: { 'event.kind': 'response.function_call_arguments.done' },
    },
    ...answered(at + 132_000, 13_300, 90),
  ])

const withoutPrice = (at: number): TestEvent[] =>
  named('my-own-model', [
    { name: 'codex.user_prompt', at, attributes: { prompt: '[REDACTED]', prompt_length: 84 } },
    ...answered(at + 700, 9_400, 260),
    {
      name: 'codex.api_request',
      at: at + 9_000,
      attributes: { attempt: 0, duration_ms: 410, 'error.message': 'http 503', 'http.response.status_code': 503 },
    },
    ...answered(at + 12_000, 9_900, 310),
  ])

const ofClaudeCode = (at: number): TestEvent[] => {
  const events: TestEvent[] = [
    { name: 'claude_code.user_prompt', at, attributes: { prompt: 'Review the change of the spool' } },
  ]
  for (let step = 0; step < 6; step += 1) {
    events.push(
      {
        name: 'claude_code.api_request',
        at: at + 8_000 + step * 21_000,
        attributes: {
          ...{ input_tokens: 1_200, output_tokens: 640, cache_read_tokens: 30_000 + step * 4_000 },
          ...{ cache_creation_tokens: 4_000, duration_ms: 7_400 },
        },
      },
      {
        name: 'claude_code.tool_result',
        at: at + 12_000 + step * 21_000,
        attributes: { tool_name: step % 2 === 0 ? 'Read' : 'Grep', success: true, duration_ms: 30 + step * 11 },
      },
    )
  }
  return events.map(event => ({
    ...event,
    attributes: {
      'session.id': 'b7c1f2d0-4000-4abc-8def-0123456789ab',
      ...event.attributes,
      model: 'claude-sonnet-4-5-20250929',
    },
  }))
}

/** When the session began that a person looks at. */
export const SAMPLE_START: number = NOW - 30 * MINUTE

const refused = (
  secondsAgo: number,
  path: string,
  status: number,
  reason: string,
  cure: string,
): Parameters<Store['refuse']>[0] => ({
  ...{
    timeMs: NOW - secondsAgo * 1_000,
    transport: 'http',
    signal: undefined,
    method: 'POST',
    path,
    userAgent: 'an agent',
  },
  ...{ bytes: 300, status, reason, cure },
})

/** Requests that an agent made in vain. */
export async function storeRefused(store: Store): Promise<void> {
  await store.refuse(refused(200, '/v1/log', 404, 'no signal is received at /v1/log', 'use /v1/logs'))
  await store.refuse(
    refused(90, '/v1/logs', 415, 'the content type is text/plain', 'set protocol = "binary" or "json"'),
  )
}
