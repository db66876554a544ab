import type { Attributes, ReceivedMetricPoint, Receiver } from '@codex/otlp-receiver'
import { disagreements, type Reconciliation, reconcile, type SeenTelemetry } from '@codex/test-kit/reconciliation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acceptWebsockets } from '../src/scripted-model/accept-websockets.ts'
import { startScriptedModel } from '../src/scripted-model/server.ts'
import { startMcpHttpServer } from './mcp/http-server.ts'
import { answer, calls, failed, type Reply, sse, startModelServer } from './model-server.ts'
import { openTracedDemo, type TracedDemo } from './traced-demo.fixture.ts'

const ACCEPTING = ['--approval-policy', 'untrusted', '--answers', 'accept,accept,decline']
const METRICS = { metrics: true }
const USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 40, cache_write_tokens: 20 },
  output_tokens: 30,
  output_tokens_details: { reasoning_tokens: 10 },
  total_tokens: 130,
}

/** The reply, with token counts. */
const counted = ({ body = '', ...rest }: Reply): Reply => ({
  ...rest,
  body: body.replace('"usage":null', `"usage":${JSON.stringify(USAGE)}`),
})

const plain = (attributes: Attributes): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value]))

const totalOf = (point: ReceivedMetricPoint): number =>
  Number(('value' in point ? point.value : 'sum' in point ? point.sum : undefined) ?? 0)

const seen = ({ spans, logs, metrics }: Receiver): SeenTelemetry => ({
  spans: spans.map(({ name, attributes, events, startTimeUnixNano, endTimeUnixNano }) => ({
    name,
    attributes: plain(attributes),
    durationMs: Number(endTimeUnixNano - startTimeUnixNano) / 1e6,
    events: events.map(event => ({ name: event.name, attributes: plain(event.attributes) })),
  })),
  logs: logs.map(({ eventName, attributes }) => ({ name: eventName, attributes: plain(attributes) })),
  points: metrics.map(point => ({ name: point.name, attributes: plain(point.attributes), total: totalOf(point) })),
})

