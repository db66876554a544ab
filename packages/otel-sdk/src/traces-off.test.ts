import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionTelemetry } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTelemetry } from './index.ts'

/** The parts of the worker that each start handed over. */
const handed = vi.hoisted((): string[][] => [])
vi.mock('./client/worker-code.ts', async importOriginal => {
  const original = await importOriginal<typeof import('./client/worker-code.ts')>()
  return {
    ...original,
    exportingCode(wanted: Parameters<typeof original.exportingCode>[0]) {
      const code = original.exportingCode(wanted)
      handed.push(Object.keys(code.parts))
      return code
    },
  }
})

const NOW_MS = Date.UTC(2026, 8, 21, 10)

let receiver: Receiver
let home: string
beforeEach(async () => {
  receiver = await startReceiver()
  home = mkdtempSync(join(tmpdir(), 'traces-off-'))
  handed.length = 0
})
afterEach(async () => {
  vi.restoreAllMocks()
  await receiver.close()
  rmSync(home, { recursive: true, force: true })
})

async function* stream(...events: object[]): AsyncGenerator<{ event: string; data: string }> {
  for (const event of events) yield { event: (event as { type: string }).type, data: JSON.stringify(event) }
}

/** Everything that a span is made of where there are any. */
async function work(session: SessionTelemetry): Promise<void> {
  session.emit('codex.startup_phase', { phase: 'total', durationMs: 1 })
  session.emit('codex.conversation_starts', {
    providerName: 'OpenAI',
    reasoningSummary: 'auto',
    approvalPolicy: 'on-request',
    sandboxPolicy: 'read-only',
    mcpServers: ['web'],
  })
  await session.observeTurn({ prompt: 'hello' }, async () => {
    const answer = (status: number) => async () => ({ status, headers: { get: () => null } })
    await session.observeRequest({ attempt: 0, endpoint: '/responses' }, answer(503))
    const response = await session.observeRequest(
      { attempt: 1, endpoint: '/responses', serverAddress: 'h', serverPort: 443 },
      answer(200),
    )
    const usage = { input_tokens: 10, output_tokens: 2, total_tokens: 12 }
    const events = stream(
      { type: 'response.output_text.delta', delta: 'x' },
      { type: 'response.completed', response: { id: 'r', model: 'm', usage } },
    )
    for await (const _ of session.observeSse(events, { response })) void _
    const tool = { toolName: 'exec_command', callId: 'call-1', arguments: '{}', mcpServer: 'web' }
    await session.observeApproval(tool, async () => 'approved')
    await session.observeTool(tool, async () => {
      const subagent = session.subagent({ conversationId: 'd', agentName: 'explorer', callId: 'call-1' })
      await subagent.observeTurn({ prompt: 'look' }, async () => {})
      return { output: 'done', exitCode: 1 }
    })
    session.span('step', { a: 1 }, span => span.event('done'))
  })
  session.emit('codex.tool_result', {
    toolName: 't',
    callId: 'c',
    arguments: '',
    durationMs: 3,
    success: false,
    output: '',
  })
}

/** The requests of one run, by their paths, with the clock of this thread standing still and that of the worker taken out. */
async function requestsOf(table: Record<string, unknown>): Promise<Record<string, string>> {
  receiver.reset()
  const http = (endpoint: string) => ({ 'otlp-http': { endpoint, compression: 'none' } })
  const telemetry = createTelemetry({
    config: { exporter: http(receiver.logsUrl), metrics_exporter: http(receiver.metricsUrl), ...table },
    codexHome: home,
    serviceVersion: '1.2.3',
    // What is recorded is in one request of each signal.
    env: { OTEL_BLRP_SCHEDULE_DELAY: '30000' },
    traceContext: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=b' },
  })
  vi.spyOn(Date, 'now').mockReturnValue(NOW_MS)
  vi.spyOn(performance, 'now').mockReturnValue(1000)
  await work(telemetry.session({ conversationId: 'c', model: 'm', originator: 'codex_exec', terminalType: 'dumb' }))
  vi.restoreAllMocks()
  expect(telemetry.problems).toEqual([])
  expect(await telemetry.shutdown({ timeoutMs: 20_000 })).toBe(true)
  expect(receiver.requests.map(({ path }) => path).filter(path => path !== '/v1/traces')).toHaveLength(2)
  const times = receiver.metrics.flatMap(point => [point.startTimeUnixNano, point.timeUnixNano])
  const ofLogs = receiver.logs.flatMap(log => [log.timeUnixNano, log.observedTimeUnixNano])
  expect(new Set(ofLogs)).toEqual(new Set([BigInt(NOW_MS) * 1_000_000n]))
  const bodies = receiver.requests.map(({ path, body }) => [path, withoutTimes(Buffer.from(body), times)])
  return Object.fromEntries(bodies)
}

/** The bytes in hexadecimal digits, with zeros for these times. */
function withoutTimes(body: Buffer, times: readonly bigint[]): string {
  let text = body.toString('hex')
  for (const time of new Set(times)) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(time)
    text = text.replaceAll(bytes.toString('hex'), '0'.repeat(16))
  }
  return text
}

const TABLES = {
  traces: { sampler: 'traceidratio', ratio: 0.5, propagate: ['commands', 'mcp', 'model'] },
  span_attributes: { team: 'platform' },
  tracestate: { acme: { tier: 'gold' } },
}

describe('where no traces are exported', () => {
  it('requests have the bytes that they have without a word of traces, whatever the tables of traces say', async () => {
    const silent = await requestsOf({})
    expect(Object.keys(silent).toSorted()).toEqual(['/v1/logs', '/v1/metrics'])
    expect(await requestsOf({ trace_exporter: 'none' })).toEqual(silent)
    expect(await requestsOf({ ...TABLES, trace_exporter: 'none' })).toEqual(silent)
    expect(await requestsOf(TABLES)).toEqual(silent)
  })

  it('the worker gets no code for them', async () => {
    await requestsOf({ ...TABLES, trace_exporter: 'none' })
    expect(handed).toEqual([['main', 'secrets', 'metrics']])
  })
})

it('where traces are exported, metrics have the same bytes, and the worker gets the code for spans', async () => {
  const silent = await requestsOf({})
  const trace_exporter = { 'otlp-http': { endpoint: receiver.tracesUrl } }
  const traced = await requestsOf({ ...TABLES, trace_exporter })
  expect(traced['/v1/metrics']).toBe(silent['/v1/metrics'])
  // The ids and the flags alone make log records longer.
  const ids = receiver.logs.filter(({ spanId }) => spanId !== '').length
  expect(ids).toBeGreaterThan(0)
  expect(traced['/v1/logs']?.length).toBeGreaterThan(silent['/v1/logs']?.length ?? 0)
  expect(handed.at(-1)).toEqual(['main', 'secrets', 'metrics', 'traces'])
})
