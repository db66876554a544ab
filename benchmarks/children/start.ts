import type { StartContender } from '../contenders/start-contender.ts'
import { report } from '../harness/child-process.ts'

/** Measures what enabling telemetry holds the application's thread for. */
export interface StartOptions {
  /** The module that has the contender's `start`. */
  module: string
  endpoint: string
  codexHome: string
}

export interface StartResult {
  /** Loading and running the module, in milliseconds. */
  importMs: number
  /** Making the telemetry, in milliseconds. */
  createMs: number
  /** The longest of the turns of the event loop that follow until the next timer, in milliseconds. */
  nextTurnMs: number
  /** Growth of the process in the meantime. */
  rssBytes: number
}

const { module, ...options } = JSON.parse(process.argv[2] ?? '') as StartOptions
// What an agent has loaded before, whatever it does: the loader itself, and the parts of Node that files, terminals,
// programs and its model are spoken to with. It is no contender's bill.
await import('../tool-result.ts')
for (const name of ['node:fs/promises', 'node:tty', 'node:child_process', 'node:http', 'node:https']) await import(name)

const rss = process.memoryUsage.rss()
const begin = performance.now()
const { start } = (await import(module)) as { start: StartContender }
const imported = performance.now()
const contender = start(options)
const created = performance.now()
let nextTurnMs = 0
for (let turn = 0; turn < 3; turn++) {
  const before = performance.now()
  await new Promise(setImmediate)
  nextTurnMs = Math.max(nextTurnMs, performance.now() - before)
}
await report({
  importMs: imported - begin,
  createMs: created - imported,
  nextTurnMs,
  rssBytes: process.memoryUsage.rss() - rss,
} satisfies StartResult)
await contender.shutdown()
process.exit()
