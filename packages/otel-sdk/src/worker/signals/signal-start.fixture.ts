import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import type { CarriedSignal } from '../../catalogue/signals.ts'
import type { EffectiveConfig, OtlpExporterConfig } from '../../config/effective-config.ts'
import { resolveConfig } from '../../config/resolve-config.ts'
import type { WorkerStart } from '../../protocol/messages.ts'
import { createSharedState, openSharedState, type SharedState, signalSlot } from '../../protocol/shared-state.ts'
import { Delivery } from '../delivery/delivery.ts'
import { failOnBreach } from '../delivery/failing-accounts.fixture.ts'
import { MemoryStore } from '../delivery/memory-store.fixture.ts'
import { createTransport } from '../transport/create-transport.ts'

/** The configuration of an `[otel]` table. */
export function configOf(table: Record<string, unknown>): EffectiveConfig {
  const { config, problems } = resolveConfig({ table, file: 'config.toml', codexHome: '/h', env: {} })
  const [problem] = problems
  if (problem !== undefined) throw new Error(problem.message)
  return config
}

/** A signal's way to a receiver on loopback, with a store in memory. */
export interface SignalRoute extends AsyncDisposable {
  readonly start: WorkerStart
  readonly receiver: Receiver
  readonly delivery: Delivery
  readonly store: MemoryStore
  /** A number of the signal that the application's thread reads, by its slot in `SignalSlot`. */
  shared(slot: number): number
}

/** Opens the way of a signal; it gives a delivery what a worker's start gives it, but for the spool. */
export async function openRoute(signal: CarriedSignal, table: Record<string, unknown> = {}): Promise<SignalRoute> {
  const receiver = await startReceiver()
  const endpoint = { logs: receiver.logsUrl, metrics: receiver.metricsUrl, traces: receiver.tracesUrl }[signal]
  const exporter = { 'otlp-http': { endpoint, protocol: 'binary' } }
  const traces = signal === 'logs' || signal === 'metrics' ? {} : { trace_exporter: exporter }
  const config = configOf({ ...table, exporter, metrics_exporter: exporter, ...traces })
  const { protocol, timeoutMs } = config[signal] as OtlpExporterConfig
  const transport = await createTransport(config[signal] as OtlpExporterConfig, { signal, version: '0.0.0' })
  const store = new MemoryStore()
  const delivery = new Delivery({
    signal,
    endpoint,
    protocol,
    timeoutMs,
    transport,
    scheduleDelayMs: 60_000,
    spool: store,
    onBreach: failOnBreach,
  })
  const state: SharedState = createSharedState()
  const start = {
    config,
    serviceName: 'codex_exec',
    serviceVersion: '1.2.3',
    shared: state.buffer,
  } as WorkerStart
  return {
    start,
    receiver,
    delivery,
    store,
    shared: slot => Atomics.load(openSharedState(state.buffer), signalSlot(signal, slot)),
    async [Symbol.asyncDispose]() {
      delivery.end()
      await receiver.close()
    },
  }
}
