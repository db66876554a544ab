import type { DropReason, SignalHealth } from '@codex/otel-api'
import { type BySignal, bySignal, CARRIED_SIGNALS, type CarriedSignal } from '../catalogue/signals.ts'
import { heartbeatFile } from '../protocol/heartbeat-file.ts'
import type {
  FromWorker,
  MeasurementsMessage,
  ProcessFacts,
  WorkerDiagnostic,
  WorkerStart,
} from '../protocol/messages.ts'
import { monotonicMs } from '../protocol/monotonic-ms.ts'
import { removeOwnFile } from '../protocol/own-file.ts'
import { SharedSlot, SignalSlot, signalSlot, WORKER_GONE } from '../protocol/shared-state.ts'
import type { EventWriter } from './event-writer.ts'
import type { ExitPhase } from './exit-hooks.ts'
import { addDropped, addHealth, readSignalHealth } from './signal-health.ts'
import type { OpenThread } from './start-thread.ts'
import type { WatchdogLimits } from './watchdog.ts'
import { startWorker, type WorkerCrash, type WorkerHandle } from './worker-handle.ts'

const NOTHING: BySignal<number> = bySignal(() => 0)

/** The link to the worker thread. A worker that crashes or is stuck is replaced, once in a process. */
export interface WorkerLink {
  /** Whether there is a worker that takes records. */
  readonly takes: boolean
  /** Events and measurements handed over so far; wraps around at 2^32. */
  readonly postedRecords: number
  /** Bytes handed over that the worker has not taken in. */
  backlogBytes(): number
  /** Whether so many bytes more are within the bound of those. */
  hasRoom(bytes: number, maxBytes: number): boolean
  /** Hands measurements over; `false` when there is no worker any more. */
  post(message: MeasurementsMessage): boolean
  /** Has the worker go on with a chunk of events when it has read the one before up to `eventsTo`. */
  postChunk(buffer: SharedArrayBuffer | ArrayBuffer, eventsTo: number): void
  /** Counts records of a signal, of so many bytes, that are there for the worker to read. */
  wrote(bytes: number, signal: CarriedSignal, records: number): void
  /** Hands over what was learnt of the process; a worker that is started again is told, too. */
  learn(facts: ProcessFacts): void
  request(type: 'flush' | 'shutdown', timeoutMs: number): Promise<boolean>
  /** Notifies the worker that the process is leaving. The returned function blocks until the worker has answered, or cannot in time. */
  leave(budgetMs: number, phase: ExitPhase): () => void
  terminate(): Promise<void>
  health(signal: CarriedSignal): SignalHealth
}

export interface WorkerLinkOptions {
  start: Omit<WorkerStart, 'shared' | 'port' | 'spoolPredecessor'>
  onDiagnostic(signal: CarriedSignal, diagnostic: WorkerDiagnostic): void
  /** Records that a worker had not taken in when it died, and measurements that it had neither exported nor saved. */
  onLost(signal: CarriedSignal, reason: DropReason, count: number): void
  /** The events in the memory that is shared: a worker that is started again reads those that the one before had not journaled. */
  events(): Pick<EventWriter, 'position' | 'replayable' | 'replay'>
  /** Called when the console exporter has written to a terminal. */
  onPrinted?: (() => void) | undefined
  /** Called after a restart: the new worker knows no series. */
  onRestart(): void
  /** Default: the real one. */
  source?: string | undefined
  /** Default: `WATCHDOG_LIMITS`. */
  watchdogLimits?: WatchdogLimits | undefined
  /** The thread that the worker runs on; one that is started again gets a new one. Default: a new one. */
  thread?: OpenThread | undefined
}

