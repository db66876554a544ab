import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { operations } from '@codex/otel-sdk'
import { type ReceivedSpan, type Receiver, startReceiver } from '@codex/otlp-receiver'
import { startProcess } from '@codex/test-kit/run-process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TracedOptions } from '../agent/traced.ts'

const MAIN = fileURLToPath(new URL('../agent/traced.ts', import.meta.url))
const TURNS = 20
/** A turn, its request, its question and its tool; the last turn's are open, but for its request. */
const SPANS = 4 * (TURNS + 1)
const ENDINGS = ['shutdown', 'exit', 'throw', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const

describe('a process that leaves in the middle of a turn', () => {
  let receiver: Receiver
  let codexHome: string
  beforeEach(async () => {
    receiver = await startReceiver()
    codexHome = mkdtempSync(join(tmpdir(), 'codex-otel-traces-'))
  })
  afterEach(async () => {
    await receiver.close()
    rmSync(codexHome, { recursive: true, force: true })
  })

  async function leave(ending: TracedOptions['ending'], shutdownTimeoutMs: number): Promise<void> {
    const exporter = { 'otlp-http': { endpoint: receiver.tracesUrl, protocol: 'binary' } }
    const options: TracedOptions = { codexHome, exporter, ending, shutdownTimeoutMs, turns: TURNS }
    const { ended } = startProcess([process.execPath, MAIN, JSON.stringify(options)], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'ignore'],
      limitMs: 60_000,
    })
    await ended
  }

  function expectAll(): void {
    const spans = receiver.spans.filter(({ name }) => name !== 'codex.session_init')
    expect(spans).toHaveLength(SPANS)
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(SPANS)
    const byId = new Map(spans.map(span => [span.spanId, span]))
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === '')
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(TURNS + 1)
    for (const span of spans.filter(({ parentSpanId }) => parentSpanId !== '')) {
      const parent = byId.get(span.parentSpanId) as ReceivedSpan
      expect(parent.traceId).toBe(span.traceId)
      expect(span.startTimeUnixNano).toBeGreaterThanOrEqual(parent.startTimeUnixNano)
      expect(span.endTimeUnixNano).toBeLessThanOrEqual(parent.endTimeUnixNano)
    }
    const left = spans.filter(({ attributes }) => attributes['error.type']?.value === 'process_exit')
    expect(left.map(({ name }) => name.split(' ')[0]).sort()).toEqual([
      'codex.approval',
      'execute_tool',
      'invoke_agent',
    ])
    expect(left.map(({ status }) => status.code)).toEqual(['error', 'error', 'error'])
  }

  it.each(ENDINGS)('by %s, sends every span, and ends those that are open', async ending => {
    await leave(ending, 10_000)
    expectAll()
  })

  it.each(['shutdown', 'exit', 'SIGTERM'] as const)(
    'by %s, keeps every span for the next run where the collector is dead',
    async ending => {
      const dead = receiver.misbehave({ read: 'headers', answer: 'reset' })
      await leave(ending, 200)
      dead.clear()
      receiver.reset()
      const trace_exporter = { 'otlp-http': { endpoint: receiver.tracesUrl, protocol: 'binary' } }
      await operations?.flushSpool({ config: { trace_exporter }, codexHome, serviceVersion: '1' })
      expectAll()
    },
  )
})
