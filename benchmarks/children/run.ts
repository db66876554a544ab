import { setTimeout as wait } from 'node:timers/promises'
import { CONTENDERS, type ContenderName } from '../contenders/index.ts'

/** A short run of an application: it records some events, waits for its model meanwhile, and ends. */
export interface RunOptions {
  contender: ContenderName
  endpoint: string
  codexHome: string
  events: number
  /** How long the application waits for others, in milliseconds. */
  waitMs: number
  /** How it ends: with `await shutdown()`, or with `process.exit()` straight after the last event. */
  ending: 'shutdown' | 'exit'
}

const { contender, events, waitMs, ending, ...options } = JSON.parse(process.argv[2] ?? '') as RunOptions
const { emit, shutdown } = (await CONTENDERS[contender]()).start(options)

for (let i = 0; i < events - 1; i++) emit(i)
if (waitMs > 0) await wait(waitMs)
emit(events - 1)
if (ending === 'exit') process.exit()
await shutdown()
