import type { Logger } from '@opentelemetry/api'
import { type Contender, EVENT_NAME } from './contender.ts'
import { createStockLogs, type StockLogsOptions } from './stock-logs.ts'

/** All attributes of the event number `sequence`, made once for each event, as an application would. */
export type ToolResultAttributes = (sequence: number, nowMs: number) => Record<string, string | number | boolean>

export interface StockToolResultsOptions extends StockLogsOptions {
  attributes: ToolResultAttributes
}

const SEVERITY_INFO = 9

/** Records the event number `sequence` with a logger of OpenTelemetry's, as an application would have it do. */
export const emitToolResult =
  (logger: Logger, attributes: ToolResultAttributes): Contender['emit'] =>
  sequence => {
    const nowMs = Date.now()
    logger.emit({
      eventName: EVENT_NAME,
      timestamp: nowMs,
      observedTimestamp: nowMs,
      severityNumber: SEVERITY_INFO,
      severityText: 'INFO',
      attributes: attributes(sequence, nowMs),
    })
  }

/** The OpenTelemetry SDK on the application's thread, which records tool results. */
export function startStockToolResults({ attributes, ...options }: StockToolResultsOptions): Contender {
  const provider = createStockLogs(options)
  return {
    emit: emitToolResult(provider.getLogger('codex_otel'), attributes),
    flush: () => provider.forceFlush(),
    shutdown: () => provider.shutdown(),
  }
}
