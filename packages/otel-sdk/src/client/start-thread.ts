import { Worker, type WorkerOptions } from 'node:worker_threads'
import type { EffectiveConfig } from '../config/effective-config.ts'
import { workerMaps } from './source-maps.ts'
import { WORKER_BOOTSTRAP, type WorkerCode } from './worker-code.ts'
import { workerEnvironment } from './worker-environment.ts'

/**
 * In MiB; a semi-space has a third of it. V8 doubles a young generation up to 192 MiB while enough survives its collections,
 * and the resident memory of the process grows with it. The limit of the old generation, at which V8 ends a thread, stays
 * the usual one. Reasons: docs/decisions/young-generation.md.
 */
export const MAX_YOUNG_GENERATION_MIB = 12

export interface ThreadOptions {
  /** Shown by debuggers and profilers. */
  name: string
  config: EffectiveConfig
  code: WorkerCode
  /** What the code finds as `workerData`. */
  data: object
  transferList?: WorkerOptions['transferList']
}

/**
 * Starts a thread that nothing of the application's reaches: no preloads, no flags, no variables, no standard streams.
 * The two captured streams are not read: reading them would keep the process alive. Throws where the runtime refuses.
 */
export const startThread = ({ name, config, code, data, transferList }: ThreadOptions): Worker =>
  new Worker(WORKER_BOOTSTRAP, {
    eval: true,
    name,
    execArgv: [],
    argv: [],
    env: workerEnvironment(config),
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_GENERATION_MIB },
    workerData: { ...data, code: { ...code, maps: workerMaps() } },
    transferList: transferList ?? [],
  })
