import type { TraceRow } from '../../src/queries/traces.ts'
import { useAnswer } from '../api/use-answer.ts'
import type { Turn } from './turns.ts'

const MAX_TRACES = 1_000

/** The trace of each turn, by the turn's number: the one that most of the turn's time is in. */
export function tracesOfTurns(turns: readonly Turn[], traces: readonly TraceRow[]): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  for (const { number, from, to } of turns) {
    let most = 0
    for (const { trace_id, start_ms, duration_ms } of traces) {
      const shared = Math.min(to, start_ms + duration_ms) - Math.max(from, start_ms)
      if (number === 0 || shared <= most) continue
      most = shared
      found.set(number, trace_id)
    }
  }
  return found
}

/** The traces of a session's turns; asked for again when a turn is added. */
export function useTraces(session: string, turns: readonly Turn[]): ReadonlyMap<number, string> {
  const { rows = [] } = useAnswer('tracesOfSession', { session, limit: MAX_TRACES }, turns.length)
  return tracesOfTurns(turns, rows)
}
