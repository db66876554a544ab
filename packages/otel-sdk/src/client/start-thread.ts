import { MessageChannel, type Transferable, Worker } from 'node:worker_threads'
import type { EffectiveConfig } from '../config/effective-config.ts'
import { compileAhead } from './compile-ahead.ts'
import { partMaps } from './source-maps.ts'
import { Ahead, StartSlot, type ThreadStart, WORKER_BOOTSTRAP, type WorkerTask } from './worker-bootstrap.ts'
import type { WorkerCode } from './worker-code.ts'
import { workerEnvironment } from './worker-environment.ts'

/**
 * In MiB; a semi-space has a third of it. V8 doubles a young generation up to 192 MiB while enough survives its collections,
 * and the resident memory of the process grows with it. The limit of the old generation, at which V8 ends a thread, stays
 * the usual one. Reasons: docs/decisions/young-generation.md.
 */
export const MAX_YOUNG_GENERATION_MIB = 12

/** A thread that was started and waits for its task. */
export interface OpenThread {
  readonly worker: Worker
  /** Gives it its task. Throws where something cannot be cloned. */
  give(task: WorkerTask, transferList: readonly Transferable[]): void
  /** Compiles for it what it runs first, where its thread has not come to its first line yet. For a caller that waits for it. */
  hasten(): void
  /** Ends it: there is no task. */
  abandon(): void
}

/**
 * Starts a thread that nothing of the application's reaches: no preloads, no flags, no variables, no standard streams.
 * The two captured streams are not read: reading them would keep the process alive. `name` is shown by debuggers and profilers. Throws where the runtime refuses.
 */
export function openThread(name: string): OpenThread {
  const state = new Int32Array(new SharedArrayBuffer(4 * Object.keys(StartSlot).length))
  let code: WorkerCode | undefined
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(WORKER_BOOTSTRAP, {
    eval: true,
    name,
    execArgv: [],
    argv: [],
    env: {},
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_GENERATION_MIB },
    workerData: { state, port: port2 } satisfies ThreadStart,
    transferList: [port2],
  })
  return {
    worker,
    give(task, transferList) {
      port1.postMessage(task, transferList)
      code = task.code
      Atomics.store(state, StartSlot.task, 1)
      Atomics.notify(state, StartSlot.task)
    },
    hasten() {
      if (code === undefined) return
      if (Atomics.compareExchange(state, StartSlot.ahead, Ahead.open, Ahead.compiling) !== Ahead.open) return
      try {
        port1.postMessage(compileAhead(code))
      } catch {
        // The worker does it by itself.
      } finally {
        Atomics.store(state, StartSlot.ahead, Ahead.ready)
        Atomics.notify(state, StartSlot.ahead)
      }
    },
    abandon() {
      worker.on('error', () => {})
      worker.unref()
      void worker.terminate()
    },
  }
}

export interface ThreadOptions extends Pick<WorkerTask, 'code' | 'data' | 'shared'> {
  /** One that waits for its task. Default: a new one, with this name. */
  thread?: OpenThread | undefined
  name: string
  config: EffectiveConfig
  transferList?: readonly Transferable[]
}

/** Has a thread do its task. Throws where the runtime refuses. */
export function startThread({ thread, name, config, code, data, shared, transferList = [] }: ThreadOptions): Worker {
  const { worker, give, abandon } = thread ?? openThread(name)
  try {
    give({ code: { ...code, maps: partMaps() }, env: workerEnvironment(config), data, shared }, transferList)
    return worker
  } catch (error) {
    abandon()
    throw error
  }
}
