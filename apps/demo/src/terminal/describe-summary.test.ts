import { expect, it } from 'vitest'
import type { RuntimeSummary } from '../telemetry.ts'
import { describeSummary } from './describe-summary.ts'

const nothing = { count: 0, durationMs: 0 }
const summary: RuntimeSummary = {
  turns: 2,
  apiCalls: { count: 3, durationMs: 1234 },
  streamingEvents: { count: 1, durationMs: 7 },
  toolCalls: nothing,
  websocketCalls: nothing,
  timeToFirstToken: { count: 2, durationMs: 300 },
  tokens: { total: 2580, input: 2468, cachedInput: 2000, cacheWriteInput: 0, output: 112, reasoningOutput: 0 },
}

it('the summary of a conversation has two lines, and leaves out counts of zero', () => {
  expect(describeSummary(summary)).toEqual([
    '2 turns · 3 requests (1.2 s) · 1 stream event (7 ms) · first token after 150 ms',
    '2,580 tokens: 2,468 in (2,000 cached), 112 out',
  ])
})

it('the summary ends with the trace of the latest turn', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const traceOf = (turns: number, flags: string): string | undefined =>
    describeSummary({ ...summary, turns }, { traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}` })[2]
  expect(traceOf(1, '01')).toBe(`trace: ${traceId}`)
  expect(traceOf(2, '03')).toBe(`trace of the last turn: ${traceId}`)
  expect(traceOf(1, '00')).toBe(`trace: ${traceId} (not recorded, by the sampler)`)
})

it('the summary counts the requests over a WebSocket', () => {
  const of = (count: number): string | undefined =>
    describeSummary({ ...summary, apiCalls: nothing, websocketCalls: { count, durationMs: 0 } })[0]
  expect(of(1)).toMatch(/^2 turns · 1 request over a WebSocket · /)
  expect(of(3)).toMatch(/^2 turns · 3 requests over a WebSocket · /)
})

it('there is no summary of a conversation without a turn, and no line for tokens that the provider did not report', () => {
  expect(describeSummary({ ...summary, turns: 0 })).toEqual([])
  const { tokens } = summary
  expect(describeSummary({ ...summary, tokens: { ...tokens, total: 0 } })).toHaveLength(1)
})
