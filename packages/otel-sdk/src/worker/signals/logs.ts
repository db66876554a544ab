import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import { LogsExporterMetricsHelper, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import { BatchLogRecordProcessor, type ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { type CompiledRow, ROWS } from '../../catalogue/event-table.ts'
import type { EventTuple, SessionDescription, WorkerStart } from '../../protocol/messages.ts'
import { openSharedState, SignalSlot, signalSlot } from '../../protocol/shared-state.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { configuredScrubber } from './configured-scrubber.ts'
import { createJournalingDelegate } from './journaling-delegate.ts'
import { createLogAttributes, sanitizeSession } from './log-attributes.ts'
import { logResource } from './resource.ts'
import type { SignalPipeline } from './signal-pipeline.ts'

/** Log events, from tuples to requests. */
export interface LogSignal extends SignalPipeline {
  /** `sessions` are those not heard of before. */
  emit(events: readonly EventTuple[], sessions: readonly SessionDescription[]): void
}

const SCOPE = { name: 'codex_otel' }
const SEVERITY_INFO = 9

export function createLogSignal(start: WorkerStart, delivery: Delivery): LogSignal {
  const { content } = start.config
  const processor = new BatchLogRecordProcessor({
    exporter: new OTLPExporterBase<ReadableLogRecord[]>(
      createJournalingDelegate(delivery, ProtobufLogsSerializer, LogsExporterMetricsHelper),
    ),
  })
  const resource = logResource(start)
  const scrubber = configuredScrubber(content)
  const shared = openSharedState(start.shared)

  const attributes = createLogAttributes(scrubber, content.toolOutputBytes)

  let emitted = 0

  return {
    emit(events, sessions) {
      emitted += events.length
      for (const { slot, attributes: session } of sessions) {
        attributes.open(slot, sanitizeSession(session, content, scrubber))
      }
      for (const tuple of events) {
        const row = ROWS[tuple[0]] as CompiledRow
        const time = hrTime(tuple[1])
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
        // The processor reads what a record says; the setters of the type are for processors that change it.
        processor.onEmit(record as Parameters<typeof processor.onEmit>[0])
      }
      Atomics.store(shared, signalSlot('logs', SignalSlot.scrubbed), scrubber.count)
    },
    async journal() {
      await processor.forceFlush()
      // The exporter keeps to itself that a batch could not be serialized.
      const missing = emitted - delivery.stats.accepted
      if (missing > 0) delivery.refuse(missing)
    },
    room: () => delivery.room(),
    flush: (timeoutMs, leaving) => delivery.flush(timeoutMs, leaving),
    end: timeoutMs => delivery.flushForExit(timeoutMs),
  }
}

const hrTime = (timeMs: number): [number, number] => [Math.floor(timeMs / 1000), (timeMs % 1000) * 1_000_000]
