import type { DropReason, SignalHealth } from '@codex/otel-api'
import type { CarriedSignal } from '../catalogue/signals.ts'
import { type SharedState, SignalSlot, signalSlot, WORKER_DROP_REASONS } from '../protocol/shared-state.ts'

type Dropped = Readonly<Partial<Record<DropReason, number>>>

/** The numbers of a signal's records, as the worker counted them. */
export function readSignalHealth(shared: SharedState, signal: CarriedSignal): SignalHealth {
  const read = (slot: number): number => Atomics.load(shared, signalSlot(signal, slot)) >>> 0
  const counted: Partial<Record<DropReason, number>> = {}
  WORKER_DROP_REASONS.forEach((reason, i) => {
    const count = read(SignalSlot.dropped + i)
    if (count > 0) counted[reason] = count
  })
  const lastSuccess = read(SignalSlot.lastSuccessSeconds)
  return {
    exported: read(SignalSlot.exported),
    pending: read(SignalSlot.pending),
    spooled: read(SignalSlot.spooled),
    recovered: read(SignalSlot.recovered),
    retried: read(SignalSlot.retried),
    scrubbed: read(SignalSlot.scrubbed),
    dropped: counted,
    ...(lastSuccess > 0 ? { lastSuccessMs: lastSuccess * 1000 } : {}),
  }
}

/** The numbers of two workers of one process, the later one second. */
export function addHealth(earlier: SignalHealth | undefined, later: SignalHealth): SignalHealth {
  if (earlier === undefined) return later
  return {
    ...earlier,
    ...later,
    exported: earlier.exported + later.exported,
    pending: earlier.pending + later.pending,
    // The records that the earlier worker left on disk are still there, or the later one has taken them over.
    spooled: Math.max(0, earlier.spooled - later.recovered) + later.spooled,
    recovered: earlier.recovered + Math.max(0, later.recovered - earlier.spooled),
    retried: earlier.retried + later.retried,
    scrubbed: earlier.scrubbed + later.scrubbed,
    dropped: addDropped(earlier.dropped, later.dropped),
  }
}

export function addDropped(one: Dropped, other: Dropped): Partial<Record<DropReason, number>> {
  const sum = { ...one }
  for (const [reason, count] of Object.entries(other) as [DropReason, number][])
    sum[reason] = (sum[reason] ?? 0) + count
  return sum
}
