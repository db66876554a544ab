import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { ExporterConfig } from '../config/effective-config.ts'
import type { FromWorker, ToWorker, WorkerStart } from '../protocol/messages.ts'
import { monotonicMs } from '../protocol/monotonic-ms.ts'
import { type CarriedSignal, openSharedState, SharedSlot, WORKER_GONE } from '../protocol/shared-state.ts'
import type { Delivery } from './delivery/delivery.ts'
import { openDelivery } from './delivery/open-delivery.ts'
import { publishStats } from './publish-stats.ts'
import { createLogSignal, type LogSignal } from './signals/logs.ts'
import type { MetricSignal } from './signals/metrics.ts'
import type { SignalPipeline } from './signals/signal-pipeline.ts'
import { Spool } from './spool/spool.ts'

/*
 * The worker pulls its messages one at a time instead of being handed all of them: what it has no room for yet stays
 * in the port, in the compact form that crosses the threads, and counts against the caller's bound.
 */
const start = workerData as WorkerStart
const { config } = start
const shared = openSharedState(start.shared)
Atomics.store(shared, SharedSlot.started, 1)
const tell = (message: FromWorker): void => start.port.postMessage(message)

const spool = config.spool.enabled
  ? new Spool({
      ...config.spool,
      predecessor: start.spoolPredecessor,
      onDiagnostic: diagnostic => tell({ type: 'diagnostic', signal: 'logs', diagnostic }),
    })
  : undefined

const deliveries: Delivery[] = []
const signals: SignalPipeline[] = []
let logs: LogSignal | undefined
let metrics: MetricSignal | undefined

async function open(signal: CarriedSignal, exporter: ExporterConfig): Promise<Delivery> {
  const delivery = await openDelivery({
    signal,
    config: exporter,
    // Metrics come as one request for each interval: there is nothing to wait for.
    scheduleDelayMs: signal === 'logs' ? config.scheduleDelayMs : 0,
    spool,
    onDiagnostic: diagnostic => tell({ type: 'diagnostic', signal, diagnostic }),
    onStats: stats => publishStats(shared, signal, stats),
  })
  deliveries.push(delivery)
  return delivery
}

/**
 * Messages with events are journaled together, up to this many events: a request for each would cost more than they do,
 * and what the disk has no room for, or damages, is a request.
 */
const MAX_UNJOURNALED = 256
/** How long events wait in the port for others, in milliseconds; nobody has to be woken for them meanwhile. */
const GATHER_MS = 1

const unjournaled = { records: 0, bytes: 0 }

async function journal(): Promise<void> {
  const { records, bytes } = unjournaled
  if (records === 0) return
  unjournaled.records = 0
  unjournaled.bytes = 0
  await logs?.journal()
  Atomics.add(shared, SharedSlot.takenBytes, bytes)
  Atomics.add(shared, SharedSlot.takenRecords, records)
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
      metrics?.record(message.series, message.values)
      Atomics.add(shared, SharedSlot.takenBytes, message.bytes)
      Atomics.add(shared, SharedSlot.takenRecords, message.count)
      Atomics.add(shared, SharedSlot.takenMeasurements, message.count)
      return
    case 'identity':
      metrics?.identify(message.identity)
      return
    case 'flush':
      // Not awaited: what comes after it is taken in meanwhile.
      void flush(message.untilMs).then(delivered => tell({ type: 'flushed', id: message.id, delivered }))
      return
    case 'shutdown':
      tell({ type: 'flushed', id: message.id, delivered: await end(message.untilMs) })
      sayLeft(WORKER_GONE)
      parentPort?.close()
      return
    case 'leave':
      await (message.end ? end(message.untilMs) : flush(message.untilMs, true))
      sayLeft(message.id)
  }
}

const leaving = (): boolean => Atomics.load(shared, SharedSlot.leaving) === 1

function sayLeft(id: number): void {
  Atomics.store(shared, SharedSlot.left, id)
  Atomics.notify(shared, SharedSlot.left)
}

const all = async (work: (signal: SignalPipeline) => Promise<boolean>): Promise<boolean> =>
  (await Promise.all(signals.map(work))).every(Boolean)

const left = (untilMs: number): number => Math.max(0, untilMs - monotonicMs())
const flush = (untilMs: number, leaving = false): Promise<boolean> =>
  all(signal => signal.flush(left(untilMs), leaving))
const end = (untilMs: number): Promise<boolean> => all(signal => signal.end(left(untilMs)))

let draining = false
let stopGathering = (): void => {}

/** Resolves after `GATHER_MS`, or when somebody cannot wait. */
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
  for (let next = receiveMessageOnPort(start.port); next !== undefined; next = receiveMessageOnPort(start.port)) {
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
    // A message may have come between the look and the flag; nobody would wake the worker for it.
  } while (await takeAll())
  draining = false
}

function wake(): void {
  if (leaving()) for (const delivery of deliveries) delivery.release()
  stopGathering()
  void drain()
}

async function main(): Promise<void> {
  if (config.logs !== undefined) {
    logs = createLogSignal(start, await open('logs', config.logs))
    signals.push(logs)
  }
  if (config.metrics !== undefined) {
    // Evaluated for those who need it: the metrics SDK is a quarter of this worker.
    const { createMetricSignal } = await import('./signals/metrics.ts')
    const collected = (): void => {
      const taken = Atomics.load(shared, SharedSlot.takenMeasurements)
      Atomics.store(shared, SharedSlot.collectedMeasurements, taken)
    }
    metrics = createMetricSignal(start, await open('metrics', config.metrics), collected)
    signals.push(metrics)
  }
  tell({ type: 'started', spoolOwner: spool?.owner })
  parentPort?.on('message', wake)
  wake()
}

// However the worker ends, nobody waits for it any more.
process.on('exit', () => sayLeft(WORKER_GONE))
void main()
