import type { Contender, ToolCall } from '@codex/test-kit/contender'

export interface AgentContender extends Contender {
  /** Whether its own events and `records` that earlier runs left were delivered or dropped. */
  settled?(records: number): boolean
}

/** It has marks at both ends: what is beside it on the wire may look like a letter or a digit. */
export const callIdOf = (label: string, sequence: number): string => `call:${label}:${sequence};`

/** About 500 bytes on the wire, with the attributes of the session. */
export const toolCall = (callId: string): ToolCall => ({
  toolName: 'exec_command',
  callId,
  durationMs: 12,
  success: true,
  arguments: '{"cmd":"ls -la src"}',
  output: 'total 12\n-rw-r--r-- 1 coder coder 1024 Jan  1 00:00 index.ts\n'.repeat(2),
})
