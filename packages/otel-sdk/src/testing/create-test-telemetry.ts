import type { ConfigProblem, Diagnostic, SignalHealth, Telemetry } from '@codex/otel-api'
import { createFront } from '../client/front.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { createMetricSpace } from '../metrics/metric-space.ts'
import type { OpenTurns } from '../metrics/turn.ts'
import { configuredScrubber } from '../signals/configured-scrubber.ts'
import { type CollectedEvent, collectEvents } from './collect-events.ts'
import { type CollectedMetric, collectMetrics } from './collect-metrics.ts'

export interface TestTelemetryOptions {
  /** An `[otel]` table: what it says of the content counts; where it exports to does not. Default: none, so prompts are redacted. */
  config?: unknown
  /** Default: `0.0.0`. */
  serviceVersion?: string | undefined
}

/** Everything recorded since the start or the last `clear`, in order. */
export interface TelemetrySnapshot {
  readonly events: readonly CollectedEvent[]
  readonly metrics: readonly CollectedMetric[]
  /** What `onDiagnostic` would have been told. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface TestTelemetry {
  /** As an application gets it, with the same checks and the same content policy. */
  readonly telemetry: Telemetry
  readonly problems: readonly ConfigProblem[]
  snapshot(): TelemetrySnapshot
  clear(): void
}

/**
 * Telemetry for the tests of an application: keeps everything in memory, in the calling thread and at once. Starts no
 * worker, opens no connection, reads no environment variable, and writes no file.
 */
export function createTestTelemetry(options: TestTelemetryOptions = {}): TestTelemetry {
  const resolved = resolveConfig({ table: options.config, file: 'config.toml', codexHome: '/', env: {} })
  const { config, problems, secretVariables } = resolved
  const events: CollectedEvent[] = []
  const diagnostics: Diagnostic[] = []
  const scrubbers = { logs: configuredScrubber(config.content), metrics: configuredScrubber(config.content) }
  const metrics = collectMetrics(scrubbers.metrics)
  const openTurns: OpenTurns = new Set()
  let invalid = 0
  let unreadable = 0
  const warn = (code: string, message: string): void => {
    diagnostics.push({ severity: 'warning', code, message })
  }
  const space = createMetricSpace({
    sink: metrics,
    onInvalid(message) {
      invalid++
      if (message !== undefined) warn('metric-invalid', message)
    },
    onOverflow: message => warn('metric-overflow', message),
  })
  const health = (exported: number, scrubbed: number, dropped: SignalHealth['dropped']): SignalHealth => ({
    exported,
    pending: 0,
    spooled: 0,
    recovered: 0,
    retried: 0,
    scrubbed,
    dropped,
  })
  const delivered = Promise.resolve(true)
  return {
    problems,
    telemetry: {
      ...createFront({
        outbox: collectEvents(config.content, scrubbers.logs, events),
        metrics: { space, openTurns },
        appVersion: options.serviceVersion ?? '0.0.0',
        policy: config.content,
        onUnreadable: () => unreadable++,
      }),
      enabled: true,
      problems,
      secretVariables,
      flush: () => delivered,
      shutdown() {
        for (const turn of openTurns) turn.end()
        return delivered
      },
      health: () => ({
        logs: health(events.length, scrubbers.logs.count, unreadable === 0 ? {} : { invalid: unreadable }),
        metrics: health(metrics.snapshot().length, scrubbers.metrics.count, invalid === 0 ? {} : { invalid }),
      }),
    },
    snapshot: () => ({ events: [...events], metrics: metrics.snapshot(), diagnostics: [...diagnostics] }),
    clear() {
      events.length = 0
      diagnostics.length = 0
      metrics.clear()
    },
  }
}
