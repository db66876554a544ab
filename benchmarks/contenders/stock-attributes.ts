import { hostname } from 'node:os'
import { APP_VERSION, EVENT_NAME } from '@codex/test-kit/contender'
import type { ToolResultAttributes } from '@codex/test-kit/stock-tool-results'
import { SESSION, toolCall } from '../tool-result.ts'

/** The resource of every contender that is given one. */
export const RESOURCE = {
  'service.name': 'codex-cli',
  'service.version': APP_VERSION,
  env: 'dev',
  'host.name': hostname(),
} as const

/** The attributes that all events of a session have. */
export const SESSION_ATTRIBUTES = {
  'conversation.id': SESSION.conversationId,
  'app.version': APP_VERSION,
  auth_mode: SESSION.auth?.mode ?? '',
  originator: SESSION.originator,
  'terminal.type': SESSION.terminalType,
  model: SESSION.model,
  slug: SESSION.model,
} as const

/** The attributes of an event alone. */
export const eventAttributes: ToolResultAttributes = (sequence, nowMs) => {
  const call = toolCall(sequence)
  return {
    'event.name': EVENT_NAME,
    tool_result_seq: sequence + 1,
    tool_name: call.toolName,
    tool_namespace: 'functions',
    call_id: call.callId,
    duration_ms: String(call.durationMs),
    success: String(call.success),
    output_truncated: false,
    arguments: call.arguments,
    output: call.output,
    mcp_server: '',
    mcp_server_origin: '',
    'event.timestamp': new Date(nowMs).toISOString(),
  }
}

/** Both, for what knows no sessions. */
export const allAttributes: ToolResultAttributes = (sequence, nowMs) => ({
  ...eventAttributes(sequence, nowMs),
  ...SESSION_ATTRIBUTES,
})
