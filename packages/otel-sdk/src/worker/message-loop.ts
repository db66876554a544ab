import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { FromWorker, ToWorker } from '../protocol/messages.ts'
import { monotonicMs } from '../protocol/monotonic-ms.ts'
import {
  giveSignOfLife,
  SharedSlot,
  type SharedState,
  SignalSlot,
  signalSlot,
  WORKER_GONE,
} from '../protocol/shared-state.ts'
import type { LogSignal } from './signals/logs.ts'
import type { MetricSignal } from './signals/metrics.ts'
import type { SignalPipeline } from './signals/signal-pipeline.ts'

/** The signals that are configured. */
export interface OpenSignals {
  logs?: LogSignal | undefined
  metrics?: MetricSignal | undefined
}

export interface MessageLoopOptions {
  /** Holds the messages until the loop takes them; answers go the other way. */
  port: MessagePort
  shared: SharedState
  signals: OpenSignals
  /** The process is leaving: ends every wait for room. */
  onLeaving(): void
  /** The telemetry was shut down, and everything was answered. */
  onEnd(): void
}

/**
 * Takes the messages of the application's thread, one at a time instead of being handed all of them: what there is no
 * room for yet stays in the port, in the compact form that crosses the threads, and counts against the caller's bound.
 */
export interface MessageLoop {
  /** Has the loop look into the port. */
  wake(): void
}

/**
 * Messages with events are journaled together, up to this many events: a request for each would cost more than they do,
 * and what the disk has no room for, or damages, is a request.
 */
const MAX_UNJOURNALED = 256
/** How long events wait in the port for others, in milliseconds; the application's thread wakes the worker for none. */
const GATHER_MS = 1

export function createMessageLoop({ port, shared, signals, onLeaving, onEnd }: MessageLoopOptions): MessageLoop {
  const { logs, metrics } = signals
  const pipelines: SignalPipeline[] = [logs, metrics].filter(signal => signal !== undefined)
  const unjournaled = { records: 0, bytes: 0 }
  let draining = false
  let stopGathering = (): void => {}

  const report = (message: FromWorker): void => port.postMessage(message)
  const leaving = (): boolean => Atomics.load(shared, SharedSlot.leaving) === 1

  const took = (records: number, bytes: number): void => {
    Atomics.add(shared, SharedSlot.takenBytes, bytes)
    Atomics.add(shared, SharedSlot.takenRecords, records)
  }

  async function journal(): Promise<void> {
    const { records, bytes } = unjournaled
    if (records === 0) return
    unjournaled.records = 0
    unjournaled.bytes = 0
    await logs?.journal()
    Atomics.add(shared, signalSlot('logs', SignalSlot.collected), records)
    took(records, bytes)
    if (!leaving()) await logs?.ready()
    // Lets the network have its turn: a burst must not keep what was taken in from being sent.
    await new Promise(setImmediate)
  }

  async function take(message: ToWorker): Promise<void> {
    if (message.type === 'events') {
      if (unjournaled.records + message.events.length > MAX_UNJOURNALED) await journal()
      logs?.emit(message.events, message.sessions)
      unjournaled.records += message.events.length
      unjournaled.bytes += message.bytes
      return
    }
    // What came before is on disk before anything else is done.
    await journal()
    switch (message.type) {
      case 'measurements':
        metrics?.record(message.series, message.values, message.count)
        took(message.count, message.bytes)
        if (message.checkpoint) await metrics?.checkpoint()
        return
      case 'process':
        logs?.learn(message.facts)
        metrics?.learn(message.facts)
        return
      case 'flush':
        // Not awaited: what comes after it is taken in meanwhile.
        void flush(message.untilMs).then(delivered => report({ type: 'flushed', id: message.id, delivered }))
        return
      case 'shutdown':
        report({ type: 'flushed', id: message.id, delivered: await end(message.untilMs) })
        reportLeft(shared, WORKER_GONE)
        onEnd()
        return
      case 'leave':
        await (message.end ? end(message.untilMs) : flush(message.untilMs, true))
        reportLeft(shared, message.id)
    }
  }

  const all = async (work: (signal: SignalPipeline) => Promise<boolean>): Promise<boolean> =>
    (await Promise.all(pipelines.map(work))).every(Boolean)
  const flush = (untilMs: number, leavingNow = false): Promise<boolean> =>
    all(signal => signal.flush(leftMs(untilMs), leavingNow))
  const end = (untilMs: number): Promise<boolean> => all(signal => signal.end(leftMs(untilMs)))

  /** Resolves after `GATHER_MS`, or when the loop is woken: for a message that cannot wait. */
  const gather = (): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, GATHER_MS)
      stopGathering = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  /** Takes in everything that is in the port. */
  async function takeAll(): Promise<boolean> {
    let taken = false
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      giveSignOfLife(shared)
      await take(next.message as ToWorker)
      taken = true
    }
    await journal()
    return taken
  }

  async function drain(): Promise<void> {
    if (draining) return
    draining = true
    do {
      Atomics.store(shared, SharedSlot.idle, 0)
      while (await takeAll()) await gather()
      Atomics.store(shared, SharedSlot.idle, 1)
      // A message that came between the look and the flag wakes no one: look once more.
    } while (await takeAll())
    draining = false
  }

  return {
    wake() {
      giveSignOfLife(shared)
      if (leaving()) onLeaving()
      stopGathering()
      void drain()
    },
  }
}

/** Tells the application's thread, which may be blocked, that the worker has done what it could for the `leave` with this id. */
export function reportLeft(shared: SharedState, id: number): void {
  Atomics.store(shared, SharedSlot.left, id)
  Atomics.notify(shared, SharedSlot.left)
}

const leftMs = (untilMs: number): number => Math.max(0, untilMs - monotonicMs())
