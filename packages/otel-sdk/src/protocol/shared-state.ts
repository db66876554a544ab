import type { DropReason } from '@codex/otel-api'
import { CARRIED_SIGNALS, type CarriedSignal } from '../catalogue/signals.ts'

/**
 * Numbers that both threads read at any moment, also while one of them is blocked or dead.
 * Counters wrap around at 2^32; readers take differences or treat them as unsigned.
 */
export const SharedSlot = {
  /** What wakes the worker: one of `Rest`. */
  rest: 0,
  /** Bytes taken in by the worker, of those posted. */
  takenBytes: 1,
  /** Records taken in by the worker. */
  takenRecords: 2,
  /** The last `leave` after which the worker has done what it could, or `WORKER_GONE`. */
  left: 3,
  /** 1 once the process is leaving: the worker takes in what there is without waiting for room. */
  leaving: 4,
  /** 1 once the worker's code runs: on a busy machine that takes a while, and nothing is taken in before. */
  started: 5,
  /**
   * Counts signs of life: messages, events, and each time that the worker is woken. In a line of the processor's cache of its
   * own: the worker writes it for each event, while the application's thread reads the others for each of its own.
   */
  beat: 32,
} as const

export const Rest = {
  /** It works, or has not begun. */
  none: 0,
  /** It sleeps, and everything that comes wakes it. */
  idle: 1,
  /** It waits for more events; what cannot wait wakes it, and so do `GATHERED_BYTES` of events. */
  gathering: 2,
} as const

/** Events of which there are so many bytes do not wait for others: about a thousand. */
export const GATHERED_BYTES: number = 128 * 1024

/** The worker has ended: the application's thread waits for it no longer. */
export const WORKER_GONE: number = -1

/** Losses that the worker counts; the others happen on the application's thread. */
export type WorkerDropReason = Exclude<DropReason, 'after-shutdown' | 'span-limit' | 'worker-crashed'>

export const WORKER_DROP_REASONS: readonly WorkerDropReason[] = [
  'rejected',
  'queue-full',
  'spool-full',
  'expired',
  'spool-unreadable',
  'unreachable',
  'not-written',
  'invalid',
]

/** What is known of one signal; each signal has a block of these slots. */
export const SignalSlot = {
  exported: 0,
  pending: 1,
  spooled: 2,
  recovered: 3,
  retried: 4,
  lastSuccessSeconds: 5,
  /** Secrets that were replaced. */
  scrubbed: 6,
  /** Records, of those handed over, that were made into requests or checkpoints: the others are lost with the worker. */
  collected: 7,
  /** Records, of those pending, that are not on disk: they are lost with the worker, too. */
  memoryOnly: 8,
  /** Records on disk that are in no other number until the worker hands them in: the next worker or process sends them. */
  checkpointed: 9,
  /** The first of one slot for each reason, in the order of `WORKER_DROP_REASONS`. */
  dropped: 10,
} as const

const HEADER_SLOTS = 64
const BLOCK_SLOTS: number = SignalSlot.dropped + WORKER_DROP_REASONS.length

export type SharedState = Int32Array<SharedArrayBuffer>

export const createSharedState = (): SharedState =>
  new Int32Array(new SharedArrayBuffer((HEADER_SLOTS + CARRIED_SIGNALS.length * BLOCK_SLOTS) * 4))

/** The worker shows that it gets on. */
export const giveSignOfLife = (shared: SharedState): void => {
  Atomics.add(shared, SharedSlot.beat, 1)
}

export const openSharedState = (buffer: SharedArrayBuffer): SharedState => new Int32Array(buffer)

/** Where a number of a signal is. */
export const signalSlot = (signal: CarriedSignal, slot: number): number =>
  HEADER_SLOTS + CARRIED_SIGNALS.findIndex(({ name }) => name === signal) * BLOCK_SLOTS + slot
