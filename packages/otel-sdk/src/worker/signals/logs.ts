import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import { LogsExporterMetricsHelper } from '@opentelemetry/otlp-transformer'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { FindPatterns } from '../../content/patterns/find-patterns.ts'
import type { ProcessFacts, WorkerStart } from '../../protocol/messages.ts'
import { openSharedState, SignalSlot, signalSlot } from '../../protocol/shared-state.ts'
import type { RequestSink } from '../delivery/request-sink.ts'
import type { EventEntry } from '../event-entry.ts'
import { ProtobufBytes } from '../otlp/protobuf-bytes.ts'
import { configuredScrubber } from './configured-scrubber.ts'
import { createEncodedLogsSerializer, type EncodedLog, encodedLog } from './encoded-logs.ts'
import { createJournalingDelegate } from './journaling-delegate.ts'
import { sanitizeSession } from './log-attributes.ts'
import { createLogEncoder, type SpanIds } from './log-encoder.ts'
import { logResource } from './resource.ts'
import type { SignalPipeline } from './signal-pipeline.ts'

/** Log events, from what crosses the threads to requests. */
export interface LogSignal extends SignalPipeline {
  /** Takes what was learnt of the process for the records from now on. */
  learn(facts: ProcessFacts): void
  /** Takes the description of a session, which comes before its events. */
  describe(entry: EventEntry): void
  /** Takes an event. */
  emit(entry: EventEntry): void
}

const SCOPE = { name: 'codex_otel' }
/** A buffer that a burst of large events made larger than this is given up. */
const KEPT_BYTES = 1024 * 1024

export function createLogSignal(
  start: WorkerStart,
  delivery: RequestSink,
  findPatterns: FindPatterns | undefined,
  idsOf?: SpanIds | undefined,
): LogSignal {
  const { content } = start.config
  const scrubber = configuredScrubber(content, findPatterns)
  let resource = logResource(start, scrubber)
  const shared = openSharedState(start.shared)
  /** The records that are not in a request yet. */
  const bytes = new ProtobufBytes()
  const encoder = createLogEncoder(bytes, scrubber, content.toolOutputBytes, idsOf)
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
    describe(entry) {
      encoder.describe(entry.session, () => sanitizeSession(entry.attributes(), content, scrubber))
    },
    emit(entry) {
      const from = bytes.position
      encoder.encode(entry)
      processor.onEmit(encodedLog(resource, from, bytes.position))
    },
    async journal() {
      const written = bytes.position
      await processor.forceFlush()
      if (bytes.position === written) bytes.clear(KEPT_BYTES)
      Atomics.store(shared, signalSlot('logs', SignalSlot.scrubbed), scrubber.count)
    },
    ready: () => delivery.ready(),
    flush: (timeoutMs, leaving) => delivery.flush(timeoutMs, leaving),
    end: timeoutMs => delivery.flushForExit(timeoutMs),
  }
}
