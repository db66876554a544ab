import { hostname } from 'node:os'
import { createStockLogs } from '@codex/test-kit/stock-logs'
import { APP_VERSION, EVENT_NAME, SESSION, toolCall } from '../tool-result.ts'
import type { Contender, ContenderOptions } from './contender.ts'

const SEVERITY_INFO = 9

/** The OpenTelemetry SDK on the application's thread, as its documentation sets it up. */
export function startStock({ endpoint }: ContenderOptions, maxQueueSize?: number): Contender {
  const provider = createStockLogs({
    endpoint,
    resource: {
      'service.name': 'codex-cli',
      'service.version': APP_VERSION,
      env: 'dev',
      'host.name': hostname(),
    },
    maxQueueSize,
  })
  const logger = provider.getLogger('codex_otel')
  const session = {
    'conversation.id': SESSION.conversationId,
    'app.version': APP_VERSION,
    auth_mode: SESSION.auth?.mode ?? '',
    originator: SESSION.originator,
    'terminal.type': SESSION.terminalType,
    model: SESSION.model,
    slug: SESSION.model,
  }
  return {
    emit(sequence) {
      const call = toolCall(sequence)
      const now = Date.now()
      logger.emit({
        eventName: EVENT_NAME,
        timestamp: now,
        observedTimestamp: now,
        severityNumber: SEVERITY_INFO,
        severityText: 'INFO',
        attributes: {
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
          'event.timestamp': new Date(now).toISOString(),
          ...session,
        },
      })
    },
    flush: () => provider.forceFlush(),
    shutdown: () => provider.shutdown(),
  }
}
