import type { ReceivedSpan } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startMcpHttpServer } from './mcp/http-server.ts'
import { answer, calls, startModelServer } from './model-server.ts'
import { openTracedDemo, type TracedDemo } from './traced-demo.fixture.ts'

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
const CALLER_CONTEXT = `00-${CALLER.traceId}-${CALLER.spanId}-01`
const ACCEPTING = ['--approval-policy', 'untrusted', '--answers', 'accept,accept,decline']

describe('the traces of codex-demo', () => {
  let demo: TracedDemo
  let receiver: TracedDemo['receiver']
  beforeEach(async () => {
    demo = await openTracedDemo()
    receiver = demo.receiver
  })
  afterEach(() => demo[Symbol.asyncDispose]())

  async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { code, stderr } = await demo.start(['exec', '--skip-git-repo-check', ...args], { env }).ended
    expect(code, stderr).toBe(0)
    return stderr
  }

  const only = (name: string): ReceivedSpan => {
    const [span, ...others] = demo.named(name)
    expect(others).toEqual([])
    return span as ReceivedSpan
  }

  it('has a span for the turn, each request, each tool and each question, in one tree that its logs join', async () => {
    demo.configure()
    const stderr = await run([...ACCEPTING, 'Give me the tour'])
    const turn = only('invoke_agent')
    expect(turn.parentSpanId).toBe('')
    expect(stderr).toContain(`trace: ${turn.traceId}\n`)
    const below = receiver.spans.filter(span => span.traceId === turn.traceId && span !== turn)
    expect(below.map(({ name }) => name.split(' ')[0]).sort()).toEqual([
      ...Array(4).fill('chat'),
      ...Array(3).fill('codex.approval'),
      ...Array(3).fill('execute_tool'),
    ])
    for (const span of below) {
      expect(span.parentSpanId).toBe(turn.spanId)
      expect(span.startTimeUnixNano).toBeGreaterThanOrEqual(turn.startTimeUnixNano)
      expect(span.endTimeUnixNano).toBeLessThanOrEqual(turn.endTimeUnixNano)
      expect(span.endTimeUnixNano).toBeGreaterThanOrEqual(span.startTimeUnixNano)
    }
    // The rest is the start of the session, which the turn has a link to.
    const init = only('codex.session_init')
    expect(receiver.spans).toHaveLength(below.length + 2)
    expect(turn.links.map(({ spanId }) => spanId)).toEqual([init.spanId])

    const kindOf = new Map(receiver.spans.map(({ spanId, name }) => [spanId, name.split(' ')[0]]))
    const joined = receiver.logs.map(log => [log.eventName, kindOf.get(log.spanId)] as const)
    const of = (event: string): (string | undefined)[] =>
      joined.filter(([name]) => name === event).map(([, kind]) => kind)
    expect(of('codex.user_prompt')).toEqual(['invoke_agent'])
    expect(of('codex.api_request')).toEqual(Array(5).fill('chat'))
    expect(of('codex.tool_decision')).toEqual(Array(3).fill('codex.approval'))
    expect(of('codex.tool_result')).toEqual(Array(3).fill('execute_tool'))
    // Those of token counts alone: the others of a stream have no ids.
    expect(of('codex.sse_event').filter(kind => kind !== undefined)).toEqual(Array(4).fill('chat'))
  })

  it('is below what started it, and hands its place on to commands, and to the model where that is named', async () => {
    const command = calls({ arguments: JSON.stringify({ cmd: 'echo "at $TRACEPARENT"' }) })
    await using model = await startModelServer([command, answer('done')])
    demo.configure({ model, more: '[otel.traces]\npropagate = ["commands", "model"]\n' })
    await run([...ACCEPTING, 'hello'], { TRACEPARENT: CALLER_CONTEXT })
    const turn = only('invoke_agent')
    expect(turn).toMatchObject({ traceId: CALLER.traceId, parentSpanId: CALLER.spanId })
    const output = JSON.stringify(model.requests[1]?.body.input)
    expect(output).toContain(`at 00-${CALLER.traceId}-${only('execute_tool').spanId}-01`)
    for (const { headers } of model.requests) expect(headers.traceparent).toContain(`00-${CALLER.traceId}-`)
  })

  it.each([
    ['named', '["mcp"]', true],
    ['not named', '["commands"]', false],
  ])('goes to MCP servers in _meta of a call where they are %s', async (_which, propagate, isSent) => {
    await using model = await startModelServer([calls({ name: 'mcp__web__meta', arguments: '{}' }), answer('done')])
    await using web = await startMcpHttpServer()
    demo.configure({ model, more: `[otel.traces]\npropagate = ${propagate}\n[mcp_servers.web]\nurl = "${web.url}"\n` })
    await run([...ACCEPTING, 'hello'])
    const { traceId, spanId } = only('execute_tool')
    const output = JSON.stringify(model.requests[1]?.body.input).replaceAll('\\', '')
    expect(output).toContain('_meta: ')
    expect(output.includes(`"traceparent":"00-${traceId}-${spanId}-01"`)).toBe(isSent)
    expect(output.includes('traceparent')).toBe(isSent)
  })

  it('has a link from a conversation that goes on to its latest turn before', async () => {
    await using model = await startModelServer([answer('done')])
    demo.configure({ model })
    await run(['first'])
    const before = only('invoke_agent')
    receiver.reset()
    await run(['resume', '--last', 'second'])
    const turn = only('invoke_agent')
    expect(turn.traceId).not.toBe(before.traceId)
    expect(turn.links.map(({ traceId, spanId }) => [traceId, spanId])).toContainEqual([before.traceId, before.spanId])
  })

  it('leave no mark where they are off: no ids, no line, and the variable as it came', async () => {
    const command = calls({ arguments: JSON.stringify({ cmd: 'echo "at $TRACEPARENT"' }) })
    await using model = await startModelServer([command, answer('done')])
    demo.configure({ model, traces: false })
    const stderr = await run([...ACCEPTING, 'hello'], { TRACEPARENT: CALLER_CONTEXT })
    expect(stderr).not.toContain('trace')
    expect(receiver.spans).toEqual([])
    expect(receiver.logs.length).toBeGreaterThan(0)
    expect(new Set(receiver.logs.map(({ traceId, spanId }) => traceId + spanId))).toEqual(new Set(['']))
    expect(JSON.stringify(model.requests[1]?.body.input)).toContain(`at ${CALLER_CONTEXT}`)
    for (const { headers } of model.requests) expect(headers.traceparent).toBeUndefined()
  })
})
