import { SpanKind as ApiSpanKind, type HrTime, type Link, type SpanContext, SpanStatusCode } from '@opentelemetry/api'
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import { ProtobufTraceSerializer, TraceExporterMetricsHelper } from '@opentelemetry/otlp-transformer'
import type { Resource } from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace'
import type { FindPatterns } from '../../content/patterns/find-patterns.ts'
import type { EventTuple } from '../../protocol/event-tuple.ts'
import type { ProcessFacts, WorkerStart } from '../../protocol/messages.ts'
import { openSharedState, SignalSlot, signalSlot } from '../../protocol/shared-state.ts'
import type { SpanEntry, SpanIdWords, SpanLink, TraceIdWords } from '../../protocol/span-tuple.ts'
import { VERSION } from '../../version.ts'
import type { Checkpoint } from '../delivery/delivery-checkpoints.ts'
import type { RequestSink } from '../delivery/request-sink.ts'
import { hrTime } from '../otlp/hr-time.ts'
import type { AssembledSpan } from './assembled-span.ts'
import { configuredScrubber } from './configured-scrubber.ts'
import { hexOf } from './hex-of.ts'
import { createJournalingDelegate } from './journaling-delegate.ts'
import { logRecordIds } from './log-record-ids.ts'
import { ProvisionalSpans } from './provisional-spans.ts'
import { baseResource } from './resource.ts'
import type { SignalPipeline } from './signal-pipeline.ts'
import { createSpanAssembler } from './span-assembler.ts'

/** Spans, from what crosses the threads to requests. */
export interface SpanSignal extends SignalPipeline {
  /** Takes what was learnt of the process for the spans that end from now on. */
  learn(facts: ProcessFacts): void
  /** Takes what is said of a span. */
  take(entry: SpanEntry): void
  /** A span with this number has ended, and was seen to by an earlier worker. */
  forget(span: number): void
  /** Takes an event that belongs to the span with this number. */
  event(tuple: EventTuple, span: number): void
  /** The ids of a span, or of the context that it stands for, as fields of a log record in OTLP. */
  idsOf(span: number): Uint8Array | undefined
}

/** The conventions that the names of the spans' attributes are of. */
const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.41.0'
/** The processor divides by it. */
const NO_BOUND = Number.MAX_SAFE_INTEGER
const SCOPE = { name: 'codex_otel', version: VERSION, schemaUrl: SCHEMA_URL }

export function createSpanSignal(
  start: WorkerStart,
  delivery: RequestSink,
  findPatterns: FindPatterns | undefined,
): SpanSignal {
  const { content, tracing } = start.config
  const scrubber = configuredScrubber(content, findPatterns)
  let resource = baseResource(start, scrubber)
  const shared = openSharedState(start.shared)
  const processor = new BatchSpanProcessor({
    exporter: new OTLPExporterBase<ReadableSpan[]>(
      createJournalingDelegate({
        delivery: {
          // Spans that a checkpoint says take its place by themselves.
          accept: bytes => delivery.accept(bytes, false),
          refuse: records => delivery.refuse(records),
        },
        serializer: ProtobufTraceSerializer,
        metricsHelper: TraceExporterMetricsHelper,
        countRecords: spans => spans.length,
      }),
    ),
    // What becomes one request is decided by who calls `journal`.
    maxExportBatchSize: NO_BOUND,
    maxQueueSize: NO_BOUND,
  })
  const assembler = createSpanAssembler({
    content,
    tracing,
    scrubber,
    onSpan(span) {
      if (!provisional.keeps(span)) processor.onEnd(readableSpan(span, resource))
    },
  })
  const ids = new Map<number, Uint8Array>()
  const provisional = new ProvisionalSpans({
    delivery,
    killedSpans: () => assembler.killedSpans(),
    serialize,
  })

  function serialize(spans: readonly AssembledSpan[]): Uint8Array | undefined {
    return ProtobufTraceSerializer.serializeRequest(spans.map(span => readableSpan(span, resource)))
  }

  /** Hands spans in that a checkpoint says, in its place: they are not sent twice. `following` says what is still open. */
  function replaceCheckpoint(spans: readonly AssembledSpan[], following: Checkpoint | undefined): void {
    const bytes = serialize(spans)
    if (bytes !== undefined && delivery.accept(bytes, true, following) > 0) return
    delivery.refuse(spans.length)
    provisional.save(following)
  }

  return {
    learn({ serviceName }) {
      if (serviceName !== undefined) resource = baseResource({ ...start, serviceName }, scrubber)
    },
    take(entry) {
      if (entry.type === 'open' || entry.type === 'end' || entry.type === 'whole') provisional.touch()
      if (entry.type === 'open') ids.set(entry.id, logRecordIds(entry))
      else if (entry.type === 'end') ids.delete(entry.id)
      assembler.take(entry)
    },
    forget(span) {
      ids.delete(span)
      assembler.forget(span)
      provisional.forget(span)
    },
    event: (tuple, span) => assembler.event(tuple, span),
    idsOf: span => ids.get(span),
    async journal() {
      // What is open is on disk before what is below it.
      const ended = provisional.release()
      const open = provisional.prepare()
      if (ended.length === 0) provisional.save(open)
      else replaceCheckpoint(ended, open)
      await processor.forceFlush()
      Atomics.store(shared, signalSlot('traces', SignalSlot.scrubbed), scrubber.count)
    },
    ready: () => delivery.ready(),
    flush: (timeoutMs, leaving) => delivery.flush(timeoutMs, leaving),
    end: timeoutMs => delivery.flushForExit(timeoutMs),
  }
}

const contextOf = (
  traceId: TraceIdWords,
  spanId: SpanIdWords,
  traceFlags: number,
  isRemote: boolean | undefined,
  traceState?: string,
): SpanContext => ({
  traceId: hexOf(traceId),
  spanId: hexOf(spanId),
  traceFlags,
  ...(isRemote === undefined ? {} : { isRemote }),
  // The serializer asks for the text alone.
  ...(traceState === undefined
    ? {}
    : { traceState: { serialize: () => traceState } as NonNullable<SpanContext['traceState']> }),
})

const linkOf = ({ traceId, spanId, flags, remote }: SpanLink): Link => ({
  context: contextOf(traceId, spanId, flags, remote),
})

/** An assembled span as OpenTelemetry's exporters take it. */
export function readableSpan(span: AssembledSpan, resource: Resource): ReadableSpan {
  const { opening, endMs } = span
  const { traceId, spanId, parentSpanId, flags, parentRemote, timeMs } = opening
  const context = contextOf(traceId, spanId, flags, undefined, span.traceState)
  return {
    name: span.name,
    kind: span.isClient ? ApiSpanKind.CLIENT : ApiSpanKind.INTERNAL,
    spanContext: () => context,
    ...(parentSpanId === undefined ? {} : { parentSpanContext: contextOf(traceId, parentSpanId, flags, parentRemote) }),
    startTime: hrTime(timeMs),
    endTime: hrTime(endMs),
    duration: hrTime(endMs - timeMs) satisfies HrTime,
    ended: true,
    status: {
      code: span.failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET,
      ...(span.statusMessage === undefined ? {} : { message: span.statusMessage }),
    },
    attributes: span.attributes as ReadableSpan['attributes'],
    links: span.links.map(linkOf),
    events: span.events.map(({ name, timeMs: at, attributes }) => ({
      name,
      time: hrTime(at),
      attributes: attributes as ReadableSpan['attributes'],
    })),
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: span.droppedAttributes,
    droppedEventsCount: span.droppedEvents,
    droppedLinksCount: span.droppedLinks,
  }
}
