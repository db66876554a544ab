import { MessageChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads'
import { usesConsole, usesGrpc, usesLocal } from '../config/effective-config.ts'
import type { FromWorker, Posted, ToWorker, WorkerStart } from '../protocol/messages.ts'
import { monotonicMs } from '../protocol/monotonic-ms.ts'
import { createSharedState, GATHERED_BYTES, Rest, SharedSlot, type SharedState } from '../protocol/shared-state.ts'
import { createProgressTimeout, GRACE_MS, isStalled, waitForWorker } from './exit-wait.ts'
import { clearTimeout, setImmediate, setTimeout } from './platform-timers.ts'
import { createSilence } from './silence.ts'
import { describeError } from './source-maps.ts'
import { type OpenThread, openThread, startThread } from './start-thread.ts'
import { createWatchdog, WATCHDOG_LIMITS, type WatchdogLimits } from './watchdog.ts'
import { exportingCode } from './worker-code.ts'

/** The worker, as the application's thread sees it. */
export interface WorkerHandle {
  readonly shared: SharedState
  /** Whether it still runs. */
  readonly alive: boolean
  /** Hands a message over, behind the events up to `eventsTo`; a worker that is gone takes nothing. */
  post(message: ToWorker, eventsTo?: number): void
  /** There are new events in the memory that is shared; `waitingBytes` says how many bytes of events wait there in all. */
  notice(waitingBytes: () => number): void
  /**
   * Hands a request over and waits for its answer, at most `timeoutMs`; a shutdown also as long as it takes to write down
   * what was posted before. Keeps the process alive meanwhile.
   */
  request(type: 'flush' | 'shutdown', timeoutMs: number, postedRecords: number): Promise<boolean>
  /**
   * Notifies the worker that the process is leaving. The returned function blocks this thread until the worker answers, with
   * the limits of `request`, and returns whether it has answered.
   */
  leave(how: { untilMs: number; end: boolean; postedRecords: number }): () => boolean
  /** Ends the worker, whatever it is doing; waits a second at most for one that the system holds. */
  terminate(): Promise<void>
}

/** Why there is no worker any more. */
export interface WorkerCrash {
  code: 'worker-crashed' | 'worker-stuck'
  cause: string
}

export interface WorkerHandleOptions {
  start: Omit<WorkerStart, 'shared' | 'port'>
  /** Where the events end that come before a message which is posted now. */
  eventsTo(): number
  onMessage(message: FromWorker): void
  /** The worker ended without being asked to, or was ended because it was stuck. */
  onCrash(crash: WorkerCrash): void
  /** Default: `WATCHDOG_LIMITS`. */
  watchdogLimits?: WatchdogLimits | undefined
  /** What runs in it first. Default: the real one. */
  source?: string | undefined
  /** The thread that it runs on. Default: a new one. */
  thread?: OpenThread | undefined
}

/** What debuggers and profilers call it. */
export const WORKER_NAME = 'codex-otel'
const TERMINATE_TIMEOUT_MS = 1000
/** A caller that waits less than this has no use for a worker that is ready sooner. */
const WORTH_HASTENING_MS = 100

/**
 * Starts the worker at once: to make a thread holds the caller for milliseconds, but a process that ends at once waits for
 * what it does, from its first line on. What is posted before waits in the port. A runtime that refuses to start one crashes it.
 */
export function startWorker(options: WorkerHandleOptions): WorkerHandle {
  const shared = createSharedState()
  const { config: wanted } = options.start
  /** Whether what is posted is written on this machine before it is sent, if it is sent at all. */
  const writes = wanted.spool.enabled || usesLocal(wanted)
  const { port1: port, port2 } = new MessageChannel()
  const workerData: WorkerStart = { ...options.start, shared: shared.buffer, port: port2 }
  // Opened here, a pipe is one that never blocks: the worker could not be ended while it waits in a write for a reader.
  if (usesConsole(wanted)) void process.stderr
  const launch = (): Worker => {
    const { config } = options.start
    const code = exportingCode({
      metrics: config.metrics !== undefined,
      traces: config.traces !== undefined,
      patterns: config.content.scrubPatterns.length > 0,
      grpc: usesGrpc(config),
      local: usesLocal(config),
    })
    if (options.source !== undefined) code.first = options.source
    const thread = options.thread ?? openThread(WORKER_NAME)
    hasten = thread.hasten
    const made = startThread({
      thread,
      name: WORKER_NAME,
      config,
      code,
      data: workerData,
      shared: shared.buffer,
      transferList: [port2],
    })
    // Without these two a crash of the worker would end the application.
    made.on('error', error => ended(describeError(error)))
    made.on('messageerror', error => ended(error.message))
    made.on('exit', code => ended(code === 0 && wasAskedToEnd() ? undefined : `exit code ${code}`))
    made.unref()
    return made
  }
  /** Looked at when it has ended: a `leave` after which the process goes on is over by then. */
  const wasAskedToEnd = (): boolean => Atomics.load(shared, SharedSlot.leaving) === 1
  let hasten = (): void => {}
  let alive = true
  let stuckForMs: number | undefined
  let stalledAtBeat: number | undefined
  let waiting = 0
  let nextId = 1
  const answers = new Map<number, (delivered: boolean) => void>()

  const receive = (message: FromWorker): void => {
    if (message.type === 'flushed') answers.get(message.id)?.(message.delivered)
    else options.onMessage(message)
  }
  const drain = (): void => {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      receive(next.message as FromWorker)
    }
  }
  const ended = (reason: string | undefined): void => {
    if (!alive) return
    // The worker's last messages may still be in the port.
    drain()
    alive = false
    for (const answer of answers.values()) answer(false)
    answers.clear()
    watchdog.stop()
    if (stuckForMs !== undefined) options.onCrash(stuck(stuckForMs))
    else if (reason !== undefined) {
      options.onCrash({ code: 'worker-crashed', cause: `the telemetry worker ended (${reason})` })
    }
  }
  port.on('message', receive)
  port.unref()
  let worker: Worker | undefined
  try {
    worker = launch()
  } catch (error) {
    // The caller has to have the handle before it can learn of the end.
    setImmediate(() => ended((error as Error).message))
  }

  const wake = (): void => worker?.postMessage(null)
  const silence = createSilence(shared)
  const watchdog = createWatchdog({
    shared,
    silence,
    limits: options.watchdogLimits ?? WATCHDOG_LIMITS,
    isAwaited: () => waiting > 0,
    wake,
    onStuck() {
      stuckForMs = silence.runningMs
      // What it counted is final only when it has ended; one that the system holds is given up.
      void endThread().then(() => ended('stuck'))
    },
  })
  const endThread = async (): Promise<void> => {
    await Promise.race([worker?.terminate(), delay(TERMINATE_TIMEOUT_MS)])
  }
  const send = (message: ToWorker, eventsTo: number): void =>
    port.postMessage({ ...message, eventsTo } satisfies Posted)
  /** Wakes the worker from such a rest. */
  const rouse = (rest: number): void => {
    if (Atomics.compareExchange(shared, SharedSlot.rest, rest, Rest.none) === rest) wake()
  }

  return {
    shared,
    get alive() {
      return alive
    },
    post(message, eventsTo = options.eventsTo()) {
      if (!alive) return
      send(message, eventsTo)
      watchdog.expect()
      rouse(Rest.idle)
    },
    notice(waitingBytes) {
      if (!alive) return
      watchdog.expect()
      const rest = Atomics.load(shared, SharedSlot.rest)
      if (rest === Rest.idle || (rest === Rest.gathering && waitingBytes() >= GATHERED_BYTES)) rouse(rest)
    },
    request(type, timeoutMs, postedRecords) {
      if (worker === undefined || !alive) return Promise.resolve(false)
      const id = nextId++
      const untilMs = monotonicMs() + timeoutMs
      if (waiting++ === 0) worker.ref()
      if (type === 'shutdown') Atomics.store(shared, SharedSlot.leaving, 1)
      return new Promise<boolean>(resolve => {
        const progress =
          type === 'shutdown' && writes ? createProgressTimeout(shared, postedRecords, silence) : undefined
        const look = (): void => {
          if (progress === undefined) finish(false)
          // The answer comes a little after the last record.
          else timer = progress.isOver() ? setTimeout(finish, GRACE_MS, false) : setTimeout(look, progress.stepMs)
        }
        let timer = setTimeout(look, timeoutMs + GRACE_MS)
        const finish = (delivered: boolean): void => {
          clearTimeout(timer)
          answers.delete(id)
          if (--waiting === 0) worker.unref()
          resolve(delivered)
        }
        answers.set(id, finish)
        watchdog.expect()
        send({ type, id, untilMs }, options.eventsTo())
        wake()
        if (type === 'shutdown' && timeoutMs > WORTH_HASTENING_MS) hasten()
      })
    },
    leave({ untilMs, end, postedRecords }) {
      // A worker that is being ended answers nothing.
      if (worker === undefined || stuckForMs !== undefined) return () => false
      const id = nextId++
      Atomics.store(shared, SharedSlot.leaving, 1)
      send({ type: 'leave', id, untilMs, end }, options.eventsTo())
      watchdog.expect()
      wake()
      if (end && untilMs - monotonicMs() > WORTH_HASTENING_MS) hasten()
      return () => {
        try {
          // A worker that was not worth waiting for before and has shown no sign of life since does not answer now.
          if (stalledAtBeat === Atomics.load(shared, SharedSlot.beat)) return false
          const answered = waitForWorker(shared, {
            id,
            untilMs,
            progress: writes ? createProgressTimeout(shared, postedRecords, silence) : undefined,
          })
          // The event loop may not run again, so messages that arrived meanwhile are read here.
          drain()
          silence.look()
          if (!answered && isStalled(shared, silence)) stalledAtBeat = Atomics.load(shared, SharedSlot.beat)
          return answered
        } finally {
          if (!end) Atomics.store(shared, SharedSlot.leaving, 0)
        }
      }
    },
    async terminate() {
      ended(undefined)
      await endThread()
    },
  }
}

const stuck = (forMs: number): WorkerCrash => ({
  code: 'worker-stuck',
  cause: `the telemetry worker was stuck (no sign of life for ${Math.round(forMs / 1000)} s) and was ended`,
})

const delay = (timeoutMs: number): Promise<void> =>
  new Promise(resolve => {
    setTimeout(resolve, timeoutMs).unref()
  })
