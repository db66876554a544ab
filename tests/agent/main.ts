// The process that is observed. Its options are the first argument, as JSON.
import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import type { Worker } from 'node:worker_threads'
import type { AgentOptions } from './options.ts'
import { report } from './report.ts'
import { spooledRecords } from './spooled-records.ts'
import { EARLY_TAMPERING, reallyExit, TAMPERING } from './tampering.ts'
import type { AgentContender } from './tool-call.ts'

const options = JSON.parse(process.argv[2] ?? '') as AgentOptions
const POLL_MS = 10
/** As it is before the application may replace it. */
const kill = process.kill.bind(process)

const STARTERS: Record<AgentOptions['telemetry'], () => Promise<AgentContender>> = {
  codex: async () => (await import('./codex.ts')).startCodex(options),
  stock: async () => (await import('./stock.ts')).startStock(options),
  none: async () => ({ emit() {}, flush: async () => true, shutdown: async () => true }),
}

if (options.limitsOwnThread) setFlagsFromString('--max-semi-space-size=0')
if (options.crashWorker !== undefined) {
  const { afterMs, times } = options.crashWorker
  let crashes = 0
  process.on('worker', (worker: Worker) => {
    if (crashes++ < times) setTimeout(() => void worker.terminate(), afterMs).unref()
  })
}
for (const name of options.signalExit ?? []) {
  const loaded = await import(name)
  const onExit = (loaded.onExit ?? loaded.default) as (listener: (code: unknown, signal: unknown) => boolean) => void
  onExit((code, signal) => {
    report({ type: 'note', text: `${name} ${signal ?? code}` })
    return options.eventsAfterSignal !== undefined
  })
}

if (options.memoryEveryMs !== undefined) {
  let worker: Worker | undefined
  process.on('worker', started => {
    worker = started
  })
  setInterval(async () => {
    const rss = process.memoryUsage.rss()
    const { heapUsed, external } = process.memoryUsage()
    report({ type: 'memory', rss, heap: heapUsed + external + (await heapOf(worker)) })
  }, options.memoryEveryMs).unref()
}

if (options.handlesSignal === 'before') handleSignal(options.ending as NodeJS.Signals)
if (options.atExit === 'throws') {
  process.on('exit', () => {
    throw new Error('at the exit')
  })
}
if (options.atExit === 'nothing') process.on('exit', () => {})
if (options.atExit === 'exits') process.on('exit', () => process.exit(9))
if (options.tampersEarly !== undefined) await EARLY_TAMPERING[options.tampersEarly]()
const contender = await STARTERS[options.telemetry]()
if (options.atExit === 'emits') {
  process.on('exit', () => {
    for (let i = 0; i < 10; i++) contender.emit(options.events + i)
  })
}
if (options.rawMode) process.stdin.setRawMode(true)
await emitAll()
if (options.workMs !== undefined) await wait(options.workMs)
while (options.awaitsFile !== undefined && !existsSync(options.awaitsFile)) await wait(POLL_MS)
// The first answer is what makes it look for what earlier runs left.
if ((options.recovers ?? 0) > 0) await contender.flush()
if (options.telemetry === 'codex') {
  while (options.onDisk !== undefined && spooledRecords(options.codexHome) < options.onDisk) await wait(POLL_MS)
}
while (options.recovers !== undefined && contender.settled?.(options.recovers) === false) await wait(POLL_MS)
// In the turn of the last events, where this does not wait itself.
const tampered = options.tampers === undefined ? undefined : TAMPERING[options.tampers]()
if (tampered instanceof Promise) await tampered
leave(options.ending)
if (options.ending === 'unsettled') await new Promise(() => {})

async function emitAll(): Promise<void> {
  const { events, chunk = events, everyMs = 0 } = options
  for (let sent = 0; sent < events; ) {
    const until = Math.min(events, sent + chunk)
    for (; sent < until; sent++) contender.emit(sent)
    if (options.counts) report({ type: 'emitted', count: sent })
    if (options.clockJump !== undefined && sent >= events / 2 && sent - chunk < events / 2) {
      writeFileSync(options.clockJump.file, String(options.clockJump.seconds))
    }
    if (sent < events) await wait(everyMs)
  }
}

function leave(ending: AgentOptions['ending']): void {
  if (ending.startsWith('SIG')) {
    leaveBySignal(ending as NodeJS.Signals)
    return
  }
  sayLeaving()
  switch (ending) {
    case 'shutdown':
      void contender.shutdown()
      return
    case 'exit':
      process.exit(3)
      break
    case 'reallyExit':
      reallyExit(3)
      break
    case 'abort':
      process.abort()
      break
    case 'throw':
      throw new Error('an uncaught one')
    case 'reject':
      void Promise.reject(new Error('an unhandled one'))
  }
}

function leaveBySignal(signal: NodeJS.Signals): void {
  if (options.handlesSignal === true || (options.telemetry === 'stock' && options.handlesSignal === undefined)) {
    handleSignal(signal)
  }
  // Lives until the signal comes.
  const alive = setTimeout(() => {}, 60_000)
  sayLeaving()
  kill(process.pid, signal)
  if (options.eventsAfterSignal === undefined) return
  const { events, eventsAfterSignal } = options
  setTimeout(async () => {
    if (options.rawMode) report({ type: 'note', text: `raw mode: ${process.stdin.isRaw}` })
    for (let sent = events; sent < events + eventsAfterSignal; sent++) contender.emit(sent)
    await contender.shutdown()
    clearTimeout(alive)
  }, 20)
}

/** Nothing, where there is no such worker, any more. */
async function heapOf(worker: Worker | undefined): Promise<number> {
  const heap = await worker?.getHeapStatistics().catch(() => undefined)
  return heap === undefined ? 0 : heap.used_heap_size + heap.external_memory
}

function handleSignal(signal: NodeJS.Signals): void {
  process.once(signal, () => {
    report({ type: 'note', text: `the application handles ${signal}` })
    void contender.shutdown().then(() => process.exit(7))
  })
}

function sayLeaving(): void {
  report({ type: 'leaving', atNs: String(process.hrtime.bigint()) })
}
