import { setTimeout as wait } from 'node:timers/promises'
import type { StartContender } from '../contenders/start-contender.ts'

/** A short run of an application: it records some events, waits for its model meanwhile, and ends. */
export interface RunOptions {
  /** The file of the contender, bundled by itself. */
  module: string
  endpoint: string
  codexHome: string
  events: number
  /** How long the application waits for others, in milliseconds. */
  waitMs: number
  /** How it ends: with `await shutdown()`, or with `process.exit()` straight after the last event. */
  ending: 'shutdown' | 'exit'
}

const { module, events, waitMs, ending, ...options } = JSON.parse(process.argv[2] ?? '') as RunOptions
const { start } = (await import(module)) as { start: StartContender }
const { emit, shutdown } = start(options)

for (let i = 0; i < events - 1; i++) emit(i)
if (waitMs > 0) await wait(waitMs)
emit(events - 1)
if (ending === 'exit') process.exit()
await shutdown()
