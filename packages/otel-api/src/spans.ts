import type { Decision, DecisionSource } from './events.ts'
import type { AttributeValue } from './own-events.ts'

/** A place in a trace, as W3C Trace Context writes it. */
export interface TraceContext {
  /** For example `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`. */
  readonly traceparent: string
  readonly tracestate?: string | undefined
}

/**
 * Reads the trace context that the program was started in from `TRACEPARENT` and `TRACESTATE`, for
 * `TelemetryOptions.traceContext`, which checks it. For a run that another program starts: a terminal's shell may hold a
 * context that ended long ago. `undefined` where there is none, and in a build without the feature.
 */
export type TraceContextFrom = (env: Readonly<Record<string, string | undefined>>) => TraceContext | undefined

/**
 * Whom a trace context is for: a program that a tool runs, an MCP server, or the model's provider. What the configuration does
 * not name in `[otel.traces] propagate` gets none.
 */
export type TraceContextTarget = 'commands' | 'mcp' | 'model'

export interface TraceContextOptions {
  /** The tool call that the other program works for. Default: the turn; for the model the request that is being made, where there is one. */
  callId?: string | undefined
  /** Default: `commands`. */
  for?: TraceContextTarget | undefined
}

/**
 * What the application says of a span of its own. Names as those of own events: letters, digits, `.`, `_`, `-` and `/`; none
 * that begins with `codex.`, `gen_ai.` or `service.`. At most 128 a span.
 */
export type SpanAttributes = Readonly<Record<string, AttributeValue | null | undefined>>

/** A span of the application's own, while it is open. Nothing here throws, also not after its end, when nothing is recorded. */
export interface Span {
  /** Sets attributes; a later value replaces an earlier one. */
  set(attributes: SpanAttributes): void
  /** Adds something that happened in between. At most 128 a span. */
  event(name: string, attributes?: SpanAttributes): void
  /** Marks it as failed. `errorType` is one of few words that programs can count, for example `timeout`. */
  fail(errorType: string): void
  /** Runs `run` in a span below this one, as `SessionTelemetry.span` does. */
  span<Result>(name: string, attributes: SpanAttributes | undefined, run: (span: Span) => Result): Result
  /** For what it calls; `undefined` when traces are not exported. */
  traceContext(options?: Pick<TraceContextOptions, 'for'>): TraceContext | undefined
}

/** What somebody is asked to allow. */
export interface ObservedApproval {
  toolName: string
  /** `functions` (the default), or `mcp__<server>`. */
  toolNamespace?: string | undefined
  callId: string
}

/** What was answered; a plain decision is the user's. */
export interface ApprovalOutcome {
  readonly decision: Decision
  /** Default: `User`. With `Config` nobody was asked, and there is no span. */
  readonly source?: DecisionSource | undefined
  /** An earlier answer was repeated: nobody was asked, and there is no span. Default: `false`. */
  readonly remembered?: boolean | undefined
}

/** A conversation that an agent starts for a part of its work. */
export interface SubagentOptions {
  /** Its own conversation. */
  conversationId: string
  /** For example `explorer`; its `session_source` is `subagent_<agentName>`. */
  agentName: string
  /** Default: that of the session that starts it. */
  model?: string | undefined
  /** Of the tool call that it works for: its turns are below that call. Default: below the turn. */
  callId?: string | undefined
}
