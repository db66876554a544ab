import type { Worker } from 'node:worker_threads'
import { createTelemetry } from '@codex/otel-sdk'
import { APP_VERSION } from '@codex/test-kit/contender'

/** What the process measures, and how it ends. It says after each measurement on stdout how many it has recorded. */
export interface MeasureOptions {
  codexHome: string
  endpoint: string
  /** The rest of `[otel]`. */
  config?: Readonly<Record<string, unknown>>
  intervalMs?: number
  /** Counts one and records one duration this often, in milliseconds. */
  everyMs: number
  /** So many times; then it goes on without measuring until it is killed, or is shut down with `shutdown`. */
  measurements: number
  ending: 'killed' | 'shutdown'
  /** Ends its worker, as a crash would, after so many measurements. */
  crashAt?: number
}

export const COUNTER = 'my.counter'
export const HISTOGRAM = 'my.histogram'

if (import.meta.main) {
  const options = JSON.parse(process.argv[2] ?? '') as MeasureOptions
  let worker: Worker | undefined
  process.on('worker', started => {
    worker = started
  })
  const { codexHome, config, crashAt, ending, endpoint, everyMs, intervalMs, measurements } = options
  const telemetry = createTelemetry({
    config: { ...config, metrics_exporter: { 'otlp-http': { endpoint, protocol: 'binary' } } },
    codexHome,
    serviceVersion: APP_VERSION,
    env: intervalMs === undefined ? {} : { OTEL_METRIC_EXPORT_INTERVAL: String(intervalMs) },
  })
  let recorded = 0
  const timer = setInterval(async () => {
    if (recorded < measurements) {
      telemetry.counter(COUNTER, 1)
      telemetry.histogram(HISTOGRAM, 1)
      recorded++
      process.stdout.write(`${recorded} ${Math.round(performance.now())}\n`)
      if (recorded === crashAt) void worker?.terminate()
      return
    }
    if (ending === 'killed') return
    clearInterval(timer)
    const delivered = await telemetry.shutdown({ timeoutMs: 5000 })
    process.stdout.write(`${JSON.stringify({ delivered, health: telemetry.health()?.metrics })}\n`)
  }, everyMs)
}
