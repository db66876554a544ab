import { CARRIED_SIGNALS, type CarriedSignal } from '../catalogue/signals.ts'
import { type SharedState, SignalSlot, signalSlot, WORKER_DROP_REASONS } from '../protocol/shared-state.ts'
import type { DeliveryStats } from './delivery/delivery-stats.ts'

/** Publishes the numbers of a signal's records to the application's thread. */
export function publishStats(shared: SharedState, signal: CarriedSignal, stats: Readonly<DeliveryStats>): void {
  const store = (slot: number, value: number): void => {
    Atomics.store(shared, signalSlot(signal, slot), value)
  }
  store(SignalSlot.exported, stats.exported)
  store(SignalSlot.pending, stats.pending)
  store(SignalSlot.spooled, stats.spooled)
  // A batch that was delivered in part has fewer records left than its requests.
  store(SignalSlot.memoryOnly, Math.min(stats.pending, stats.memoryOnly))
  // Those of other signals are of records that the application has not handed over.
  store(SignalSlot.checkpointed, isAggregated(signal) ? stats.checkpointed : 0)
  store(SignalSlot.recovered, stats.recovered)
  store(SignalSlot.retried, stats.retried)
  store(SignalSlot.lastSuccessSeconds, Math.floor((stats.lastSuccessMs ?? 0) / 1000))
  WORKER_DROP_REASONS.forEach((reason, i) => {
    store(SignalSlot.dropped + i, stats.dropped[reason])
  })
}

const isAggregated = (signal: CarriedSignal): boolean =>
  CARRIED_SIGNALS.some(({ name, aggregated }) => name === signal && aggregated)
