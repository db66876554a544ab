import type { CodexEvents, RuntimeTokens, SseTokenUsage } from '@codex/otel-api'
import { wholeNumber } from '../../catalogue/whole-number.ts'

/** The tag `token_type` of `codex.turn.token_usage`, and where the number stands in an event. */
const COUNTED = {
  total: ['total', 'totalTokens'],
  input: ['input', 'inputTokens'],
  cachedInput: ['cached_input', 'cachedTokens'],
  cacheWriteInput: ['cache_write_input', 'cacheWriteTokens'],
  output: ['output', 'outputTokens'],
  reasoningOutput: ['reasoning_output', 'reasoningTokens'],
} as const satisfies Record<keyof RuntimeTokens, readonly [tokenType: string, field: keyof SseTokenUsage]>

export type TokenCounts = { -readonly [Kind in keyof RuntimeTokens]: number }

/** In the order of the wire. */
export const TOKEN_TYPES: readonly (readonly [kind: keyof RuntimeTokens, tokenType: string])[] = Object.entries(
  COUNTED,
).map(([kind, [tokenType]]) => [kind as keyof RuntimeTokens, tokenType])

export const noTokens = (): TokenCounts => ({
  total: 0,
  input: 0,
  cachedInput: 0,
  cacheWriteInput: 0,
  output: 0,
  reasoningOutput: 0,
})

/** Whether the event carries token counts of a response, all of them or some. Asked of every event: no loop. */
export const isTokenUsage = (event: CodexEvents['codex.sse_event']): event is SseTokenUsage =>
  Number.isFinite((event as SseTokenUsage).totalTokens) ||
  Number.isFinite((event as SseTokenUsage).inputTokens) ||
  Number.isFinite((event as SseTokenUsage).outputTokens) ||
  Number.isFinite((event as SseTokenUsage).cachedTokens) ||
  Number.isFinite((event as SseTokenUsage).cacheWriteTokens) ||
  Number.isFinite((event as SseTokenUsage).reasoningTokens)

export function addTokens(counts: TokenCounts, usage: SseTokenUsage): void {
  for (const [kind, [, field]] of Object.entries(COUNTED)) {
    counts[kind as keyof RuntimeTokens] += wholeNumber(usage[field]) ?? 0
  }
}
