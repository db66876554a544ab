import type { CodexEventName, CodexEvents, RuntimeSummary, RuntimeTotal, SseTokenUsage } from '@codex/otel-api'
import { wholeNumber } from '../../catalogue/whole-number.ts'
import { addTokens, isTokenUsage, noTokens, type TokenCounts } from './token-counts.ts'

type TotalName = {
  [Key in keyof RuntimeSummary]: RuntimeSummary[Key] extends RuntimeTotal ? Key : never
}[keyof RuntimeSummary]

/** Which total an event with a duration counts in. */
const TOTAL_OF: { readonly [Name in CodexEventName]?: TotalName } = {
  'codex.tool_result': 'toolCalls',
  'codex.api_request': 'apiCalls',
  'codex.sse_event': 'streamingEvents',
  'codex.websocket_request': 'websocketCalls',
  'codex.turn_ttft': 'timeToFirstToken',
}

/** The totals of a conversation, added up from its events. */
export class ConversationTotals {
  private turns = 0
  private readonly tokens: TokenCounts = noTokens()
  private readonly totals: Record<TotalName, { count: number; durationMs: number }> = {
    toolCalls: { count: 0, durationMs: 0 },
    apiCalls: { count: 0, durationMs: 0 },
    streamingEvents: { count: 0, durationMs: 0 },
    websocketCalls: { count: 0, durationMs: 0 },
    timeToFirstToken: { count: 0, durationMs: 0 },
  }

  add<Name extends CodexEventName>(name: Name, payload: CodexEvents[Name]): void {
    if (name === 'codex.user_prompt') this.turns++
    if (name === 'codex.sse_event' && isTokenUsage(payload as CodexEvents['codex.sse_event'])) {
      addTokens(this.tokens, payload as SseTokenUsage)
    }
    const total = TOTAL_OF[name]
    const durationMs = wholeNumber((payload as { durationMs?: unknown }).durationMs)
    if (total === undefined || durationMs === undefined) return
    this.totals[total].count++
    this.totals[total].durationMs += durationMs
  }

  summary(): RuntimeSummary {
    return structuredClone({ turns: this.turns, tokens: this.tokens, ...this.totals })
  }
}
