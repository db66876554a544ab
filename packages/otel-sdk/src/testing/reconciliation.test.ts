import { disagreements, reconcile, type SeenSpan, type SeenTelemetry } from '@codex/test-kit/reconciliation'
import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import type { CollectedSpan } from './collect-spans.ts'
import { createTestTelemetry, type TelemetrySnapshot } from './create-test-telemetry.ts'
import { type Clock, OBSERVED, play, sessionPlan } from './generated-sessions.fixture.ts'

afterEach(() => void vi.restoreAllMocks())

/** A clock that goes on only while somebody waits. */
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

const seen = ({ spans, events, metrics }: TelemetrySnapshot): SeenTelemetry => ({
  spans: allOf(spans).map(span => ({ ...span, durationMs: span.endMs - span.startMs })),
  logs: events,
  points: metrics.map(metric => ({
    name: metric.name,
    attributes: metric.tags,
    total: metric.kind === 'counter' ? metric.value : metric.sum,
  })),
})

const isObserved = ({ attributes }: SeenSpan): boolean => attributes['codex.prompt_length'] === OBSERVED.length

it('spans, log events and metrics of any session tell the same, and what the session did', async () => {
  await fc.assert(
    fc.asyncProperty(sessionPlan, async plan => {
      const { telemetry, snapshot } = createTestTelemetry()
      const expected = await play(telemetry, plan, controlledClock())
      await telemetry.shutdown()
      expect(snapshot().diagnostics).toEqual([])
      const told = reconcile(seen(snapshot()), isObserved)
      expect(disagreements(told)).toEqual({})
      expect({
        turns: told.counts.turns?.spans,
        observedTurns: told.durations.turns?.of,
        chats: told.counts.chats?.spans,
        attempts: told.counts.attempts?.logs,
        tools: told.counts.tools?.spans,
        approvals: told.counts.approvals?.spans,
        usage: {
          input: told.counts['input tokens']?.chats,
          cached: told.counts['cached tokens']?.chats,
          cacheWrite: told.counts['cache-write tokens']?.chats,
          output: told.counts['output tokens']?.chats,
          reasoning: told.counts['reasoning tokens']?.chats,
        },
      }).toEqual(expected)
    }),
    { numRuns: 1_000 },
  )
})
