import type { StartContender } from '../contenders/start-contender.ts'
import { report } from '../harness/child-process.ts'

/** Records many events in one synchronous go, and waits until they are delivered. */
export interface BurstOptions {
  /** The file of the contender, bundled by itself. */
  module: string
  endpoint: string
  codexHome: string
  events: number
  /** Recorded and delivered before, so that the code is compiled and the connection is there. */
  warmUpEvents: number
}

export interface BurstResult {
  /** The go itself, in milliseconds. */
  emitMs: number
  /** Processor time of the thread during the go, in microseconds. */
  emitCpuUs: number
  /** From the first event until all were delivered, in milliseconds. */
  deliveredMs: number
  /** Processor time of the thread that recorded, until all were delivered, in microseconds. */
  threadCpuUs: number
  /** Processor time of the whole process until all were delivered, in microseconds. */
  processCpuUs: number
  peakRssBytes: number
  /** From the beginning of the process until all were delivered: with all that is loaded, compiled and started. */
  whole: {
    ms: number
    threadCpuUs: number
    processCpuUs: number
  }
}

const microseconds = ({ user, system }: NodeJS.CpuUsage): number => user + system

const { module, events, warmUpEvents, ...options } = JSON.parse(process.argv[2] ?? '') as BurstOptions
const { start } = (await import(module)) as { start: StartContender }
const { emit, flush, shutdown } = start(options)

for (let i = 0; i < warmUpEvents; i++) emit(i)
if (warmUpEvents > 0) await flush()

const threadCpu = process.threadCpuUsage()
const processCpu = process.cpuUsage()
const begin = performance.now()
for (let i = 0; i < events; i++) emit(i)
const emitted = performance.now()
const emitCpu = process.threadCpuUsage(threadCpu)
await flush()
const delivered = performance.now()
const processUntilDelivered = microseconds(process.cpuUsage(processCpu))
const threadUntilDelivered = microseconds(process.threadCpuUsage(threadCpu))

await report({
  emitMs: emitted - begin,
  emitCpuUs: microseconds(emitCpu),
  deliveredMs: delivered - begin,
  threadCpuUs: threadUntilDelivered,
  processCpuUs: processUntilDelivered,
  peakRssBytes: process.resourceUsage().maxRSS * 1024,
  whole: {
    ms: delivered,
    threadCpuUs: microseconds(process.threadCpuUsage()),
    processCpuUs: microseconds(process.cpuUsage()),
  },
} satisfies BurstResult)
await shutdown()
process.exit()
