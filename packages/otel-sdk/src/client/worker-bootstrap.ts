import type { MessagePort } from 'node:worker_threads'
import { SharedSlot, WORKER_GONE } from '../protocol/shared-state.ts'
import type { WorkerCode } from './worker-code.ts'

/** What a thread is started with, before it is known what it is to do. */
export interface ThreadStart {
  /** Shared by both threads: one number for each of `StartSlot`. */
  state: Int32Array
  /** Brings a `WorkerTask`, and parts that were compiled ahead. */
  port: MessagePort
}

export const StartSlot = {
  /** 1 when the `WorkerTask` is at the port. */
  task: 0,
  /** Which thread compiles what runs first, one of `Ahead`. */
  ahead: 1,
} as const

/** The thread that comes first replaces `open`, and so decides. */
export const Ahead = {
  open: 0,
  /** The application's thread compiles. */
  compiling: 1,
  /** The application's thread has done it: a `CompiledPart` for each part, by its name, is at the port. */
  ready: 2,
  /** The worker compiles by itself. */
  declined: 3,
} as const

/** What a thread is to do. */
export interface WorkerTask {
  code: WorkerCode
  /** Its variables. */
  env: Record<string, string | undefined>
  /** What the code finds as `workerData`. */
  data: object
  /** The state in which `WORKER_GONE` is written when the thread ends. Absent: no thread waits for that. */
  shared?: SharedArrayBuffer | undefined
}

/** A part as text, and what V8 made of it in this process. */
export interface CompiledPart {
  text: string
  cache: Uint8Array | undefined
}

/** How long a worker waits for what the application's thread compiles; then it compiles by itself. */
const AHEAD_TIMEOUT_MS = 200

/**
 * The program of every thread: it waits for its task, and compiles the parts that come in it. It is short, because Node reads a
 * program that is given as a text a second time, to find out whether it is a module. With maps it compiles by `eval`, because
 * Node maps nothing that `node:vm` compiled; the maps know of the line in front. When the thread ends, and be it while it
 * loads its parts, the application's thread waits for it no longer.
 */
export const WORKER_BOOTSTRAP: string = `
const threads = require('node:worker_threads')
const { state, port } = threads.workerData
Atomics.wait(state, ${StartSlot.task}, 0)
const { code, env, data, shared } = threads.receiveMessageOnPort(port).message
const { builtins, first, parts, maps, afterMain = [] } = code
let ready = {}
if (Atomics.compareExchange(state, ${StartSlot.ahead}, ${Ahead.open}, ${Ahead.declined}) !== ${Ahead.open}) {
  Atomics.wait(state, ${StartSlot.ahead}, ${Ahead.compiling}, ${AHEAD_TIMEOUT_MS})
  ready = threads.receiveMessageOnPort(port)?.message ?? ready
}
Object.assign(process.env, env)
if (shared !== undefined) process.on('exit', () => {
  const slots = new Int32Array(shared)
  Atomics.store(slots, ${SharedSlot.left}, ${WORKER_GONE})
  Atomics.notify(slots, ${SharedSlot.left})
})
const ofTask = { ...threads, workerData: data }
const loaded = {}
let compile = (name, text) => require('node:vm').compileFunction(text, ['require', 'module', 'exports'],
  { filename: 'codex-otel-' + name + '.cjs', cachedData: ready[name]?.cache })
if (maps !== undefined) {
  process.setSourceMapsEnabled(true)
  compile = (name, text) => (0, eval)('(function (require, module, exports) {\\n' + text +
    '\\n})\\n//# sourceURL=' + maps + name + '.cjs\\n//# sourceMappingURL=' + name + '.cjs.map')
}
const run = (name, text) => {
  const module = loaded[name] = { exports: {} }
  compile(name, text)(load, module, module.exports)
}
const bytesOf = name => Buffer.from(parts[name], 'base64')
const inflate = bytes => require('node:zlib').brotliDecompressSync(bytes).toString('latin1')
const textOf = name => ready[name] !== undefined ? ready[name].text : afterMain.includes(name)
  ? inflate(Buffer.concat([bytesOf('main').subarray(0, -1), bytesOf(name)])).slice(textOf('main').length)
  : inflate(bytesOf(name))
const load = name => {
  if (builtins.includes(name)) return /^(node:)?worker_threads$/.test(name) ? ofTask : require(name)
  if (parts[name] === undefined) throw new Error('not part of the worker: ' + name)
  if (loaded[name] === undefined) {
    run(name, textOf(name))
  }
  return loaded[name].exports
}
run('first', first)`
