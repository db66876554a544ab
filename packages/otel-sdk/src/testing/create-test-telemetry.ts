import type { ConfigProblem, Diagnostic, SignalHealth, Telemetry } from '@codex/otel-api'
import { type BySignal, bySignal, type CarriedSignal } from '../catalogue/signals.ts'
import {
  attributeLeftOut,
  createInvalidReports,
  eventDropped,
  eventMeasurementsDropped,
} from '../client/invalid-reports.ts'
import { createMetricRegistry } from '../client/metrics/metric-registry.ts'
import type { OpenTurns } from '../client/metrics/turn.ts'
import { createSessionProvider } from '../client/session/session-provider.ts'
import { createTracer } from '../client/spans/tracer.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { resolveEventPrefix } from '../config/resolve-event-prefix.ts'
import { createFindPatterns } from '../content/patterns/find-patterns.ts'
import { configuredScrubber } from '../worker/signals/configured-scrubber.ts'
import { type CollectedEvent, collectEvents } from './collect-events.ts'
import { type CollectedMetric, collectMetrics } from './collect-metrics.ts'
import { type CollectedSpan, collectSpans } from './collect-spans.ts'

export interface TestTelemetryOptions {
  /** An `[otel]` table: what it says of the content counts; where it exports to does not. Default: none, so prompts are redacted. */
  config?: unknown
  /** As in `createTelemetry`. Default: the originator of the session, where it can be that. */
  eventPrefix?: string | undefined
  /** Default: `0.0.0`. */
  serviceVersion?: string | undefined
}

/** Everything recorded since the start or the last `clear`, in order. */
export interface TelemetrySnapshot {
  readonly events: readonly CollectedEvent[]
  readonly metrics: readonly CollectedMetric[]
  /** Those that ended, as trees. Each turn is a root, unless it is a sub-agent's. */
  readonly spans: readonly CollectedSpan[]
  /** What `onDiagnostic` would have been called with. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface TestTelemetry {
  /** As an application gets it, with the same checks and the same content policy. */
  readonly telemetry: Telemetry
  readonly problems: readonly ConfigProblem[]
  snapshot(): TelemetrySnapshot
  /** Forgets what was recorded, counted and reported; sessions go on. */
  clear(): void
}

/**
 * Telemetry for the tests of an application: keeps everything in memory, in the calling thread and at once. Starts no
 * worker, opens no connection, reads no environment variable, and writes no file.
 */
export function createTestTelemetry(options: TestTelemetryOptions = {}): TestTelemetry {
  const resolved = resolveConfig({ table: options.config, file: 'config.toml', codexHome: '/', env: {} })
  const { config, secretVariables } = resolved
  const { eventPrefix, problems: ofPrefix } = resolveEventPrefix(options.eventPrefix, 'config.toml')
  const problems = [...resolved.problems, ...ofPrefix]
  const events: CollectedEvent[] = []
  const diagnostics: Diagnostic[] = []
  const { scrubPatterns } = config.content
  const findPatterns = scrubPatterns.length === 0 ? undefined : createFindPatterns(scrubPatterns)
  const scrubbers = bySignal(() => configuredScrubber(config.content, findPatterns))
  const metrics = collectMetrics(scrubbers.metrics)
  const openTurns: OpenTurns = new Set()
  const reported = new Set<string>()
  const none = bySignal(() => ({ invalid: 0, 'after-shutdown': 0, 'span-limit': 0 }))
  let dropped = structuredClone(none)
  let ended = false
  const warn = (code: string, message: string): void => {
    diagnostics.push({ severity: 'warning', code, message })
  }
  const onInvalidMetric = (message: string | undefined): void => {
    dropped.metrics.invalid++
    if (message !== undefined) warn('metric-invalid', message)
  }
  const registry = createMetricRegistry({
    sink: {
      add(series, value) {
        if (ended) dropped.metrics['after-shutdown']++
        else metrics.add(series, value)
      },
    },
    reported,
    onInvalid: onInvalidMetric,
    onOverflow: message => warn('metric-overflow', message),
  })
  const spans = collectSpans(config, scrubbers.traces)
  const outbox = collectEvents(config.content, scrubbers.logs, events, () => dropped.logs['after-shutdown']++, spans)
  const tracer = createTracer({
    tracing: config.tracing,
    outbox: spans.outbox,
    parent: undefined,
    onTooMany: () => dropped.traces['span-limit']++,
  })
  const exported = {
    logs: () => events.length,
    metrics: () => metrics.snapshot().length,
    traces: () => spans.count,
  } satisfies BySignal<() => number>
  const health = (signal: CarriedSignal): SignalHealth => ({
    exported: exported[signal](),
    pending: 0,
    spooled: 0,
    recovered: 0,
    retried: 0,
    scrubbed: scrubbers[signal].count,
    dropped: Object.fromEntries(Object.entries(dropped[signal]).filter(([, count]) => count > 0)),
  })
  const delivered = Promise.resolve(true)
  return {
    problems,
    telemetry: {
      ...createSessionProvider({
        outbox,
        tracer,
        metrics: {
          registry,
          openTurns,
          onInvalidEvent: createInvalidReports(eventMeasurementsDropped, onInvalidMetric),
        },
        appVersion: options.serviceVersion ?? '0.0.0',
        policy: config.content,
        eventPrefix,
        onInvalidAttribute: createInvalidReports(
          attributeLeftOut,
          message => message !== undefined && warn('attribute-invalid', message),
        ),
        onInvalidEvent: createInvalidReports(eventDropped, message => {
          dropped.logs.invalid++
          if (message !== undefined) warn('event-invalid', message)
        }),
      }),
      enabled: true,
      problems,
      secretVariables,
      flush: () => delivered,
      shutdown() {
        for (const turn of openTurns) turn.end()
        tracer.endAll()
        outbox.close()
        ended = true
        return delivered
      },
      health: () => bySignal(health),
    },
    snapshot: () => ({
      events: [...events],
      metrics: metrics.snapshot(),
      spans: spans.snapshot(),
      diagnostics: [...diagnostics],
    }),
    clear() {
      events.length = 0
      diagnostics.length = 0
      metrics.clear()
      spans.clear()
      reported.clear()
      dropped = structuredClone(none)
    },
  }
}
