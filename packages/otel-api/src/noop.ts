import type {
  CreateTelemetry,
  MetricRecorder,
  SessionTelemetry,
  Telemetry,
  TelemetryOperations,
  Timer,
} from './index.ts'

export { childEnvironment } from './child-environment.ts'
export type * from './index.ts'
export { newConversationId } from './new-conversation-id.ts'
export { visibleText } from './visible-text.ts'

const timer: Timer = { end() {}, [Symbol.dispose]() {} }

const recorder: MetricRecorder = {
  counter() {},
  histogram() {},
  recordDuration() {},
  time: (_name, _tags, run) => run(),
  startTimer: () => timer,
}

const done = async (): Promise<boolean> => true
const runOf = async <T>(_what: unknown, run: () => T | Promise<T>): Promise<T> => run()

const session: SessionTelemetry = {
  ...recorder,
  emit() {},
  withModel: () => session,
  observeRequest: runOf,
  observeSse: events => events,
  observeStream: items => items,
  observeWebsocket: messages => messages,
  observeTool: runOf,
  observeTurn: runOf,
  runtimeSummary() {
    return undefined
  },
}

const telemetry: Telemetry = {
  ...recorder,
  enabled: false,
  problems: [],
  secretVariables: [],
  session: () => session,
  flush: done,
  shutdown: done,
  health() {
    return undefined
  },
}

/** Whether this build can export anything. */
export const telemetryIncluded: boolean = false

const NOTICE =
  'codex-otel: this build exports nothing; bundle, or run node where #telemetry stays external, with --conditions=codex-otel'

/** A configuration that asks for export, as JSON. `statsig` stands in sample files and counts as `none`. */
const ASKS_FOR_EXPORT = /exporter":(?!"none"|\{?"statsig")/

let noticed = false

/**
 * Telemetry for a build without the feature: one object, made once, that keeps nothing. Where an exporter is configured,
 * one line on stderr says that nothing is exported, unless `silentNoop` is set.
 */
export const createTelemetry: CreateTelemetry = options => {
  try {
    if (!noticed && !options.silentNoop && ASKS_FOR_EXPORT.test(JSON.stringify(options.config))) {
      noticed = true
      // biome-ignore lint/suspicious/noConsole: passes over the errors of a pipe that is closed
      console.error(NOTICE)
    }
  } catch {
    // Options that cannot be read.
  }
  return telemetry
}

/** What an operator can ask for; nothing here, because there is nothing to operate. */
export const operations: TelemetryOperations | undefined = undefined
