/** A span, a log event or an event of a span, whatever recorded it. */
export interface Seen {
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
}

export interface SeenSpan extends Seen {
  readonly durationMs: number
  readonly events: readonly Seen[]
}

/** A counter's value, or the sum of a histogram, with one combination of tags. */
export interface SeenPoint extends Seen {
  readonly total: number
}

/** All that one program recorded. */
export interface SeenTelemetry {
  readonly spans: readonly SeenSpan[]
  readonly logs: readonly Seen[]
  readonly points: readonly SeenPoint[]
}

/** A number that several signals tell, by where it stands. */
export type Sides = Readonly<Record<string, number>>

export interface Reconciliation {
  /** What must be the same on each side, exactly. */
  readonly counts: Readonly<Record<string, Sides>>
  /** What must differ by at most one millisecond for each span. */
  readonly durations: Readonly<
    Record<string, Sides & { readonly spans: number; readonly metric: number; readonly of: number }>
  >
}

/** Where each count of a response stands: on a chat, on a turn, in a log event, and as a `token_type` of the metric. */
const TOKENS: Readonly<Record<string, readonly [chat: string, turn: string, log: string, tokenType: string]>> = {
  'input tokens': ['input_tokens', 'input_tokens', 'input_token_count', 'input'],
  'cached tokens': ['cache_read.input_tokens', 'cached_input_tokens', 'cached_token_count', 'cached_input'],
  'cache-write tokens': [
    'cache_creation.input_tokens',
    'cache_write_input_tokens',
    'cache_write_token_count',
    'cache_write_input',
  ],
  'output tokens': ['output_tokens', 'output_tokens', 'output_token_count', 'output'],
  'reasoning tokens': [
    'reasoning.output_tokens',
    'reasoning_output_tokens',
    'reasoning_token_count',
    'reasoning_output',
  ],
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const total = (of: readonly Seen[], attribute: string): number =>
  sum(of.map(({ attributes }) => Number(attributes[attribute] ?? 0)))
const elapsed = (of: readonly SeenSpan[]): number => sum(of.map(({ durationMs }) => durationMs))

/**
 * Reads what spans, log events and metrics tell of the same things. `isObserved`: whether a turn's end was reported, without
 * which it has no duration of its own; default: each was.
 */
export function reconcile(
  { spans, logs, points }: SeenTelemetry,
  isObserved: (turn: SeenSpan) => boolean = () => true,
): Reconciliation {
  const named = (name: string): SeenSpan[] => spans.filter(span => span.name.split(' ')[0] === name)
  const events = (name: string): Seen[] => logs.filter(log => log.name === name)
  const metric = (name: string, tokenType?: string): number =>
    sum(
      points
        .filter(point => point.name === name && (tokenType === undefined || point.attributes.token_type === tokenType))
        .map(point => point.total),
    )
  const turns = named('invoke_agent')
  const chats = named('chat')
  const attempts = chats.flatMap(span => span.events).filter(({ name }) => name === 'codex.api_request')
  // A tool that the process left has no result.
  const left = (span: Seen): boolean => String(span.attributes['error.type']).startsWith('process_')
  const tools = named('execute_tool')
  const finished = tools.filter(span => !left(span))
  // A question that nobody answered has no decision.
  const decided = named('codex.approval').filter(({ attributes }) => 'codex.approval.decision' in attributes)

  const counts: Record<string, Sides> = {
    turns: {
      spans: turns.length,
      logs: events('codex.user_prompt').length,
      metric: metric('codex.conversation.turn.count'),
    },
    chats: { spans: chats.length, turns: total(turns, 'codex.turn.inference_calls') },
    attempts: {
      chats: total(chats, 'codex.request.attempts'),
      'events of chats': attempts.length,
      logs: events('codex.api_request').length,
      metric: metric('codex.api_request'),
    },
    'milliseconds of attempts': {
      'events of chats': total(attempts, 'duration_ms'),
      logs: total(events('codex.api_request'), 'duration_ms'),
      metric: metric('codex.api_request.duration_ms'),
    },
    tools: {
      spans: finished.length,
      turns: total(turns, 'codex.turn.tool_calls') - (tools.length - finished.length),
      logs: events('codex.tool_result').length,
      metric: metric('codex.tool.call'),
    },
    approvals: { spans: decided.length, metric: metric('codex.approval.requested') },
    'milliseconds to first tokens': {
      turns: total(turns, 'codex.turn.ttft_ms'),
      logs: total(events('codex.turn_ttft'), 'duration_ms'),
      metric: metric('codex.turn.ttft.duration_ms'),
    },
  }
  for (const [kind, [chat, turn, log, tokenType]] of Object.entries(TOKENS)) {
    counts[kind] = {
      chats: total(chats, `gen_ai.usage.${chat}`),
      turns: total(turns, `codex.turn.token_usage.${turn}`),
      logs: total(events('codex.sse_event'), log),
      metric: metric('codex.turn.token_usage', tokenType),
    }
  }
  const observed = turns.filter(isObserved)
  return {
    counts,
    durations: {
      tools: { of: finished.length, spans: elapsed(finished), metric: metric('codex.tool.call.duration_ms') },
      turns: { of: observed.length, spans: elapsed(observed), metric: metric('codex.turn.e2e_duration_ms') },
    },
  }
}

/** What does not add up, each with its sides. */
export function disagreements({ counts, durations }: Reconciliation): Record<string, Sides> {
  const apart = Object.entries(counts).filter(([, sides]) => new Set(Object.values(sides)).size > 1)
  const far = Object.entries(durations).filter(([, { of, spans, metric }]) => Math.abs(spans - metric) > of)
  return Object.fromEntries([...apart, ...far.map(([name, sides]) => [`milliseconds of ${name}`, sides] as const)])
}
