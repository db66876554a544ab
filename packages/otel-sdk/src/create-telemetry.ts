import { isMainThread } from 'node:worker_threads'
import type {
  ConfigProblem,
  CreateTelemetry,
  FlushOptions,
  SignalHealth,
  Telemetry,
  TelemetryHealth,
  TelemetryOptions,
} from '@codex/otel-api'
import { bySignal } from './catalogue/signals.ts'
import { createDiagnosticQueue } from './client/diagnostic-queue.ts'
import type { Outbox } from './client/outbox.ts'
import { createPipeline, type Pipeline } from './client/pipeline.ts'
import { createPrintedNotice } from './client/printed-notice.ts'
import { createSessionProvider } from './client/session/session-provider.ts'
import { readTraceParent } from './client/spans/read-trace-parent.ts'
import { type OpenThread, openThread } from './client/start-thread.ts'
import { WORKER_NAME } from './client/worker-handle.ts'
import type { EffectiveConfig } from './config/effective-config.ts'
import { looksExporting } from './config/looks-exporting.ts'
import { resolveOptions } from './config/resolve-options.ts'
import type { ContentPolicy } from './content/policy.ts'
import { isOwn, NO_SPAN, spanOf } from './protocol/event-tuple.ts'

/** Whether this build can export anything. */
export const telemetryIncluded: boolean = true

const FLUSH_TIMEOUT_MS = 10_000

/** When the main thread exits the others are ended without a word, and that is not to be seen from inside. */
const NOT_MAIN_THREAD =
  'telemetry was made in a worker thread: await shutdown() before the main thread exits, or what is not sent by then may be lost'

/** Where events go when nothing is exported. */
const NOWHERE: Pick<Outbox, 'add'> = { add() {} }
const NO_RECORDS: SignalHealth = {
  exported: 0,
  pending: 0,
  spooled: 0,
  recovered: 0,
  retried: 0,
  scrubbed: 0,
  dropped: {},
}
const NOTHING: TelemetryHealth = bySignal(() => NO_RECORDS)

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

/** The worker's thread takes longest to start: it starts while the configuration is read, and ends if there is nothing to export. */
function create(options: TelemetryOptions): Telemetry {
  const thread = openEarly(options)
  let taken = false
  const takeThread = (): OpenThread | undefined => {
    taken = true
    return thread
  }
  try {
    return createFrom(options, takeThread)
  } finally {
    if (!taken) thread?.abandon()
  }
}

function openEarly(options: TelemetryOptions): OpenThread | undefined {
  if (!looksExporting(options) || withoutWorkers() !== undefined) return undefined
  try {
    return openThread(WORKER_NAME)
  } catch {
    // A runtime that refuses: the worker says so when it is to start.
    return undefined
  }
}

function createFrom(options: TelemetryOptions, takeThread: () => OpenThread | undefined): Telemetry {
  const resolved = resolveOptions(options)
  const { config, secretVariables, serviceName, eventPrefix } = resolved
  const diagnostics = createDiagnosticQueue(listenerOf(options))
  const { report } = diagnostics

  let pipeline: Pipeline | undefined
  const trace = config.traces === undefined ? { problems: [] } : readTraceParent(options)
  const problems = [...resolved.problems, ...trace.problems]
  if (config.logs !== undefined || config.metrics !== undefined || config.traces !== undefined) {
    const reason = withoutWorkers()
    if (reason === undefined) {
      pipeline = createPipeline({
        start: { config, serviceName, serviceVersion: options.serviceVersion, identity: options.identity },
        thread: takeThread(),
        traceParent: trace.parent,
        report,
        deliverReports: diagnostics.deliver,
        onPrinted: createPrintedNotice(options),
      })
      if (!isMainThread) report({ severity: 'warning', code: 'not-main-thread', message: NOT_MAIN_THREAD })
    } else {
      const message = `${reason}, so nothing is exported`
      report({ severity: 'error', code: 'worker-unavailable', message })
    }
  }

  const provider = createSessionProvider({
    outbox: eventsTo(config, pipeline),
    tracer: pipeline?.tracer,
    agentName: serviceName,
    metrics: pipeline?.metrics,
    appVersion: options.serviceVersion,
    policy: config.logs === undefined ? spansAlone(config) : config.content,
    spanPolicy: config.content,
    eventPrefix,
    onInvalidAttribute: (name, problem) => pipeline?.invalidAttribute(name, problem),
    onInvalidEvent: (name, problem) => pipeline?.invalidEvent(name, problem),
    onIdentity:
      options.identity === undefined && config.metrics !== undefined
        ? identity => pipeline?.learn({ identity })
        : undefined,
    onForeignOriginator:
      serviceName === undefined ? originator => pipeline?.learn({ serviceName: originator }) : undefined,
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

/** What spans alone are made of holds no text but why something failed, and those that the operator asks for. */
function spansAlone({ content, tracing }: EffectiveConfig): ContentPolicy {
  const asked = tracing.content ? content : NO_TEXTS
  return {
    prompt: asked.prompt,
    toolArguments: asked.toolArguments,
    toolOutput: asked.toolOutput,
    toolOutputBytes: asked.toolOutputBytes,
    errorText: content.errorText,
    email: 'off',
    accountId: 'off',
    sseDeltas: false,
    agentResponse: 'off',
    guardianRationale: 'off',
    ownEvents: 'off',
  }
}

const NO_TEXTS = { prompt: 'off', toolArguments: 'off', toolOutput: 'off', toolOutputBytes: 0 } as const

/** Where events go: all of them where logs are exported, otherwise what spans are made of. */
function eventsTo({ logs, traces }: EffectiveConfig, pipeline: Pipeline | undefined): Pick<Outbox, 'add'> {
  if (pipeline === undefined || (logs === undefined && traces === undefined)) return NOWHERE
  const { outbox } = pipeline
  if (logs !== undefined) return outbox
  return {
    add(event, session, bytes, span) {
      if (spanOf(event) !== NO_SPAN && !isOwn(event)) outbox.add(event, session, bytes, span)
    },
  }
}

/** The listener is read once, with its options as `this`. */
function listenerOf(options: TelemetryOptions): TelemetryOptions['onDiagnostic'] {
  const { onDiagnostic } = options
  return typeof onDiagnostic === 'function' ? diagnostic => onDiagnostic.call(options, diagnostic) : undefined
}

/** Why no worker can run here; `undefined` where one can. */
function withoutWorkers(): string | undefined {
  // Node's permission model, where it is on, keeps threads from being started unless they are allowed.
  if (process.permission?.has('worker') === false) return 'this process may not start worker threads (--allow-worker)'
  // What hardens a process may take it away.
  return typeof SharedArrayBuffer === 'function' ? undefined : 'this process has no SharedArrayBuffer'
}

/** A day: what is longer than a timer can hold would end at once. */
const MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000

/** The time-out that a caller asks for; one that cannot be read, or is no number, means the default. */
function timeoutOf(options: FlushOptions | undefined, defaultMs: number): number {
  let timeoutMs: unknown
  try {
    timeoutMs = options?.timeoutMs
  } catch {
    // A getter of the application's that throws.
  }
  if (typeof timeoutMs !== 'number' || Number.isNaN(timeoutMs)) return defaultMs
  return Math.min(Math.max(0, timeoutMs), MAX_TIMEOUT_MS)
}
