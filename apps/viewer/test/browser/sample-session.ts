import type { Store } from '../../src/store/store.ts'
import type { ModelPrice } from '../../src/web/contract.ts'
import { storeEvents, type TestEvent } from './browser.fixture.ts'

const PROMPTS = [
  'Make the flaky spool test wait for the seal instead of sleeping',
  'Now do the same for the heartbeat test',
  'Why does the second assertion fail on Node 22?',
  'Write a changeset for it',
]
const COMMANDS = [
  'rg -n "sleep" packages/otel-sdk/src',
  'pnpm vitest run spool',
  'git diff --stat',
  'sed -n 1,80p src/worker/spool/segment.ts',
  'pnpm typecheck',
]

/** What the model of the session costs. */
export const SAMPLE_PRICE: ModelPrice = {
  ...{ model: 'gpt-5.1-codex', validFrom: '2025-11-13', source: 'a list' },
  ...{ input: 1.25, cached: 0.125, cacheWrite: 1.25, output: 10 },
}

/** What differs between two such sessions. */
interface Sample {
  conversation: string
  prompts: readonly string[]
  model: string
  /** The number of its first tool call, which everything else of it hangs on. */
  first: number
}

const SAMPLE: Sample = {
  conversation: '01a228ab-1111-76bc-b85b-0f939d845cce',
  prompts: PROMPTS,
  model: SAMPLE_PRICE.model,
  first: 0,
}

/** A session as a person has it: of some turns, with commands that are asked for, a retry and a failure. */
export async function storeSample(
  store: Store,
  start: number,
  { conversation, prompts, model, first }: Sample = SAMPLE,
): Promise<void> {
  const events: TestEvent[] = [{ name: 'codex.conversation_starts', at: start }]
  let at = start + 1_000
  let call = first
  let context = 21_000
  for (const prompt of prompts) {
    events.push({ name: 'codex.user_prompt', at, attributes: { prompt, prompt_length: prompt.length } })
    for (let step = 0; step < 5; step += 1) {
      const headers = 700 + ((call * 131) % 900)
      if (call % 7 === 3) {
        const refused = { duration_ms: 300, attempt: 0, 'http.response.status_code': 429, 'error.message': 'http 429' }
        events.push({ name: 'codex.api_request', at: at + 400, attributes: refused })
        at += 2_600
      }
      const done = at + headers + 3_000 + ((call * 977) % 9_000)
      context += 2_300
      events.push(
        {
          name: 'codex.api_request',
          at: at + headers,
          attributes: { duration_ms: headers, attempt: call % 7 === 3 ? 1 : 0, 'http.response.status_code': 200 },
        },
        {
          name: 'codex.sse_event',
          at: done,
          attributes: {
            ...{ 'event.kind': 'response.completed', input_token_count: context, ttft_ms: headers + 500 },
            ...{ cached_token_count: Math.round(context * 0.88), output_token_count: 200 + ((call * 37) % 700) },
            reasoning_token_count: 64 + call * 3,
          },
        },
      )
      at = done
      const asks = call % 5 === 1
      if (asks) at += call === 6 ? 53_000 : 9_000
      const about = { call_id: `call_${call}`, tool_name: 'exec_command' }
      const source = asks ? 'User' : 'Config'
      events.push({ name: 'codex.tool_decision', at, attributes: { ...about, decision: 'approved', source } })
      const duration = 500 + ((call * 713) % 8_000)
      at += duration
      events.push({
        name: 'codex.tool_result',
        at,
        attributes: {
          ...{ ...about, duration_ms: duration, success: call !== 13 },
          arguments: JSON.stringify({ cmd: COMMANDS[call % COMMANDS.length] }),
          output: `Wall time: 0.5 seconds\nProcess exited with code ${call % 9 === 4 ? 1 : 0}\nOutput:\n12 tests passed\n`,
        },
      })
      call += 1
      at += 300
    }
    at += 60_000
  }
  const named = events.map(event => ({ ...event, attributes: { ...event.attributes, model } }))
  await storeEvents(store, conversation, named, {
    'service.name': 'codex_cli_rs',
    'service.version': '0.171.0',
  })
}
