import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { NO_SPAN } from '../protocol/event-tuple.ts'
import type { FromWorker, Posted } from '../protocol/messages.ts'
import { monotonicMs } from '../protocol/monotonic-ms.ts'
import {
  GATHERED_BYTES,
  giveSignOfLife,
  Rest,
  SharedSlot,
  type SharedState,
  SignalSlot,
  signalSlot,
  WORKER_GONE,
} from '../protocol/shared-state.ts'
import { endsExportedSpan, endsSpan, isSpanRow } from '../protocol/span-tuple.ts'
import { EventReader } from './event-reader.ts'
import type { LogSignal } from './signals/logs.ts'
import type { MetricSignal } from './signals/metrics.ts'
import type { SignalPipeline } from './signals/signal-pipeline.ts'
import type { SpanSignal } from './signals/traces.ts'

/** The signals that are configured. */
export interface OpenSignals {
  logs?: LogSignal | undefined
  metrics?: MetricSignal | undefined
  traces?: SpanSignal | undefined
}

export interface MessageLoopOptions {
  /** Holds the messages until the loop takes them; answers go the other way. */
  port: MessagePort
  shared: SharedState
  signals: OpenSignals
  /** Whether no checkpoint says what was measured, so that measurements count as taken in only when they are exported. */
  withoutCheckpoints?: boolean | undefined
  /** The process is leaving: ends every wait for room. */
  onLeaving(): void
  /** The telemetry was shut down, and everything was answered. */
  onEnd(): void
}

/**
 * Takes the events and the messages of the application's thread in their order, as fast as there is room for them: the others
 * stay where they are, and count against the caller's bound.
 */
export interface MessageLoop {
  /** Has the loop look into the port. */
  wake(): void
}

/**
 * Events are journaled together, up to this many: a request for each would cost more than they do, and what the disk has
 * no room for, or damages, is a request. More than a flow of 10,000 a second brings while they are gathered.
 */
const MAX_UNJOURNALED = 384
/** The same in bytes of what crosses the threads; a request has at most 1 MiB. */
const MAX_UNJOURNALED_BYTES = 512 * 1024
/** How long events wait for others, in milliseconds. A kill loses at most what came within it. */
const GATHER_MS = 25

