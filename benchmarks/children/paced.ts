import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { StartContender } from '../contenders/start-contender.ts'
import { report } from '../harness/child-process.ts'

/** Records events at a steady rate, and watches the event loop meanwhile. */
export interface PacedOptions {
  /** The file of the contender, bundled by itself. */
  module: string
  endpoint: string
  codexHome: string
  eventsPerSecond: number
  /** The flow runs this long before it is measured. */
  warmUpSeconds: number
  seconds: number
}

export interface PacedResult {
  events: number
  /** Processor time of the thread that recorded, in microseconds. */
  threadCpuUs: number
  /** Processor time of the whole process, in microseconds. */
  processCpuUs: number
  /** 99th percentile of the time between two turns of a 1 ms timer, in milliseconds. */
  delayP99Ms: number
}

const { module, eventsPerSecond, warmUpSeconds, seconds, ...options } = JSON.parse(
  process.argv[2] ?? '',
) as PacedOptions
const { start } = (await import(module)) as { start: StartContender }
const { emit, flush, shutdown } = start(options)

let sequence = 0

/** Every millisecond, what has become due. */
async function flow(forSeconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const begin = performance.now()
  const first = sequence
  const total = eventsPerSecond * forSeconds
  const timer = setInterval(() => {
    const due = first + Math.min(total, Math.floor(((performance.now() - begin) * eventsPerSecond) / 1000))
    while (sequence < due) emit(sequence++)
    if (sequence < first + total) return
    clearInterval(timer)
    resolve()
  }, 1)
  return promise
}

await flow(warmUpSeconds)
await flush()

const delay = monitorEventLoopDelay({ resolution: 1 })
const threadCpu = process.threadCpuUsage()
const processCpu = process.cpuUsage()
delay.enable()
await flow(seconds)
delay.disable()
await flush()
const { user, system } = process.cpuUsage(processCpu)
const thread = process.threadCpuUsage(threadCpu)

await report({
  events: eventsPerSecond * seconds,
  threadCpuUs: thread.user + thread.system,
  processCpuUs: user + system,
  delayP99Ms: delay.percentile(99) / 1e6,
} satisfies PacedResult)
await shutdown()
process.exit()
