import { APP_VERSION, type Contender, EVENT_NAME } from '@codex/test-kit/contender'
import { startStockToolResults } from '@codex/test-kit/stock-tool-results'
import type { AgentOptions } from './options.ts'
import { callIdOf, toolCall } from './tool-call.ts'

/** The OpenTelemetry SDK as its documentation sets it up, with its defaults. */
export function startStock({ exporter, label }: AgentOptions): Contender {
  if (!('otlp-http' in exporter)) throw new Error('the stock SDK is compared over HTTP')
  const { endpoint, headers } = exporter['otlp-http']
  return startStockToolResults({
    endpoint,
    headers: headers as Record<string, string>,
    resource: { 'service.name': 'codex-cli', 'service.version': APP_VERSION },
    attributes(sequence) {
      const call = toolCall(callIdOf(label, sequence))
      return {
        'event.name': EVENT_NAME,
        tool_name: call.toolName,
        call_id: call.callId,
        duration_ms: String(call.durationMs),
        success: String(call.success),
        arguments: call.arguments,
        output: call.output,
      }
    },
  })
}