export function createMessageLoop(options: MessageLoopOptions): MessageLoop {
  const { port, shared, signals, withoutCheckpoints = false, onLeaving, onEnd } = options
  const { logs, metrics, traces } = signals
  const pipelines: SignalPipeline[] = [logs, metrics, traces].filter(signal => signal !== undefined)
  /** Entries that were read, and of these the events and the ends of spans that are exported. */
  const unjournaled = { entries: 0, events: 0, spans: 0 }
  /** Measurements that are neither exported nor in a checkpoint. */
  let unsaved = 0
  const reader = new EventReader()
  let draining = false
  /** Whether something cannot wait that came since the last look. */
  let woken = false
  let ended = false
  let stopGathering = (): void => {}

  const report = (message: FromWorker): void => port.postMessage(message)
  const leaving = (): boolean => Atomics.load(shared, SharedSlot.leaving) === 1

  const took = (records: number, bytes: number): void => {
    Atomics.add(shared, SharedSlot.takenBytes, bytes)
    Atomics.add(shared, SharedSlot.takenRecords, records)
  }

  async function journal(): Promise<void> {
    const { entries, events, spans } = unjournaled
    const bytes = reader.takeBytesRead()
    if (entries === 0) {
      // Descriptions alone.
      if (bytes > 0) took(0, bytes)
      return reader.settle()
    }
    Object.assign(unjournaled, { entries: 0, events: 0, spans: 0 })
    await logs?.journal()
    if (traces !== undefined) await traces.journal()
    reader.settle()
    Atomics.add(shared, signalSlot('logs', SignalSlot.collected), events)
    Atomics.add(shared, signalSlot('traces', SignalSlot.collected), spans)
    took(events + spans, bytes)
    if (!leaving()) {
      await logs?.ready()
      if (traces !== undefined) await traces.ready()
    }
    // Lets the network have its turn: a burst must not keep what was taken in from being sent.
    await new Promise(setImmediate)
  }

  /** Takes what is said of a span, or an event, which may belong to one. */
  function takeEntry(): void {
    const { row, session, span, isSettled } = reader
    if (isSpanRow(row)) {
      // The end of a span that an earlier worker has had is one that this worker knows nothing else of.
      if (isSettled && endsSpan(row, session)) traces?.forget(span)
      else traces?.take(reader.said())
      if (!isSettled && endsExportedSpan(row, session)) unjournaled.spans++
      return
    }
    logs?.emit(reader)
    unjournaled.events++
    if (span !== NO_SPAN) traces?.event(reader.tuple(), span)
  }

  /** Takes the events of the current chunk that end at `upTo` or before. */
  async function takeEvents(upTo: number): Promise<boolean> {
    let taken = false
    while (reader.next(upTo)) {
      taken = true
      if (reader.isDescription) {
        logs?.describe(reader)
        continue
      }
      giveSignOfLife(shared)
      takeEntry()
      unjournaled.entries++
      if (unjournaled.entries >= MAX_UNJOURNALED || reader.bytesRead >= MAX_UNJOURNALED_BYTES) await journal()
    }
    return taken
  }

  async function take(message: Posted): Promise<void> {
    if (message.type === 'chunk') {
      reader.open(message.buffer)
      // A copy has everything that it will ever have.
      if (message.buffer instanceof ArrayBuffer) await takeEvents(reader.written)
      return
    }
    // What came before is on disk before anything else is done.
    await journal()
    switch (message.type) {
      case 'measurements':
        metrics?.record(message.series, message.values, message.count)
        if (withoutCheckpoints) unsaved += message.count
        took(withoutCheckpoints ? 0 : message.count, message.bytes)
        if (message.checkpoint) await metrics?.checkpoint()
        return
      case 'process':
        logs?.learn(message.facts)
        metrics?.learn(message.facts)
        traces?.learn(message.facts)
        return
      case 'flush':
        // Not awaited: what comes after it is taken in meanwhile.
        void flush(message.untilMs).then(delivered => report({ type: 'flushed', id: message.id, delivered }))
        return
      case 'shutdown':
        report({ type: 'flushed', id: message.id, delivered: await end(message.untilMs) })
        reportLeft(shared, WORKER_GONE)
        ended = true
        onEnd()
        return
      case 'leave':
        await (message.end ? end(message.untilMs) : flush(message.untilMs, true))
        reportLeft(shared, message.id)
    }
  }

  /** Runs what exports everything that was taken in. */
  const all = async (work: (signal: SignalPipeline) => Promise<boolean>): Promise<boolean> => {
    const records = unsaved
    unsaved = 0
    const delivered = await Promise.all(pipelines.map(work))
    took(records, 0)
    return delivered.every(Boolean)
  }
  const flush = (untilMs: number, leavingNow = false): Promise<boolean> =>
    all(signal => signal.flush(leftMs(untilMs), leavingNow))
  const end = (untilMs: number): Promise<boolean> => all(signal => signal.end(leftMs(untilMs)))

  /** Resolves after `GATHER_MS`, when there are many events, or when the loop is woken: for what cannot wait. */
  const gather = (): Promise<void> =>
    new Promise(resolve => {
      Atomics.store(shared, SharedSlot.rest, Rest.gathering)
      if (woken || ended || reader.unread >= GATHERED_BYTES) return resolve()
      const timer = setTimeout(resolve, GATHER_MS)
      stopGathering = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  /** Takes in everything that there is. */
  async function takeAll(): Promise<boolean> {
    let taken = false
    woken = false
    for (;;) {
      // Looked at first: a message that came before one of these events is in the port.
      const { written } = reader
      const next = receiveMessageOnPort(port)
      if (next === undefined) {
        taken = (await takeEvents(written)) || taken
        break
      }
      giveSignOfLife(shared)
      const message = next.message as Posted
      await takeEvents(message.eventsTo)
      await take(message)
      taken = true
    }
    await journal()
    return taken
  }

  async function drain(): Promise<void> {
    if (draining) return
    draining = true
    do {
      Atomics.store(shared, SharedSlot.rest, Rest.none)
      while (await takeAll()) {
        await gather()
        Atomics.store(shared, SharedSlot.rest, Rest.none)
      }
      Atomics.store(shared, SharedSlot.rest, Rest.idle)
      // What came between the look and the flag wakes no one: look once more.
    } while (await takeAll())
    draining = false
  }

  return {
    wake() {
      giveSignOfLife(shared)
      if (leaving()) onLeaving()
      woken = true
      stopGathering()
      void drain()
    },
  }
}

/** Tells the application's thread, which may be blocked, that the worker has done what it could for the `leave` with this id. */
function reportLeft(shared: SharedState, id: number): void {
  Atomics.store(shared, SharedSlot.left, id)
  Atomics.notify(shared, SharedSlot.left)
}

const leftMs = (untilMs: number): number => Math.max(0, untilMs - monotonicMs())
