import type { SessionOptions } from '@codex/otel-api'
import type { ToolCall } from '@codex/test-kit/contender'

/** Whose events they are. */
export const SESSION: SessionOptions = {
  conversationId: '01994b6e-7d3c-7a51-8f0e-3b1c5d2a9e47',
  model: 'gpt-5-codex',
  originator: 'codex_exec',
  sessionSource: 'exec',
  terminalType: 'xterm-256color',
  auth: { mode: 'ApiKey' },
}

const ARGUMENTS = '{"cmd":"ls"}'
const OUTPUT = 'README.md\nsrc\n'

/** The call number `sequence`, as an agent would have it at hand: an event of about 560 bytes on the wire, its session included. */
export const toolCall = (sequence: number): ToolCall => ({
  toolName: 'exec_command',
  callId: `call_${sequence}`,
  durationMs: sequence % 1000,
  success: true,
  arguments: ARGUMENTS,
  output: OUTPUT,
})
