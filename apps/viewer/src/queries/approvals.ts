import { type Dialect, inScope } from './dialect.ts'

export interface ApprovalsRow {
  tool_name: string | null
  decision: string
  source: string | null
  decisions: number
  /** Milliseconds that a person took, from the event before to the decision; `null` where no person decided. */
  wait_ms: number | null
  longest_wait_ms: number | null
}

/** Decisions on tool calls, and how long the agent waited for a person. */
export const approvals = (dialect: Dialect): string => `
SELECT tool_name, decision, source, count(*) AS decisions, sum(e.wait_ms) AS wait_ms,
  max(e.wait_ms) AS longest_wait_ms
FROM ${dialect.events} e WHERE decision IS NOT NULL AND ${inScope(dialect)}
GROUP BY tool_name, decision, source ORDER BY decisions DESC, tool_name NULLS FIRST, decision, source NULLS FIRST`
