import { setImmediate } from 'node:timers/promises'
import { METRICS_CONTENDERS, type MetricsContenderName } from '../contenders/metrics-index.ts'
import { report } from '../harness/child-process.ts'
import { collectGarbage, type LiveHeap, liveHeap } from '../harness/live-heap.ts'

/** Records measurements by the million, and watches time and memory. */
export interface MetricsOptions {
  contender: MetricsContenderName
  endpoint: string
  codexHome: string
  series: number
  /** In one round, half of them increments and half of them durations. */
  measurements: number
  rounds: number
}

export interface MetricsResult {
  /** Processor time of the recording thread for one measurement, in microseconds, by round. */
  counterUs: number[]
  durationUs: number[]
  /** Memory of the process after each round, in bytes, when everything was handed over and collected. */
  rssBytes: number[]
  /** Of each thread, at the same moments. */
  heapBytes: LiveHeap[]
}

/** The event loop turns after so many. */
const STRIDE = 10_000

const { contender, measurements, rounds, ...options } = JSON.parse(process.argv[2] ?? '') as MetricsOptions
const { count, record, flush } = (await METRICS_CONTENDERS[contender]()).start(options)

async function timed(measure: (i: number) => void): Promise<number> {
  const begin = process.threadCpuUsage()
  for (let i = 0; i < measurements / 2; ) {
    for (const end = i + STRIDE; i < end; i++) measure(i)
    await setImmediate()
  }
  const { user, system } = process.threadCpuUsage(begin)
  return (user + system) / (measurements / 2)
}

const result: MetricsResult = { counterUs: [], durationUs: [], rssBytes: [], heapBytes: [] }
for (let round = 0; round < rounds; round++) {
  result.counterUs.push(await timed(i => count(i % options.series)))
  result.durationUs.push(await timed(i => record(i % options.series, i % 977)))
  await flush()
  collectGarbage()
  result.rssBytes.push(process.memoryUsage.rss())
  result.heapBytes.push(await liveHeap())
}
await report(result)
process.exit()
