import { setImmediate } from 'node:timers/promises'
import { SPANS_CONTENDERS, type SpansContenderName } from '../contenders/spans-index.ts'
import { report } from '../harness/child-process.ts'

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
  /** Processor time of the recording thread for one span, in microseconds, by round. */
  spanUs: number[]
  /** The same until everything is handed to the receiver, which the thread may have to do with or not. */
  exportedUs: number[]
  /** As the first, for one event. */
  emitUs: number[]
}

const { contender, turns, perTurn, rounds, ...options } = JSON.parse(process.argv[2] ?? '') as SpansOptions
const { turn, span, emit, flush } = (await SPANS_CONTENDERS[contender]()).start(options)

async function timed(measured: () => void): Promise<number> {
  let us = 0
  for (let i = 0; i < turns; i++) {
    await turn(() => {
      const begin = process.threadCpuUsage()
      for (let j = 0; j < perTurn; j++) measured()
      const { user, system } = process.threadCpuUsage(begin)
      us += user + system
    })
    await setImmediate()
  }
  return us / (turns * perTurn)
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
