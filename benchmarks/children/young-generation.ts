import { syncBuiltinESMExports } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import workerThreads, { type ResourceLimits, type Worker as Thread, type WorkerOptions } from 'node:worker_threads'
import { report } from '../harness/child-process.ts'

/** Sends events through this library with another limit of the worker's young generation. */
export interface YoungGenerationOptions {
  endpoint: string
  codexHome: string
  /** In MiB; `null` is V8's own limit. */
  limitMb: number | null
  /** Sent at once, after as many to warm up; 0 for none. */
  burstEvents: number
  /** Then sent at this rate, for so long. */
  eventsPerSecond: number
  seconds: number
}

export interface YoungGenerationResult {
  burstMs: number
  /** Processor time of the whole process, in microseconds. */
  burstCpuUs: number
  pacedCpuUs: number
  /** Memory while events came at a rate. */
  samples: MemorySample[]
  /** What V8 grants the worker, in MiB. */
  limits: ResourceLimits
}

/** In bytes, at a time in seconds since the rate began. */
export interface MemorySample {
  seconds: number
  resident: number
  /** What V8 holds for the heap of the worker, used or not. */
  workerHeap: number
}

const SAMPLE_MS = 250
const TURN_MS = 10

const { limitMb, burstEvents, eventsPerSecond, seconds, ...options } = JSON.parse(
  process.argv[2] ?? '',
) as YoungGenerationOptions

// What Node was started with holds for this thread alone.
setFlagsFromString('--max-semi-space-size=0')
let started: Thread | undefined
const { Worker } = workerThreads
workerThreads.Worker = class extends Worker {
  constructor(source: string | URL, given: WorkerOptions = {}) {
    const { resourceLimits, ...rest } = given
    const { maxYoungGenerationSizeMb: _, ...others } = resourceLimits ?? {}
    const limit = limitMb === null ? {} : { maxYoungGenerationSizeMb: limitMb }
    super(source, { ...rest, resourceLimits: { ...others, ...limit } })
    started = this
  }
}
syncBuiltinESMExports()

const { emit, flush, shutdown } = (await import('../contenders/codex.ts')).start(options)
let sequence = 0

const cpuUs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return user + system
}

async function burst(): Promise<void> {
  for (let i = 0; i < burstEvents; i++) emit(sequence++)
  await flush()
}

async function sampled(seconds: number): Promise<MemorySample> {
  const resident = process.memoryUsage.rss()
  const { total_heap_size = 0 } = (await started?.getHeapStatistics()) ?? {}
  return { seconds, resident, workerHeap: total_heap_size }
}

async function paced(): Promise<MemorySample[]> {
  const samples: Promise<MemorySample>[] = []
  const begin = performance.now()
  const first = sequence
  for (let elapsedMs = 0; elapsedMs < seconds * 1000; elapsedMs = performance.now() - begin) {
    const due = first + Math.floor((elapsedMs * eventsPerSecond) / 1000)
    while (sequence < due) emit(sequence++)
    if (elapsedMs >= samples.length * SAMPLE_MS) samples.push(sampled(elapsedMs / 1000))
    await wait(TURN_MS)
  }
  await flush()
  return Promise.all(samples)
}

await burst()
const beforeBurst = process.cpuUsage()
const begin = performance.now()
await burst()
const burstMs = performance.now() - begin
const burstCpuUs = cpuUs(beforeBurst)
const beforePaced = process.cpuUsage()
const samples = await paced()
const pacedCpuUs = cpuUs(beforePaced)
const limits = started?.resourceLimits ?? {}
await report({ burstMs, burstCpuUs, pacedCpuUs, samples, limits } satisfies YoungGenerationResult)
await shutdown()
process.exit()
