import type { TraceContext } from './telemetry.ts'

/** A trace context as headers of a request, or as fields of an MCP request's `_meta`, which have the same names. */
export function traceFields(context: TraceContext | undefined): Record<string, string> {
  if (context === undefined) return {}
  const { traceparent, tracestate } = context
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate }
}
