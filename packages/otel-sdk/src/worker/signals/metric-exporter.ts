import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import { MetricsExporterMetricsHelper, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import type { Resource } from '@opentelemetry/resources'
import type { AggregationTemporality, PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { Delivery } from '../delivery/delivery.ts'
import { createJournalingDelegate } from './journaling-delegate.ts'

export interface MetricExporterOptions {
  delivery: Delivery
  temporality: AggregationTemporality
  /** Called at each export: the user may become known later than the first measurement. */
  resource(): Resource
  /** Called once all measurements so far are in an export: nothing is measured between the collection and this call. */
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
    createJournalingDelegate({
      delivery,
      serializer: ProtobufMetricsSerializer,
      metricsHelper: MetricsExporterMetricsHelper,
      countRecords: countPoints,
    }),
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

function countPoints({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics.reduce(
    (sum, { metrics }) => sum + metrics.reduce((all, { dataPoints }) => all + dataPoints.length, 0),
    0,
  )
}
