import { createTelemetry } from '@codex/otel-sdk'
import { APP_VERSION } from '@codex/test-kit/contender'
import { SESSION } from '../tool-result.ts'
import {
  SPAN_NAME,
  type SpansContender,
  type SpansContenderOptions,
  type StartSpansContender,
} from './spans-contender.ts'

const FLUSH_TIMEOUT_MS = 60_000
const nothing = (): void => {}

/** This library, with events as well. */
export function startCodex({ endpoint, codexHome }: SpansContenderOptions, traced: boolean): SpansContender {
  const telemetry = createTelemetry({
    config: {
      exporter: { 'otlp-http': { endpoint: endpoint.replace('/v1/traces', '/v1/logs'), protocol: 'binary' } },
      ...(traced ? { trace_exporter: { 'otlp-http': { endpoint, protocol: 'binary' } } } : {}),
    },
    codexHome,
    serviceVersion: APP_VERSION,
    env: {},
  })
  const session = telemetry.session(SESSION)
  return {
    turn: work => session.observeTurn({ prompt: 'x' }, async () => work()),
    span: () => session.span(SPAN_NAME, undefined, nothing),
    emit: () =>
      session.emit('codex.sandbox_outcome', { toolName: 'exec', callId: 'c', outcome: 'o', initialDurationMs: 1 }),
    flush: () => telemetry.flush({ timeoutMs: FLUSH_TIMEOUT_MS }),
  }
}

export const start: StartSpansContender = options => startCodex(options, true)
