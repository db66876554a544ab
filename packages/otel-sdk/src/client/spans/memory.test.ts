import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { SessionTelemetry } from '@codex/otel-api'
import { expect, it } from 'vitest'
import { resolveConfig } from '../../config/resolve-config.ts'
import { createSessionProvider } from '../session/session-provider.ts'
import { answer, COMPLETED, consume, DELTA, stream, TOOL } from './record-spans.fixture.ts'
import { createTracer } from './tracer.ts'

const TURNS = 100_000
const WARM_UP = 10_000
/** Ten bytes of each turn would be more. */
const MAX_GROWTH_BYTES = 800_000

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

function heapBytes(): number {
  gc()
  return process.memoryUsage().heapUsed
}

/** A session whose spans and events go nowhere. */
function openSession(): SessionTelemetry {
  const { config } = resolveConfig({ table: {}, file: 'config.toml', codexHome: '/', env: {} })
  const tracer = createTracer({
    tracing: { sampler: 'parentbased_always_on', ratio: 1, propagate: ['commands'], traceState: [] },
    outbox: { openSpan() {}, endSpan() {}, say() {} },
    parent: undefined,
    onTooMany: () => expect.unreachable(),
  })
  return createSessionProvider({
    outbox: { add() {} },
    tracer,
    appVersion: '1.0.0',
    policy: config.content,
    onInvalidEvent: problem => expect.unreachable(String(problem)),
    onInvalidAttribute: problem => expect.unreachable(problem),
  }).session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
}

const REQUEST = { attempt: 0, endpoint: '/responses' }

/** A turn with a request and a tool. */
const shortTurn = (session: SessionTelemetry, i: number): Promise<string> =>
  session.observeTurn({ prompt: 'x' }, async () => {
    await session.observeRequest(REQUEST, async () => answer())
    return session.observeTool({ ...TOOL, callId: `call-${i}` }, async () => 'done')
  })

/** A turn with an answer that is streamed, one that is left, a question, a tool and a sub-agent. */
const longTurn = (session: SessionTelemetry, i: number): Promise<void> =>
  session.observeTurn({ prompt: 'x' }, async () => {
    await session.observeRequest(REQUEST, async () => answer(503))
    const response = await session.observeRequest({ ...REQUEST, attempt: 1 }, async () => answer())
    await consume(session.observeSse(stream(DELTA, COMPLETED()), { response }))
    await session.observeRequest(REQUEST, async () => answer())
    const tool = { ...TOOL, callId: `call-${i}` }
    await session.observeApproval(tool, async () => 'approved' as const)
    await session.observeTool(tool, async () => {
      const subagent = session.subagent({ conversationId: `c-${i}`, agentName: 'explorer', callId: tool.callId })
      await subagent.observeTurn({ prompt: 'y' }, async () => {})
      return 'done'
    })
    session.span('step', { i }, span => span.event('done'))
    // As a program without the helpers reports.
    session.emit('codex.tool_result', { ...tool, callId: `bare-${i}`, durationMs: 1, success: true, output: '' })
  })

it(`the heap is flat over ${TURNS.toLocaleString('en-US')} turns`, async () => {
  const session = openSession()
  const turn = (i: number): Promise<unknown> => (i % 10 === 0 ? longTurn(session, i) : shortTurn(session, i))
  for (let i = 0; i < WARM_UP; i++) await turn(i)
  const before = heapBytes()
  for (let i = WARM_UP; i < TURNS; i++) await turn(i)
  expect(heapBytes() - before).toBeLessThan(MAX_GROWTH_BYTES)
}, 120_000)
