import type { DropReason } from '@codex/otel-api'
import { expect, it } from 'vitest'
import { type BySignal, bySignal, type CarriedSignal } from '../catalogue/signals.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import type { WorkerDiagnostic } from '../protocol/messages.ts'
import { createWorkerLink } from './worker-link.ts'

const NOTHING: BySignal<number> = bySignal(() => 0)

it('counts what a worker had not taken in that ended before the process did, and that could say so only in shared memory', async () => {
  const table = { exporter: { 'otlp-http': { endpoint: 'http://127.0.0.1:9/v1/logs' } } }
  const { config } = resolveConfig({ table, file: 'config.toml', codexHome: '/nowhere', env: {} })
  const lost: [CarriedSignal, DropReason, number][] = []
  const diagnostics: WorkerDiagnostic[] = []
  const link = createWorkerLink({
    start: { config, serviceName: 'test', serviceVersion: '1' },
    source: "throw new Error('ends before its main part runs')",
    onLost: (...loss) => lost.push(loss),
    onDiagnostic: (_signal, diagnostic) => diagnostics.push(diagnostic),
    onRestart() {},
    events: () => ({ position: 0, replayable: () => NOTHING, replay: () => 0 }),
  })
  link.wrote(100, 'logs', 2)
  // This thread does not turn its event loop, as at the exit of a process: no event tells it of the end.
  link.leave(0, 'ends')()
  expect(lost.filter(([, , count]) => count > 0)).toEqual([['logs', 'worker-crashed', 2]])
  expect(diagnostics).toMatchObject([
    {
      severity: 'error',
      code: 'worker-crashed',
      message: 'the telemetry worker ended before the process did, 2 events were lost',
    },
  ])
  expect(link.takes).toBe(false)
  await link.terminate()
  expect(diagnostics).toHaveLength(1)
})
