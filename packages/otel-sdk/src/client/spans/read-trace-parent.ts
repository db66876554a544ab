import type { ConfigProblem, TelemetryOptions } from '@codex/otel-api'
import { readTraceContext } from '../session/read-session-options.ts'
import { showName } from '../show-name.ts'
import { type ParsedContext, parseTraceContext } from './trace-context.ts'

/** Where the application says that it works in another program's trace; what is none is a problem. */
export function readTraceParent(options: TelemetryOptions): { parent?: ParsedContext; problems: ConfigProblem[] } {
  const given = readTraceContext(options.traceContext)
  if (given === undefined) return { problems: [] }
  const parent = parseTraceContext(given)
  if (parent !== undefined) return { parent, problems: [] }
  const allowed = 'W3C Trace Context, for example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const found = showName(given.traceparent)
  const message = `traceContext (TRACEPARENT): found ${found}; allowed: ${allowed}; each turn begins a trace of its own`
  return { problems: [{ severity: 'notice', file: 'environment', key: 'TRACEPARENT', found, allowed, message }] }
}
