import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnostic } from '@codex/otel-api'
import { startReceiver } from '@codex/otlp-receiver'
import { expect, it } from 'vitest'
import { resolveConfig } from '../../config/resolve-config.ts'
import { createPipeline } from '../pipeline.ts'
import { createSessionProvider } from '../session/session-provider.ts'
import { POISON, trappedWorker } from '../stuck-worker.fixture.ts'
import { COMPLETED, consume, stream, TOOL } from './record-spans.fixture.ts'

const SOON = { timeout: 20_000 }

it('a worker that dies in the middle of a turn takes none of its spans with it', async () => {
  const receiver = await startReceiver()
  const home = mkdtempSync(join(tmpdir(), 'codex-otel-crash-'))
  const diagnostics: Diagnostic[] = []
  try {
    const http = (endpoint: string) => ({ 'otlp-http': { endpoint, protocol: 'binary' } })
    const table = { exporter: http(receiver.logsUrl), trace_exporter: http(receiver.tracesUrl) }
    const { config: resolved } = resolveConfig({ table, file: 'config.toml', codexHome: home, env: {} })
    // A request of spans that is on its way when the worker dies is sent again, as it should be: none is on its way here.
    const config = { ...resolved, tracing: { ...resolved.tracing, scheduleDelayMs: 60_000 } }
    const pipeline = createPipeline({
      start: { config, serviceName: 'test', serviceVersion: '1' },
      source: trappedWorker('loops', join(home, 'caught')),
      watchdogLimits: { cpuMs: 500, runningMs: 30_000 },
      report: diagnostic => diagnostics.push(diagnostic),
    })
    const { outbox, tracer } = pipeline
    const provider = createSessionProvider({
      outbox,
      tracer,
      appVersion: '1',
      policy: config.content,
      onInvalidEvent: name => expect.fail(String(name)),
      onInvalidAttribute: name => expect.fail(name),
    })
    const session = provider.session({
      conversationId: 'c',
      model: 'm',
      originator: 'codex_exec',
      terminalType: 'dumb',
    })
    await session.observeTurn({ prompt: 'x' }, async () => {
      await consume(session.observeSse(stream(COMPLETED())))
      await expect.poll(() => pipeline.health().logs.pending, SOON).toBe(0)
      await session.observeTool(TOOL, async () => {
        session.emit('codex.turn_ttft', { durationMs: POISON })
        await expect.poll(() => diagnostics.map(({ code }) => code), SOON).toContain('worker-stuck')
        return 'y'
      })
    })
    expect(await pipeline.shutdown(10_000)).toBe(true)
    const spans = receiver.spans.map(({ name }) => name).sort()
    expect(spans).toEqual(['chat m', 'codex.session_init', 'execute_tool exec_command', 'invoke_agent codex-cli'])
    const ids = receiver.spans.map(({ spanId }) => spanId)
    const turn = receiver.spans.find(({ name }) => name.startsWith('invoke_agent'))
    expect(new Set(ids).size).toBe(4)
    expect(receiver.spans.filter(({ parentSpanId }) => parentSpanId === turn?.spanId)).toHaveLength(2)
    expect(pipeline.health().traces).toMatchObject({ exported: 4, pending: 0, dropped: {} })
  } finally {
    await receiver.close()
    rmSync(home, { recursive: true })
  }
}, 40_000)
