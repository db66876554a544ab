import type { SpanRow } from '../../src/queries/spans.ts'

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
  agent: { mark: '▸', word: 'agent' },
  other: { mark: '·', word: 'program' },
}
