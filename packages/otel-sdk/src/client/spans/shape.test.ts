import type { SessionTelemetry } from '@codex/otel-api'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SpanOutcome } from '../../protocol/span-tuple.ts'
import { answer, COMPLETED, consume, DELTA, recordSpans, stream, TOOL } from './record-spans.fixture.ts'

type Step =
  | { kind: 'chat'; failures: number; ends: boolean }
  | { kind: 'tools'; count: number; asked: boolean }
  | { kind: 'subagent'; steps: readonly Step[] }

const { steps } = fc.letrec<{ step: Step; steps: Step[] }>(tie => ({
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('chat' as const), failures: fc.nat(2), ends: fc.boolean() }),
    fc.record({ kind: fc.constant('tools' as const), count: fc.nat(3), asked: fc.boolean() }),
    fc.record({ kind: fc.constant('subagent' as const), steps: tie('steps') }),
  ),
  steps: fc.array(tie('step'), { maxLength: 4 }),
}))

/** Does a step, and returns how many spans it is. */
async function take(session: SessionTelemetry, step: Step): Promise<number> {
  switch (step.kind) {
    case 'chat': {
      for (let attempt = 0; attempt < step.failures; attempt++) {
        await session.observeRequest({ attempt, endpoint: '/' }, async () => answer(503))
      }
      const response = await session.observeRequest({ attempt: step.failures, endpoint: '/' }, async () => answer())
      await consume(session.observeSse(step.ends ? stream(DELTA, COMPLETED()) : stream(DELTA), { response }))
      return 1
    }
    case 'tools': {
      const calls = Array.from({ length: step.count }, async (_, i) => {
        const tool = { ...TOOL, callId: `call-${i}` }
        if (step.asked) await session.observeApproval(tool, async () => 'approved' as const)
        await session.observeTool(tool, async () => 'x')
      })
      await Promise.all(calls)
      return step.count * (step.asked ? 2 : 1)
    }
    case 'subagent':
      return session
        .observeTool(TOOL, async () => {
          const subagent = session.subagent({ conversationId: 'other', agentName: 'explorer', callId: TOOL.callId })
          return String(1 + (await turn(subagent, step.steps)))
        })
        .then(Number)
  }
}

const turn = (session: SessionTelemetry, all: readonly Step[]): Promise<number> =>
  session.observeTurn({ prompt: 'x' }, async () => {
    let spans = 1
    for (const step of all) spans += await take(session, step)
    return spans
  })

it('any turns are trees of one span for each turn, request, call and question, children inside their parents', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 3 }), async turns => {
      const recording = recordSpans()
      const session = recording.session()
      let expected = 1
      for (const one of turns) expected += await turn(session, one)
      const spans = recording.spans()
      expect(spans).toHaveLength(expected)
      expect(new Set(spans.map(({ opening }) => String(opening.traceId))).size).toBe(1 + turns.length)
      const bySpanId = new Map(spans.map(span => [String(span.opening.spanId), span]))
      expect(bySpanId.size).toBe(expected)
      for (const { ending, opening } of spans) {
        expect([SpanOutcome.done, SpanOutcome.failed]).toContain(ending?.outcome)
        if (opening.parentSpanId === undefined) continue
        const parent = bySpanId.get(String(opening.parentSpanId))
        expect(parent?.opening.traceId).toEqual(opening.traceId)
        expect(parent?.opening.timeMs).toBeLessThanOrEqual(opening.timeMs)
        expect(ending?.timeMs).toBeLessThanOrEqual(parent?.ending?.timeMs ?? Number.NaN)
      }
      const roots = spans.filter(({ opening }) => opening.parentSpanId === undefined).slice(1)
      for (const [i, root] of roots.entries()) {
        expect(root.opening.links[0]?.spanId).toEqual((i === 0 ? spans[0] : roots[i - 1])?.opening.spanId)
      }
      expect(recording.eventSpans.filter(({ name, span }) => span === 0 && name !== 'codex.sse_event')).toEqual([])
    }),
    { numRuns: 300 },
  )
})
