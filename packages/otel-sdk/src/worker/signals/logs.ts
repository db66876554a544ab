import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import { LogsExporterMetricsHelper, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import { BatchLogRecordProcessor, type ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { type CompiledRow, ROWS } from '../../catalogue/event-table.ts'
import type { FindPatterns } from '../../content/patterns/find-patterns.ts'
import { type EventTuple, rowOf, timeOf } from '../../protocol/event-tuple.ts'
import type { ProcessFacts, SessionDescription, WorkerStart } from '../../protocol/messages.ts'
import { giveSignOfLife, openSharedState, SignalSlot, signalSlot } from '../../protocol/shared-state.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { hrTime } from '../otlp/hr-time.ts'
import { configuredScrubber } from './configured-scrubber.ts'
import { createJournalingDelegate } from './journaling-delegate.ts'
import { createLogAttributes, sanitizeSession } from './log-attributes.ts'
import { logResource } from './resource.ts'
import type { SignalPipeline } from './signal-pipeline.ts'

/** Log events, from tuples to requests. */
export interface LogSignal extends SignalPipeline {
  /** Takes what was learnt of the process for the records from now on. */
  learn(facts: ProcessFacts): void
  /** `sessions` describes each session at its first event. */
  emit(events: readonly EventTuple[], sessions: readonly SessionDescription[]): void
}

const SCOPE = { name: 'codex_otel' }
const SEVERITY_INFO = 9

export function createLogSignal(
  start: WorkerStart,
  delivery: Delivery,
  findPatterns: FindPatterns | undefined,
): LogSignal {
  const { content } = start.config
  const processor = new BatchLogRecordProcessor({
    exporter: new OTLPExporterBase<ReadableLogRecord[]>(
      createJournalingDelegate({
        delivery,
        serializer: ProtobufLogsSerializer,
        metricsHelper: LogsExporterMetricsHelper,
        countRecords: records => records.length,
      }),
    ),
    // The bound of the outbox covers these events: the processor, which drops without a word, needs none of its own.
    maxQueueSize: Number.POSITIVE_INFINITY,
  })
  const scrubber = configuredScrubber(content, findPatterns)
  let resource = logResource(start, scrubber)
  const shared = openSharedState(start.shared)

  const attributes = createLogAttributes(scrubber, content.toolOutputBytes)

  return {
    learn({ serviceName }) {
      if (serviceName !== undefined) resource = logResource({ ...start, serviceName }, scrubber)
    },
    emit(events, sessions) {
      for (const { slot, attributes: session } of sessions) {
        attributes.open(slot, sanitizeSession(session, content, scrubber))
      }
      for (const tuple of events) {
        giveSignOfLife(shared)
        const row = ROWS[rowOf(tuple)] as CompiledRow
        const time = hrTime(timeOf(tuple))
        const record: ReadableLogRecord = {
          hrTime: time,
          hrTimeObserved: time,
          severityNumber: SEVERITY_INFO,
          severityText: 'INFO',
          eventName: row.name,
          resource,
          instrumentationScope: SCOPE,
          attributes: attributes.of(row, tuple),
          droppedAttributesCount: 0,
        }
        // The processor only reads a record; the setters of its type are for processors that change records.
        processor.onEmit(record as Parameters<typeof processor.onEmit>[0])
      }
      Atomics.store(shared, signalSlot('logs', SignalSlot.scrubbed), scrubber.count)
    },
    journal: () => processor.forceFlush(),
    ready: () => delivery.ready(),
    flush: (timeoutMs, leaving) => delivery.flush(timeoutMs, leaving),
    end: timeoutMs => delivery.flushForExit(timeoutMs),
  }
}
