import type { SseTokenUsage } from '@codex/otel-api'
import type { MetricScope } from './metric-registry.ts'
import { addTokens, noTokens, TOKEN_TYPES, type TokenCounts } from './token-counts.ts'

/** A turn that is under way. */
export interface Turn {
  toolCalls: number
  /** Counts a response's tokens for the session that got it. */
  addUsage(scope: MetricScope, usage: SseTokenUsage): void
  /** Ends the turn and records its metrics. Only the first call does. `endedAt` is by `performance.now()`; default: now. */
  end(endedAt?: number): void
}

/** The turns under way in the whole process: its exit ends them, too. */
export type OpenTurns = Set<Turn>

export interface TurnOptions {
  /** By `performance.now()`. */
  started: number
  open: OpenTurns
  /** Called when the turn has ended, by its own end or by the exit of the process. */
  onEnd(): void
}

export function startTurn(scope: MetricScope, { started, open, onEnd }: TurnOptions): Turn {
  // A turn may use several models, and each has its own tags.
  const usages = new Map<MetricScope, TokenCounts>()
  const turn: Turn = {
    toolCalls: 0,
    addUsage(of, usage) {
      let counts = usages.get(of)
      if (counts === undefined) {
        counts = noTokens()
        usages.set(of, counts)
      }
      addTokens(counts, usage)
    },
    end(endedAt = performance.now()) {
      if (!open.delete(turn)) return
      onEnd()
      scope.recordOwn('duration', 'codex.turn.e2e_duration_ms', Math.trunc(endedAt - started))
      scope.recordOwn('histogram', 'codex.turn.tool.call', turn.toolCalls)
      if (usages.size === 0) usages.set(scope, noTokens())
      for (const [of, counts] of usages) recordTokens(of, counts)
    },
  }
  open.add(turn)
  return turn
}

/** Records the tokens of a response that came outside of any turn. */
export function recordUsage(scope: MetricScope, usage: SseTokenUsage): void {
  const counts = noTokens()
  addTokens(counts, usage)
  recordTokens(scope, counts)
}

function recordTokens(scope: MetricScope, counts: TokenCounts): void {
  for (const [kind, tokenType] of TOKEN_TYPES) {
    scope.recordOwn('histogram', 'codex.turn.token_usage', counts[kind], { token_type: tokenType })
  }
}
