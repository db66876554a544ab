import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import { LogsExporterMetricsHelper } from '@opentelemetry/otlp-transformer'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { FindPatterns } from '../../content/patterns/find-patterns.ts'
import type { EventTuple } from '../../protocol/event-tuple.ts'
import type { ProcessFacts, SessionDescription, WorkerStart } from '../../protocol/messages.ts'
import { giveSignOfLife, openSharedState, SignalSlot, signalSlot } from '../../protocol/shared-state.ts'
import type { RequestSink } from '../delivery/request-sink.ts'
import { ProtobufBytes } from '../otlp/protobuf-bytes.ts'
import { configuredScrubber } from './configured-scrubber.ts'
import { createEncodedLogsSerializer, type EncodedLog, encodedLog } from './encoded-logs.ts'
import { createJournalingDelegate } from './journaling-delegate.ts'
import { sanitizeSession } from './log-attributes.ts'
import { createLogEncoder } from './log-encoder.ts'
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
/** A buffer that a burst of large events made larger than this is given up. */
const KEPT_BYTES = 1024 * 1024

export function createLogSignal(
  start: WorkerStart,
  delivery: RequestSink,
  findPatterns: FindPatterns | undefined,
): LogSignal {
  const { content } = start.config
  const scrubber = configuredScrubber(content, findPatterns)
  let resource = logResource(start, scrubber)
  const shared = openSharedState(start.shared)
  /** The records that are not in a request yet. */
  const bytes = new ProtobufBytes()
  const encoder = createLogEncoder(bytes, scrubber, content.toolOutputBytes)
  const processor = new BatchLogRecordProcessor({
    exporter: new OTLPExporterBase<EncodedLog[]>(
      createJournalingDelegate({
        delivery,
        serializer: createEncodedLogsSerializer(bytes, SCOPE),
        metricsHelper: LogsExporterMetricsHelper,
        countRecords: records => records.length,
      }),
    ),
    // What becomes one request is decided by who calls `journal`.
    maxExportBatchSize: Number.POSITIVE_INFINITY,
    // The bound of the outbox covers these events: the processor, which drops without a word, needs none of its own.
    maxQueueSize: Number.POSITIVE_INFINITY,
  })
  return {
    learn({ serviceName }) {
      if (serviceName !== undefined) resource = logResource({ ...start, serviceName }, scrubber)
    },
    emit(events, sessions) {
      for (const { slot, attributes: session } of sessions) {
        encoder.open(slot, sanitizeSession(session, content, scrubber))
      }
      for (const tuple of events) {
        giveSignOfLife(shared)
        const from = bytes.position
        encoder.encode(tuple)
        processor.onEmit(encodedLog(resource, from, bytes.position))
      }
      Atomics.store(shared, signalSlot('logs', SignalSlot.scrubbed), scrubber.count)
    },
    async journal() {
      const written = bytes.position
      await processor.forceFlush()
      if (bytes.position === written) bytes.clear(KEPT_BYTES)
    },
    ready: () => delivery.ready(),
    flush: (timeoutMs, leaving) => delivery.flush(timeoutMs, leaving),
    end: timeoutMs => delivery.flushForExit(timeoutMs),
  }
}
