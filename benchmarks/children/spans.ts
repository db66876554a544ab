import { setImmediate } from 'node:timers/promises'
import { SPANS_CONTENDERS, type SpansContenderName } from '../contenders/spans-index.ts'
import { report } from '../harness/child-process.ts'
import { median } from '../harness/statistics.ts'

/** Opens and ends spans, and emits events, and measures what that costs the thread. */
export interface SpansOptions {
  contender: SpansContenderName
  endpoint: string
  codexHome: string
  /** Of so many spans each, and as many events. */
  turns: number
  perTurn: number
  rounds: number
}

export interface SpansResult {
  /** What one span takes the recording thread, in microseconds, by round: in the turn in the middle of them. */
  spanUs: number[]
  /** Processor time of that thread for one until everything is handed to the receiver, which the thread may have to do with or not. */
  exportedUs: number[]
  /** As the first, for one event. */
  emitUs: number[]
}

const { contender, turns, perTurn, rounds, ...options } = JSON.parse(process.argv[2] ?? '') as SpansOptions
const { turn, span, emit, flush } = (await SPANS_CONTENDERS[contender]()).start(options)

/** A turn takes less than the steps of the clock of processor time. */
async function timed(measured: () => void): Promise<number> {
  const us: number[] = []
  for (let i = 0; i < turns; i++) {
    await turn(() => {
      const begin = performance.now()
      for (let j = 0; j < perTurn; j++) measured()
      us.push(((performance.now() - begin) * 1000) / perTurn)
    })
    await setImmediate()
  }
  return median(us)
}

const result: SpansResult = { spanUs: [], exportedUs: [], emitUs: [] }
for (let round = 0; round < rounds; round++) {
  const begin = process.threadCpuUsage()
  result.spanUs.push(await timed(span))
  await flush()
  const { user, system } = process.threadCpuUsage(begin)
  result.exportedUs.push((user + system) / (turns * perTurn))
  if (emit !== undefined) result.emitUs.push(await timed(emit))
  await flush()
}
await report(result)
process.exit()