describe('spans, log events and metrics of codex-demo tell the same', () => {
  let demo: TracedDemo
  beforeEach(async () => {
    demo = await openTracedDemo()
  })
  afterEach(() => demo[Symbol.asyncDispose]())

  const run = async (args: readonly string[], input?: string) =>
    demo.start(args, input === undefined ? {} : { input }).ended
  const exec = (...args: string[]) => run(['exec', '--skip-git-repo-check', ...args])

  /** What all of them tell, by its name. */
  function told(): { of: Record<string, number | undefined>; all: Reconciliation } {
    const all = reconcile(seen(demo.receiver))
    expect(disagreements(all)).toEqual({})
    return {
      of: Object.fromEntries(Object.entries(all.counts).map(([name, sides]) => [name, sides.logs ?? sides.spans])),
      all,
    }
  }

  it('on its tour, with a request that is tried again', async () => {
    demo.configure(METRICS)
    expect(await exec(...ACCEPTING, 'Give me the tour')).toMatchObject({ code: 0 })
    expect(told().of).toMatchObject({ turns: 1, chats: 4, attempts: 5, tools: 3, approvals: 3 })
  })

  it('on its tour over a WebSocket, with one tree for the turn', async () => {
    await using model = await scriptedModel()
    demo.configure({ ...METRICS, model, provider: 'supports_websockets = true' })
    const args = ['exec', '--skip-git-repo-check', ...ACCEPTING, 'Give me the tour']
    expect(await demo.start(args, { env: { FAKE_API_KEY: model.apiKey } }).ended).toMatchObject({ code: 0 })
    // The request that warms the connection up is one of the chats, and so is the one that fails.
    expect(told().of).toMatchObject({ turns: 1, chats: 6, attempts: 0, tools: 3, approvals: 3 })
    const { logs, spans } = demo.receiver
    expect(logs.filter(({ eventName }) => eventName === 'codex.websocket_request')).toHaveLength(6)
    const [turn] = demo.named('invoke_agent')
    const rest = spans.filter(span => span !== turn && span.name !== 'codex.session_init')
    expect(rest).toHaveLength(6 + 3 + 3)
    for (const { traceId, parentSpanId } of rest) expect([traceId, parentSpanId]).toEqual([turn?.traceId, turn?.spanId])
    const chats = demo.named('chat')
    expect(chats.map(({ attributes }) => attributes['error.type']?.value)).toEqual([
      undefined,
      'server_error',
      ...Array(4).fill(undefined),
    ])
    for (const { events } of chats) {
      expect(events.filter(({ name }) => name === 'codex.websocket_request')).toHaveLength(1)
    }
  })

  it('where attempts are refused, and answers fail or are cut', async () => {
    const cut: Reply = { body: sse({ type: 'response.output_text.delta', delta: 'x' }), end: 'reset' }
    const replies = [
      { status: 500 },
      { status: 503 },
      failed('rate_limit_exceeded', 'wait'),
      cut,
      counted(answer('done')),
    ]
    await using model = await startModelServer(replies)
    demo.configure({ ...METRICS, model })
    expect(await exec('hello')).toMatchObject({ code: 0 })
    expect(told().of).toMatchObject({ turns: 1, chats: 3, attempts: 5, 'input tokens': 100, 'cached tokens': 40 })
  })

  it('where no request is answered', async () => {
    await using model = await startModelServer([{ status: 400, body: 'no' }])
    demo.configure({ ...METRICS, model })
    expect(await exec('hello')).toMatchObject({ code: 1 })
    expect(told().of).toMatchObject({ turns: 1, chats: 1, attempts: 1, 'input tokens': 0 })
  })

  it('with tools of an MCP server beside a command', async () => {
    const wanted = calls({ name: 'mcp__web__meta', arguments: '{}' }, { arguments: '{"cmd":"echo hi"}' })
    await using model = await startModelServer([counted(wanted), counted(answer('done'))])
    await using web = await startMcpHttpServer()
    demo.configure({ ...METRICS, model, more: `[mcp_servers.web]\nurl = "${web.url}"` })
    expect(await exec(...ACCEPTING, 'hello')).toMatchObject({ code: 0 })
    expect(told().of).toMatchObject({ turns: 1, chats: 2, tools: 2, approvals: 2, 'output tokens': 60 })
  })

  it('over the turns of a conversation, and of one that goes on with it', async () => {
    await using model = await startModelServer([counted(answer('one')), { status: 400 }, counted(answer('two'))])
    demo.configure({ ...METRICS, model })
    expect(await run([], 'first\nsecond\nthird\n')).toMatchObject({ code: 1 })
    expect(await exec('resume', '--last', 'fourth')).toMatchObject({ code: 0 })
    expect(told().of).toMatchObject({ turns: 4, chats: 4, attempts: 4, 'reasoning tokens': 30 })
  })

  it('where the user aborts a turn instead of an answer', async () => {
    await using model = await startModelServer([counted(calls({ arguments: '{"cmd":"echo hi"}' }))])
    demo.configure({ ...METRICS, model })
    expect(await exec('--approval-policy', 'untrusted', '--answers', 'abort', 'go')).toMatchObject({ code: 0 })
    expect(told().of).toMatchObject({ turns: 1, chats: 1, approvals: 1, tools: 0 })
  })

  it('where a signal ends it in the middle of an answer', async () => {
    const hanging: Reply = { body: sse({ type: 'response.output_text.delta', delta: 'x' }), end: 'hang' }
    await using model = await startModelServer([hanging])
    demo.configure({ ...METRICS, model })
    const running = demo.start(['exec', '--skip-git-repo-check', 'hello'])
    await expect.poll(() => model.requests).toHaveLength(1)
    running.child.kill('SIGINT')
    expect(await running.ended).toMatchObject({ code: 130 })
    expect(told().of).toMatchObject({ turns: 1, chats: 1, attempts: 1 })
  })
})

/** The scripted model as a provider of its own, which takes WebSockets. */
async function scriptedModel() {
  const model = await startScriptedModel({ acceptWebsockets })
  return { baseUrl: model.baseUrl, apiKey: model.apiKey, [Symbol.asyncDispose]: async () => void (await model.close()) }
}