/** Starts the worker. */
export function createWorkerLink(options: WorkerLinkOptions): WorkerLink {
  const past: Partial<Record<CarriedSignal, SignalHealth>> = {}
  let restarts = 0
  let ending = false
  let spoolOwner: string | undefined
  let known: ProcessFacts = {}
  // These wrap around at 2^32, like the worker's own counters.
  let postedBytes = 0
  let postedRecords = 0
  /** Bytes that the worker had taken in when it was last looked at. */
  let takenBytes = 0
  /** Of `postedRecords`. */
  let posted = bySignal(() => 0)
  /** Whether the counts of the worker are in `past` already. */
  let accountClosed = false
  let worker = launch()

  function launch(spoolPredecessor?: string): WorkerHandle {
    return startWorker({
      start: { ...options.start, ...known, spoolPredecessor },
      source: options.source,
      watchdogLimits: options.watchdogLimits,
      thread: restarts === 0 ? options.thread : undefined,
      eventsTo: () => options.events().position,
      onMessage(message: FromWorker) {
        if (message.type === 'diagnostic') options.onDiagnostic(message.signal, message.diagnostic)
        else if (message.type === 'printed') options.onPrinted?.()
        else if (message.type === 'started') spoolOwner = message.spoolOwner
      },
      onCrash,
    })
  }

  /** Records that were handed over and that the worker has not made into requests. */
  const uncollected = (signal: CarriedSignal): number =>
    (posted[signal] - Atomics.load(worker.shared, signalSlot(signal, SignalSlot.collected))) >>> 0

  /** Reports as lost what the worker has not made into requests; `replayed` events of these are read by the next worker. */
  const lose = (reason: DropReason, replayed: BySignal<number>): BySignal<number> => {
    const counts = bySignal(signal => Math.max(0, uncollected(signal) - replayed[signal]))
    for (const { name } of CARRIED_SIGNALS) options.onLost(name, reason, counts[name])
    return counts
  }

  /** Removes the heartbeat file of a worker that had no time to do so, so that its entries on disk can be sent at once. */
  function releaseOwner(): void {
    if (spoolOwner === undefined) return
    try {
      removeOwnFile(heartbeatFile(options.start.config.spool.directory, spoolOwner))
    } catch {
      // The worker has done it itself, or the disk refuses.
    }
  }

  /** Adds the final counts of a worker that has ended or is given up to `past`; returns what is lost, as `health()` counts it. */
  function closeAccount(reason: DropReason, replayed = NOTHING): BySignal<number> {
    const lost = lose(reason, replayed)
    for (const { name: signal } of CARRIED_SIGNALS) {
      const read = (slot: number): number => Atomics.load(worker.shared, signalSlot(signal, slot)) >>> 0
      const health = readSignalHealth(worker.shared, signal)
      const inMemory = Math.min(health.pending, read(SignalSlot.memoryOnly))
      const onDisk = health.pending - inMemory + read(SignalSlot.checkpointed)
      lost[signal] += inMemory
      past[signal] = addHealth(past[signal], afterDeath(health, { inMemory, onDisk, reason }))
    }
    accountClosed = true
    postedBytes = 0
    postedRecords = 0
    posted = bySignal(() => 0)
    return lost
  }

  /** Counts and reports as lost what the worker has, when the process ends before the worker has answered, or after the worker. */
  function abandon(): void {
    if (accountClosed) return
    const hasEnded = Atomics.load(worker.shared, SharedSlot.left) === WORKER_GONE
    const lost = closeAccount(hasEnded ? 'worker-crashed' : 'unreachable')
    if (CARRIED_SIGNALS.every(({ name }) => lost[name] === 0)) return
    const code = hasEnded ? 'worker-crashed' : 'worker-stuck'
    const cause = `the telemetry worker ${hasEnded ? 'ended before the process did' : 'did not answer when the process ended'}`
    const message = `${cause}, ${describeLost(lost)}`
    options.onDiagnostic('logs', { severity: 'error', code, message, cause })
  }

  function onCrash({ code, cause }: WorkerCrash): void {
    const restarting = restarts === 0 && !ending
    const replayed = restarting ? options.events().replayable() : NOTHING
    const lost = closeAccount('worker-crashed', replayed)
    let consequence = 'telemetry is off for the rest of this run'
    if (restarting) {
      restarts++
      worker = launch(spoolOwner)
      accountClosed = false
      postedRecords = replayed.logs + replayed.traces
      posted = { ...replayed }
      postedBytes = options.events().replay()
      takenBytes = 0
      consequence = 'it was started again'
      options.onRestart()
    }
    const message = `${cause}, ${describeLost(lost)}; ${consequence}`
    options.onDiagnostic('logs', { severity: 'error', code, message, cause })
  }

  const takes = (): boolean => worker.alive && !accountClosed
  const backlogBytes = (): number => {
    takenBytes = Atomics.load(worker.shared, SharedSlot.takenBytes)
    return (postedBytes - takenBytes) | 0
  }
  const count = (signal: CarriedSignal, records: number, bytes: number): void => {
    postedBytes = (postedBytes + bytes) | 0
    // A name that the engine knows when it compiles this is found in a fraction of the time.
    if (signal === 'logs') posted.logs = (posted.logs + records) | 0
    else if (signal === 'traces') posted.traces = (posted.traces + records) | 0
    else posted.metrics = (posted.metrics + records) | 0
    postedRecords = (postedRecords + records) | 0
  }

  return {
    get takes() {
      return takes()
    },
    get postedRecords() {
      return postedRecords
    },
    backlogBytes,
    // The worker is asked only where it matters.
    hasRoom: (bytes, maxBytes) =>
      ((postedBytes - takenBytes) | 0) + bytes <= maxBytes || backlogBytes() + bytes <= maxBytes,
    post(message) {
      if (!takes()) return false
      count('metrics', message.count, message.bytes)
      worker.post(message)
      return true
    },
    postChunk(buffer, eventsTo) {
      worker.post({ type: 'chunk', buffer }, eventsTo)
    },
    wrote(bytes, signal, records) {
      count(signal, records, bytes)
      worker.notice(backlogBytes)
    },
    learn(facts) {
      known = { ...known, ...facts }
      worker.post({ type: 'process', facts })
    },
    request(type, timeoutMs) {
      ending ||= type === 'shutdown'
      return worker.request(type, timeoutMs, postedRecords)
    },
    leave(budgetMs, phase) {
      if (!worker.alive || accountClosed) return () => {}
      const wait = worker.leave({ untilMs: monotonicMs() + budgetMs, end: phase === 'ends', postedRecords })
      return () => {
        const answered = wait()
        if (phase === 'ends' && !answered) abandon()
        // A worker that goes on after all notices that its heartbeat file is gone, and owns what it has on disk again.
        if (phase !== 'stays' && phase !== 'may-end-unseen') releaseOwner()
      }
    },
    async terminate() {
      await worker.terminate()
      abandon()
      releaseOwner()
    },
    health(signal) {
      const before = past[signal]
      if (accountClosed && before !== undefined) return before
      const health = addHealth(before, readSignalHealth(worker.shared, signal))
      // Measurements become points, fewer than they are; until then they are no records.
      if (!worker.alive || isAggregated(signal)) return health
      return { ...health, pending: health.pending + uncollected(signal) }
    },
  }
}

/** The successor of a worker sends what the worker had written to disk; records in its memory only are lost. */
function afterDeath(
  health: SignalHealth,
  { inMemory, onDisk, reason }: { inMemory: number; onDisk: number; reason: DropReason },
): SignalHealth {
  const spooled = health.spooled + onDisk
  const dropped = inMemory === 0 ? health.dropped : addDropped(health.dropped, { [reason]: inMemory })
  return { ...health, pending: 0, spooled, dropped }
}

const isAggregated = (signal: CarriedSignal): boolean =>
  CARRIED_SIGNALS.some(({ name, aggregated }) => name === signal && aggregated)

/** Names the events always, and other records where there are any. */
function describeLost(counts: BySignal<number>): string {
  const [first, ...others] = CARRIED_SIGNALS.map(({ name, record }) => ({ name, count: counts[name], record }))
  const lost = others.filter(({ count }) => count > 0).map(({ count, record }) => `, and ${plural(count, record)}`)
  const { count = 0, record = '' } = first ?? {}
  return `${plural(count, record)} ${count === 1 ? 'was' : 'were'} lost${lost.join('')}`
}

const plural = (count: number, record: string): string => `${count} ${record}${count === 1 ? '' : 's'}`
