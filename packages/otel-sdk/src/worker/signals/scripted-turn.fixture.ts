import type { CodexEventName } from '@codex/otel-api'
import { type CompiledRow, ROW_BY_NAME } from '../../catalogue/event-table.ts'
import { type EventTuple, openTuple, setSpan } from '../../protocol/event-tuple.ts'
import { type SpanEntry, SpanKind, type SpanOpening, SpanOutcome } from '../../protocol/span-tuple.ts'

/** Where the scripted turn begins. */
export const START_MS: number = Date.UTC(2026, 8, 21, 10, 0, 0, 0)

/** An event as it crosses the threads, of the span with this number. */
export function spanEvent(
  span: number,
  name: CodexEventName,
  fields: Record<string, unknown>,
  timeMs: number = START_MS,
): EventTuple {
  const row = ROW_BY_NAME.get(name) as CompiledRow
  const tuple = openTuple(row.id, timeMs)
  setSpan(tuple, span)
  for (const field of row.fields) tuple.push(fields[field])
  return tuple
}

/** The opening of a span; its id is its number. */
export const opening = (id: number, kind: SpanKind, label: string, more: Partial<SpanOpening> = {}): SpanOpening => ({
  type: 'open',
  id,
  timeMs: START_MS + id,
  kind,
  traceId: [0x4bf92f35, 0x77b34da6, 0xa3ce929d, 0x0e0e4736],
  spanId: [0xf067aa0, id],
  parentSpanId: undefined,
  parentRemote: false,
  flags: 1,
  label,
  origin: {
    conversationId: 'c-1',
    sessionId: 's-1',
    agentName: 'codex-cli',
    authMode: 'ApiKey',
    originator: 'codex_exec',
    terminalType: 'dumb',
    traceState: undefined,
  },
  links: [],
  ...more,
})

export const ending = (id: number, outcome: SpanOutcome = SpanOutcome.done, errorType?: string): SpanEntry => ({
  type: 'end',
  id,
  timeMs: START_MS + 100 + id,
  outcome,
  errorType,
})

const below = (id: number) => ({ parentSpanId: [0xf067aa0, id] as const })

/** A turn with a chat that is tried twice, a question, a tool and a second chat, in the order in which it crosses the threads. */
export const SCRIPTED_TURN: readonly (SpanEntry | EventTuple)[] = [
  opening(1, SpanKind.turn, 'codex-cli'),
  { type: 'facts', id: 1, facts: { turnIndex: 3 } },
  spanEvent(1, 'codex.user_prompt', { promptLength: 12, prompt: 'CANARY-prompt' }),
  opening(2, SpanKind.chat, 'gpt-5.1-codex', below(1)),
  spanEvent(2, 'codex.api_request', {
    durationMs: 7,
    attempt: 0,
    statusCode: 500,
    errorMessage: 'CANARY-error',
    endpoint: '/responses',
  }),
  spanEvent(2, 'codex.auth_recovery', { mode: 'managed', step: 'refresh', outcome: 'succeeded', error: 'CANARY-auth' }),
  spanEvent(2, 'codex.api_request', { durationMs: 9, attempt: 1, statusCode: 200, endpoint: '/responses' }),
  spanEvent(2, 'codex.turn_ttft', { durationMs: 40 }),
  {
    type: 'facts',
    id: 2,
    facts: {
      provider: 'openai',
      serverAddress: '127.0.0.1',
      serverPort: 8080,
      responseId: 'resp_1',
      responseModel: 'gpt-5.1-codex-2026',
      finishReasons: ['tool_calls'],
      firstChunkSeconds: 0.04,
    },
  },
  spanEvent(2, 'codex.sse_event', {
    kind: 'response.completed',
    durationMs: 1,
    inputTokens: 100,
    cachedTokens: 60,
    outputTokens: 20,
    reasoningTokens: 5,
    totalTokens: 120,
  }),
  ending(2),
  opening(3, SpanKind.approval, 'exec_command', below(1)),
  spanEvent(3, 'codex.tool_decision', {
    toolName: 'exec_command',
    callId: 'call_1',
    decision: 'approved',
    source: 'User',
  }),
  ending(3),
  opening(4, SpanKind.tool, 'exec_command', below(1)),
  {
    type: 'facts',
    id: 4,
    facts: {
      callId: 'call_1',
      toolNamespace: 'functions',
      argumentsLength: 17,
      outputLength: 3000,
      outputLineCount: 2,
      exitCode: 1,
      sandbox: 'bubblewrap',
    },
  },
  spanEvent(4, 'codex.sandbox_outcome', {
    toolName: 'exec_command',
    callId: 'call_1',
    outcome: 'allowed',
    initialDurationMs: 4,
  }),
  spanEvent(4, 'codex.tool_result', {
    toolName: 'exec_command',
    toolNamespace: 'functions',
    callId: 'call_1',
    durationMs: 30,
    success: true,
    arguments: 'CANARY-arguments',
    output: 'CANARY-output',
  }),
  ending(4),
  opening(5, SpanKind.chat, 'gpt-5.1-codex', below(1)),
  spanEvent(5, 'codex.api_request', { durationMs: 9, attempt: 0, statusCode: 200, endpoint: '/responses' }),
  spanEvent(5, 'codex.sse_event', {
    kind: 'response.failed',
    durationMs: 1,
    errorMessage: 'CANARY-stream token=sk-proj-Zx8Kq2LmN4pR7sTvWyB3cD5fG6hJ9kLm',
    inputTokens: 10,
    outputTokens: 1,
    totalTokens: 11,
  }),
  ending(5, SpanOutcome.failed, 'rate_limit_exceeded'),
  ending(1),
]
