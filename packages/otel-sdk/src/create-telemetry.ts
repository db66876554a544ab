import { isMainThread } from 'node:worker_threads'
import type {
  ConfigProblem,
  CreateTelemetry,
  Diagnostic,
  FlushOptions,
  SignalHealth,
  Telemetry,
  TelemetryHealth,
  TelemetryOptions,
} from '@codex/otel-api'
import type { Outbox } from './client/outbox.ts'
import { createPipeline, type Pipeline } from './client/pipeline.ts'
import { createSessionProvider } from './client/session/session-provider.ts'
import { resolveOptions } from './config/resolve-options.ts'

/** Whether this build can export anything. */
export const telemetryIncluded: boolean = true

const FLUSH_TIMEOUT_MS = 10_000

/** When the main thread exits the others are ended without a word, and that is not to be seen from inside. */
const NOT_MAIN_THREAD =
  'telemetry was made in a worker thread: await shutdown() before the main thread exits, or what is not sent by then may be lost'

/** Where events go when nothing is exported. */
const NOWHERE: Outbox = { add() {}, post() {}, postAtOnce() {}, close() {}, announceAgain() {} }
const NO_RECORDS: SignalHealth = {
  exported: 0,
  pending: 0,
  spooled: 0,
  recovered: 0,
  retried: 0,
  scrubbed: 0,
  dropped: {},
}
const NOTHING: TelemetryHealth = { logs: NO_RECORDS, metrics: NO_RECORDS }

/** Makes the telemetry of one process: reads the configuration and, when something is to be exported, starts the worker. */
export const createTelemetry: CreateTelemetry = options => {
  try {
    return create(options)
  } catch {
    // Options that cannot even be read. What they say is unknown, so nothing of it is repeated.
    const [found, allowed] = ['options that cannot be read', 'TelemetryOptions']
    const message = `createTelemetry: found ${found}; allowed: ${allowed}; nothing is exported`
    const problem: ConfigProblem = { severity: 'error', file: '', key: 'options', found, allowed, message }
    return { ...create({ config: undefined, codexHome: '/', serviceVersion: '' }), problems: [problem] }
  }
}

function create(options: TelemetryOptions): Telemetry {
  const { config, problems, secretVariables, serviceName } = resolveOptions(options)
  const report = (diagnostic: Diagnostic): void => {
    try {
      options.onDiagnostic?.(diagnostic)
    } catch {
      // The listener is the application's, and so is its failure.
    }
  }

  let pipeline: Pipeline | undefined
  if (config.logs !== undefined || config.metrics !== undefined) {
    if (mayStartWorkers()) {
      pipeline = createPipeline({
        start: { config, serviceName, serviceVersion: options.serviceVersion, identity: options.identity },
        report,
      })
      if (!isMainThread) report({ severity: 'warning', code: 'not-main-thread', message: NOT_MAIN_THREAD })
    } else {
      const message = 'this process may not start worker threads (--allow-worker), so nothing is exported'
      report({ severity: 'error', code: 'worker-unavailable', message })
    }
  }

  const provider = createSessionProvider({
    outbox: (config.logs === undefined ? undefined : pipeline?.outbox) ?? NOWHERE,
    metrics: config.metrics === undefined ? undefined : pipeline?.metrics,
    appVersion: options.serviceVersion,
    policy: config.content,
    onUnreadable: () => pipeline?.lostUnreadable(),
    onIdentity: options.identity === undefined && config.metrics !== undefined ? pipeline?.identify : undefined,
  })

  const telemetry: Telemetry = {
    ...provider,
    enabled: pipeline !== undefined,
    problems,
    secretVariables,
    flush: options => pipeline?.flush(timeoutOf(options, FLUSH_TIMEOUT_MS)) ?? Promise.resolve(true),
    shutdown: options => pipeline?.shutdown(timeoutOf(options, config.shutdownTimeoutMs)) ?? Promise.resolve(true),
    health: () => pipeline?.health() ?? NOTHING,
  }
  return telemetry
}

/** Node's permission model, where it is on, keeps threads from being started unless they are allowed. */
const mayStartWorkers = (): boolean => process.permission?.has('worker') !== false

/** A day: what is longer than a timer can hold would end at once. */
const MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000

function timeoutOf(options: FlushOptions | undefined, defaultMs: number): number {
  const timeoutMs = options?.timeoutMs
  if (typeof timeoutMs !== 'number' || Number.isNaN(timeoutMs)) return defaultMs
  return Math.min(Math.max(0, timeoutMs), MAX_TIMEOUT_MS)
}
