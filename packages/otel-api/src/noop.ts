import type {
  CreateTelemetry,
  SessionTelemetry,
  Span,
  Telemetry,
  TelemetryOperations,
  Timer,
  TraceContextFrom,
} from './index.ts'

export { childEnvironment } from './child-environment.ts'
export type * from './index.ts'
export { newConversationId } from './new-conversation-id.ts'
export { visibleText } from './visible-text.ts'

const nothing = (): undefined => {}
const done = async (): Promise<boolean> => true
const runOf = async <T>(_what: unknown, run: () => T | Promise<T>): Promise<T> => run()
const itself = (): typeof noop => noop

/** The telemetry, its sessions, their spans and clocks: nothing tells them apart, as nothing is kept. */
const noop: Telemetry & SessionTelemetry & Span & Timer = {
  enabled: false,
  problems: [],
  secretVariables: [],
  session: itself,
  flush: done,
  shutdown: done,
  health: nothing,
  counter: nothing,
  histogram: nothing,
  recordDuration: nothing,
  time: (_name, _tags, run) => run(),
  startTimer: itself,
  end: nothing,
  [Symbol.dispose]: nothing,
  emit: nothing,
  withModel: itself,
  observeRequest: runOf,
  observeSse: events => events,
  observeStream: items => items,
  observeWebsocket: messages => messages,
  observeTool: runOf,
  observeTurn: runOf,
  observeApproval: runOf,
  span: (_name, _attributes, run) => run(noop),
  subagent: itself,
  traceContext: nothing,
  lastTurn: nothing,
  runtimeSummary: nothing,
  set: nothing,
  event: nothing,
  fail: nothing,
}

/** Whether this build can export anything. */
export const telemetryIncluded: boolean = false

/** Said once. */
let notice =
  'codex-otel: this build exports nothing; bundle, or run node where #telemetry stays external, with --conditions=codex-otel'

/**
 * Telemetry for a build without the feature: one object, made once, that keeps nothing. Where an exporter is configured,
 * one line on stderr says that nothing is exported, unless `silentNoop` is set.
 */
export const createTelemetry: CreateTelemetry = options => {
  try {
    // A configuration that asks for export, as JSON. `statsig` stands in sample files and counts as `none`.
    if (notice && !options.silentNoop && /exporter":(?!"none"|\{?"statsig")/.test(JSON.stringify(options.config))) {
      // biome-ignore lint/suspicious/noConsole: passes over the errors of a pipe that is closed
      console.error(notice)
      notice = ''
    }
  } catch {
    // Options that cannot be read.
  }
  return noop
}

/** The trace that the program was started in; nothing here, because nothing has a place in it. */
export const traceContextFrom: TraceContextFrom = nothing

/** What an operator can ask for; nothing here, because there is nothing to operate. */
export const operations: TelemetryOperations | undefined = undefined
