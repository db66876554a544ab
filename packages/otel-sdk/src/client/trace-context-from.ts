import type { TraceContextFrom } from '@codex/otel-api'

/** Reads the trace context that the program was started in; not checked. */
export const traceContextFrom: TraceContextFrom = ({ TRACEPARENT: traceparent, TRACESTATE: tracestate }) =>
  traceparent?.trim() ? { traceparent, tracestate } : undefined
