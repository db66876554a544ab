import { type Contender, EVENT_NAME } from './contender.ts'
import { createStockLogs, type StockLogsOptions } from './stock-logs.ts'

export interface StockToolResultsOptions extends StockLogsOptions {
  /** All attributes of the event number `sequence`, made once for each event, as an application would. */
  attributes(sequence: number, nowMs: number): Record<string, string | number | boolean>
}

const SEVERITY_INFO = 9

/** The OpenTelemetry SDK on the application's thread, which records tool results as an application would have it do. */
export function startStockToolResults({ attributes, ...options }: StockToolResultsOptions): Contender {
  const provider = createStockLogs(options)
  const logger = provider.getLogger('codex_otel')
  return {
    emit(sequence) {
      const nowMs = Date.now()
      logger.emit({
        eventName: EVENT_NAME,
        timestamp: nowMs,
        observedTimestamp: nowMs,
        severityNumber: SEVERITY_INFO,
        severityText: 'INFO',
        attributes: attributes(sequence, nowMs),
      })
    },
    flush: () => provider.forceFlush(),
    shutdown: () => provider.shutdown(),
  }
}
