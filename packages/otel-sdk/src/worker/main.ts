import { parentPort, workerData } from 'node:worker_threads'
import type { BySignal, CarriedSignal } from '../catalogue/signals.ts'
import { type ExporterConfig, isOtlp } from '../config/effective-config.ts'
import type { FromWorker, WorkerDiagnostic, WorkerStart } from '../protocol/messages.ts'
import { giveSignOfLife, openSharedState, SharedSlot } from '../protocol/shared-state.ts'
import type { DeliveryStats } from './delivery/delivery-stats.ts'
import { openDelivery } from './delivery/open-delivery.ts'
import type { RequestSink } from './delivery/request-sink.ts'
import { giveWay } from './give-way.ts'
import { createMessageLoop, type OpenSignals } from './message-loop.ts'
import { publishStats } from './publish-stats.ts'
import { loadPatterns } from './signals/load-patterns.ts'
import { createLogSignal } from './signals/logs.ts'
import { Spool } from './spool/spool.ts'
import { createHeadersHelpers } from './transport/headers-helper.ts'

giveWay()

const start = workerData as WorkerStart
const { config } = start
const shared = openSharedState(start.shared)
Atomics.store(shared, SharedSlot.started, 1)
// The processor time that starting took is not silence.
giveSignOfLife(shared)
const report = (message: FromWorker): void => start.port.postMessage(message)

const onProgress = (): void => giveSignOfLife(shared)

const spool = config.spool.enabled
  ? new Spool({
      ...config.spool,
      predecessor: start.spoolPredecessor,
      onProgress,
      onDiagnostic: diagnostic => report({ type: 'diagnostic', signal: 'logs', diagnostic }),
    })
  : undefined

const sinks: RequestSink[] = []
const headersHelpers = createHeadersHelpers()

async function open(signal: CarriedSignal, exporter: ExporterConfig): Promise<RequestSink> {
  const sink = await openSink(signal, exporter)
  sinks.push(sink)
  return sink
}

/** How long requests of each signal wait for others. Metrics come as one request for each interval: there is nothing to wait for. */
const SCHEDULE_DELAYS_MS: BySignal<number> = {
  logs: config.scheduleDelayMs,
  metrics: 0,
  traces: config.tracing.scheduleDelayMs,
}

async function openSink(signal: CarriedSignal, config: ExporterConfig): Promise<RequestSink> {
  const common = {
    signal,
    onProgress,
    onDiagnostic: (diagnostic: WorkerDiagnostic) => report({ type: 'diagnostic', signal, diagnostic }),
    onStats: (stats: Readonly<DeliveryStats>) => publishStats(shared, signal, stats),
  }
  if (!isOtlp(config)) {
    // Few exporters are of this kind.
    const { openLocal } = await import('./local/open-local.ts')
    return openLocal({ ...common, config, onPrinted: () => report({ type: 'printed' }) })
  }
  return openDelivery({
    ...common,
    config,
    scheduleDelayMs: SCHEDULE_DELAYS_MS[signal],
    spool,
    headersHelpers,
  })
}

async function main(): Promise<void> {
  const findPatterns = await loadPatterns(config.content, () => giveSignOfLife(shared))
  const signals: OpenSignals = {}
  giveSignOfLife(shared)
  if (config.traces !== undefined) {
    const { createSpanSignal } = await import('./signals/traces.ts')
    signals.traces = createSpanSignal(start, await open('traces', config.traces), findPatterns)
    giveSignOfLife(shared)
  }
  if (config.logs !== undefined)
    signals.logs = createLogSignal(start, await open('logs', config.logs), findPatterns, signals.traces?.idsOf)
  giveSignOfLife(shared)
  if (config.metrics !== undefined) {
    // Evaluated only where metrics are on: the metrics SDK is a quarter of this worker.
    const { createMetricSignal } = await import('./signals/metrics.ts')
    signals.metrics = createMetricSignal(start, await open('metrics', config.metrics), findPatterns)
  }
  giveSignOfLife(shared)
  const loop = createMessageLoop({
    port: start.port,
    shared,
    signals,
    withoutCheckpoints: config.metrics !== undefined && !isOtlp(config.metrics),
    onLeaving() {
      for (const sink of sinks) sink.release()
    },
    // Nothing else keeps the thread alive. Deno's `parentPort` has no `close`.
    onEnd: () => parentPort?.off('message', loop.wake),
  })
  report({ type: 'started', spoolOwner: spool?.owner })
  parentPort?.on('message', loop.wake)
  loop.wake()
}

void main()
