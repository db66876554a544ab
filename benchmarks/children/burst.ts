import { CONTENDERS, type ContenderName } from '../contenders/index.ts'
import { report } from '../harness/child-process.ts'

/** Records many events in one synchronous go, and waits until they are delivered. */
export interface BurstOptions {
  contender: ContenderName
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
}

const { contender, events, warmUpEvents, ...options } = JSON.parse(process.argv[2] ?? '') as BurstOptions
const { emit, flush, shutdown } = (await CONTENDERS[contender]()).start(options)

for (let i = 0; i < warmUpEvents; i++) emit(i)
await flush()

const threadCpu = process.threadCpuUsage()
const processCpu = process.cpuUsage()
const begin = performance.now()
for (let i = 0; i < events; i++) emit(i)
const emitted = performance.now()
const emitCpu = process.threadCpuUsage(threadCpu)
await flush()
const delivered = performance.now()
const { user, system } = process.cpuUsage(processCpu)
const thread = process.threadCpuUsage(threadCpu)

await report({
  emitMs: emitted - begin,
  emitCpuUs: emitCpu.user + emitCpu.system,
  deliveredMs: delivered - begin,
  threadCpuUs: thread.user + thread.system,
  processCpuUs: user + system,
  peakRssBytes: process.resourceUsage().maxRSS * 1024,
} satisfies BurstResult)
await shutdown()
process.exit()
