import type { ApprovalsRow } from '../../src/queries/approvals.ts'

/** Decisions of one kind that were made in one way. */
export type ApprovalGroup = Omit<ApprovalsRow, 'tool_name'>

/** The decisions on all tools together, the most frequent first. */
export function groupApprovals(rows: readonly ApprovalsRow[]): ApprovalGroup[] {
  const groups = new Map<string, ApprovalGroup>()
  for (const { tool_name: _, ...row } of rows) {
    const key = JSON.stringify([row.decision, row.source])
    const before = groups.get(key)
    if (!before) groups.set(key, row)
    else {
      before.decisions += row.decisions
      before.wait_ms = together(before.wait_ms, row.wait_ms, (a, b) => a + b)
      before.longest_wait_ms = together(before.longest_wait_ms, row.longest_wait_ms, Math.max)
    }
  }
  return [...groups.values()].sort((a, b) => b.decisions - a.decisions)
}

/** Of two values of which either may be missing. */
const together = (a: number | null, b: number | null, join: (a: number, b: number) => number): number | null =>
  a === null ? b : b === null ? a : join(a, b)
