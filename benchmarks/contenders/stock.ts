import { hostname } from 'node:os'
import { APP_VERSION, type Contender, EVENT_NAME } from '@codex/test-kit/contender'
import { startStockToolResults } from '@codex/test-kit/stock-tool-results'
import { SESSION, toolCall } from '../tool-result.ts'
import type { ContenderOptions } from './start-contender.ts'

/** The OpenTelemetry SDK on the application's thread, as its documentation sets it up. */
export function startStock({ endpoint }: ContenderOptions, maxQueueSize?: number): Contender {
  const session = {
    'conversation.id': SESSION.conversationId,
    'app.version': APP_VERSION,
    auth_mode: SESSION.auth?.mode ?? '',
    originator: SESSION.originator,
    'terminal.type': SESSION.terminalType,
    model: SESSION.model,
    slug: SESSION.model,
  }
  return startStockToolResults({
    endpoint,
    resource: {
      'service.name': 'codex-cli',
      'service.version': APP_VERSION,
      env: 'dev',
      'host.name': hostname(),
    },
    maxQueueSize,
    attributes(sequence, nowMs) {
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
        ...session,
      }
    },
  })
}
