import type { SpanRow } from '../../src/queries/spans.ts'
import { declinedBy } from '../text/declined.ts'

/** What a span's time was spent on. */
export type SpanPart = 'model' | 'tools' | 'you' | 'agent' | 'other'

const OPERATIONS: Readonly<Record<string, SpanPart>> = {
  chat: 'model',
  generate_content: 'model',
  text_completion: 'model',
  embeddings: 'model',
  execute_tool: 'tools',
  invoke_agent: 'agent',
  create_agent: 'agent',
}

/** Names of codex-otel and of the Codex CLI that have no operation. */
const NAMES: Readonly<Record<string, SpanPart>> = {
  'codex.approval': 'you',
  'codex.sampling': 'model',
  'codex.tool_blocking': 'tools',
  exec_command: 'tools',
  'unified_exec.exec_command': 'tools',
  run_turn: 'agent',
}

export const partOf = ({ operation, tool_name, name }: SpanRow): SpanPart =>
  OPERATIONS[operation ?? ''] ?? NAMES[name] ?? (tool_name === null ? 'other' : 'tools')

export const PART_NAMES: Readonly<Record<SpanPart, { mark: string; word: string }>> = {
  model: { mark: '●', word: 'model' },
  tools: { mark: '■', word: 'tool' },
  you: { mark: '◐', word: 'approval' },
  agent: { mark: '◆', word: 'agent' },
  other: { mark: '·', word: 'program' },
}

/** The status of a call that did not run. */
export const NOT_RUN = 3

/** Says that a call did not run, and who did not allow it. */
export const notRunText = ({ declined_by }: SpanRow): string => `not run, ${declinedBy(declined_by)}`
