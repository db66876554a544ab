import { type Dialect, inScope } from './dialect.ts'

export interface ToolsRow {
  tool_name: string
  calls: number
  succeeded: number
  failed: number
  /** 50th, 95th and 99th percentile in milliseconds. */
  duration_ms: number[]
}

/** Tool calls by tool: how many succeeded, and how long they took. */
export const tools = (dialect: Dialect): string => `
SELECT tool_name, count(*) AS calls, ${dialect.countIf('success = 1')} AS succeeded, ${dialect.countIf('success = 0')} AS failed,
  ${dialect.quantiles('e.duration_ms')} AS duration_ms
FROM codex_events e WHERE success IS NOT NULL AND tool_name IS NOT NULL AND ${inScope(dialect)}
GROUP BY tool_name ORDER BY calls DESC, tool_name`
