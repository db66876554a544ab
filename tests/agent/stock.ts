import { createStockLogs } from '@codex/test-kit/stock-logs'
import { APP_VERSION, type Contender, callIdOf, EVENT_NAME, toolCall } from './contender.ts'
import type { AgentOptions } from './options.ts'

/** The OpenTelemetry SDK as its documentation sets it up, with its defaults. */
export function startStock({ exporter, label }: AgentOptions): Contender {
  if (!('otlp-http' in exporter)) throw new Error('the stock SDK is compared over HTTP')
  const { endpoint, headers } = exporter['otlp-http']
  const provider = createStockLogs({
    endpoint,
    headers: headers as Record<string, string>,
    resource: { 'service.name': 'codex-cli', 'service.version': APP_VERSION },
  })
  const logger = provider.getLogger('codex_otel')
  return {
    emit(sequence) {
      const call = toolCall(callIdOf(label, sequence))
      logger.emit({
        eventName: EVENT_NAME,
        timestamp: Date.now(),
        severityNumber: 9,
        severityText: 'INFO',
        attributes: {
          'event.name': EVENT_NAME,
          tool_name: call.toolName,
          call_id: call.callId,
          duration_ms: String(call.durationMs),
          success: String(call.success),
          arguments: call.arguments,
          output: call.output,
        },
      })
    },
    shutdown: () => provider.shutdown(),
  }
}
