export type * from '@codex/otel-api'
export type { CollectedEvent } from './collect-events.ts'
export type { CollectedCounter, CollectedHistogram, CollectedMetric } from './collect-metrics.ts'
export type { CollectedSpan, CollectedSpanEvent } from './collect-spans.ts'
export {
  createTestTelemetry,
  type TelemetrySnapshot,
  type TestTelemetry,
  type TestTelemetryOptions,
} from './create-test-telemetry.ts'
