// The one door to telemetry: which build this is, `#telemetry` in package.json decides.
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
export { childEnvironment, createTelemetry, operations, telemetryIncluded, visibleText } from '#telemetry'
