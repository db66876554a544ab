// All other files import telemetry from here. `#telemetry` in package.json selects the build with or without it.
export type {
  AuthEnvironment,
  ConfigDescription,
  ConfigProblem,
  Diagnosis,
  RefusedEntries,
  RuntimeSummary,
  RuntimeTotal,
  SessionAuth,
  SessionTelemetry,
  SignalDiagnosis,
  SignalHealth,
  SpoolDescription,
  SpooledData,
  SpoolFlush,
  Telemetry,
  TelemetryHealth,
  TelemetryOptions,
} from '@codex/otel-api'
export {
  childEnvironment,
  createTelemetry,
  newConversationId,
  operations,
  telemetryIncluded,
  visibleText,
} from '#telemetry'
