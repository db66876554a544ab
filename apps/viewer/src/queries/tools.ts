import { type Dialect, inScope } from './dialect.ts'

export interface ToolsRow {
  tool_name: string
  calls: number
  succeeded: number
  failed: number
  /** Calls that did not run since a person or the configuration did not allow them. */
  declined: number
  /** 50th, 95th and 99th percentile in milliseconds. */
  duration_ms: number[]
}

/** Tool calls by tool: how many succeeded, and how long those took that ran. */
export const tools = (dialect: Dialect): string => `
SELECT tool_name, count(*) AS calls, ${dialect.countIf('success = 1')} AS succeeded, ${dialect.countIf(`success = 0 AND NOT e.declined = 1`)} AS failed,
  ${dialect.countIf('e.declined = 1')} AS declined,
  ${dialect.quantiles(`CASE WHEN NOT e.declined = 1 THEN e.duration_ms END`)} AS duration_ms
FROM ${dialect.events} e WHERE role = 'tool' AND success IS NOT NULL AND tool_name IS NOT NULL AND ${inScope(dialect)}
GROUP BY tool_name ORDER BY calls DESC, tool_name`
