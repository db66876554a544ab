import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import { MetricsExporterMetricsHelper, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import type { Resource } from '@opentelemetry/resources'
import type { AggregationTemporality, PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { Delivery } from '../delivery/delivery.ts'
import { createJournalingDelegate } from './journaling-delegate.ts'

export interface MetricExporterOptions {
  delivery: Delivery
  temporality: AggregationTemporality
  /** Asked at each export: who the user is may be known later than the first measurement. */
  resource(): Resource
  /** What was measured until now is being exported: nothing is measured between its collection and this. */
  onCollected(): void
}

/** The official exporter over the delivery. */
export function createMetricExporter({
  delivery,
  temporality,
  resource,
  onCollected,
}: MetricExporterOptions): PushMetricExporter {
  const inner = new OTLPExporterBase<ResourceMetrics>(
    createJournalingDelegate(delivery, ProtobufMetricsSerializer, MetricsExporterMetricsHelper),
  )
  return {
    selectAggregationTemporality: () => temporality,
    export(metrics, callback) {
      inner.export({ ...metrics, resource: resource() }, callback)
      onCollected()
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  }
}
