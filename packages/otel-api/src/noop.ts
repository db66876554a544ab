import type { MetricRecorder, Timer } from './metrics.ts'
import type { TelemetryOperations } from './operations.ts'
import type { CreateTelemetry, SessionTelemetry, Telemetry } from './telemetry.ts'

export { childEnvironment } from './child-environment.ts'
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

const session: SessionTelemetry = {
  ...recorder,
  emit() {},
  withModel: () => session,
  observeRequest: async (_request, send) => send(),
  observeSse: events => events,
  observeStream: items => items,
  observeWebsocket: messages => messages,
  observeTool: async (_tool, run) => run(),
  observeTurn: async (_turn, run) => run(),
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
  flush: async () => true,
  shutdown: async () => true,
  health() {
    return undefined
  },
}

/** Whether this build can export anything. */
export const telemetryIncluded: boolean = false

/** Telemetry for a build without the feature: one object, made once, that reads nothing and keeps nothing. */
export const createTelemetry: CreateTelemetry = () => telemetry

/** What an operator can ask for; nothing here, because there is nothing to operate. */
export const operations: TelemetryOperations | undefined = undefined
