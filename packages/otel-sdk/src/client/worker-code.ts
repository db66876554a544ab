import type { MessagePort } from 'node:worker_threads'
import { afterMain, builtins, type PartName, parts } from '#worker-source'
import { SharedSlot, WORKER_GONE } from '../protocol/shared-state.ts'

/** What a worker needs to load its code. */
export interface WorkerCode {
  builtins: readonly string[]
  /** The program that runs first. */
  first: string
  /** Loaded when they are asked for: compressed by Brotli and in base64. */
  parts: Readonly<Partial<Record<PartName, string>>>
  /** Those of them whose bytes go on where `main` has its last one. */
  afterMain?: readonly PartName[]
  /** The URL of a folder with `NAME.cjs.map`, for a process that wants stack traces to name sources. */
  maps?: string | undefined
}

/** The code of a worker that exports. */
export const exportingCode = (wanted: {
  metrics: boolean
  traces: boolean
  patterns: boolean
  grpc: boolean
  local: boolean
}): WorkerCode => ({
  builtins,
  afterMain,
  first: "require('main')",
  parts: {
    main: parts.main,
    secrets: parts.secrets,
    ...(wanted.metrics && { metrics: parts.metrics }),
    ...(wanted.traces && { traces: parts.traces }),
    ...(wanted.patterns && { patterns: parts.patterns }),
    ...(wanted.grpc && { grpc: parts.grpc }),
    ...(wanted.local && { local: parts.local }),
  },
})

/** The code of a worker that does one thing for an operator. */
export const operatingCode = (): WorkerCode => ({
  builtins,
  afterMain,
  first: "require('operation').run()",
  parts: {
    main: parts.main,
    operation: parts.operation,
    secrets: parts.secrets,
    patterns: parts.patterns,
    grpc: parts.grpc,
    local: parts.local,
  },
})

/** A part as text, and what V8 made of it in this process. */
export interface ReadyPart {
  text: string
  cache: Uint8Array | undefined
}

/** The two places of `WorkerDoor.given`. */
export const DoorSlot = {
  /** 1 when there is a `WorkerTask` at the port. */
  task: 0,
  /** Who compiles what runs first, one of `Ahead`. */
  ahead: 1,
} as const

/** Whoever comes first leaves `open` for the other to see. */
export const Ahead = {
  open: 0,
  /** The application's thread is at it. */
  compiling: 1,
  /** Parts by their names, as `ReadyPart`, are at the port. */
  ready: 2,
  /** The worker compiles by itself. */
  declined: 3,
} as const

/** What a thread is started with, before it is known what it is to do. */
export interface WorkerDoor {
  /** By `DoorSlot`. */
  given: Int32Array
  port: MessagePort
}

/** What a thread is to do. */
export interface WorkerTask {
  code: WorkerCode
  /** Its variables. */
  env: Record<string, string | undefined>
  /** What the code finds as `workerData`. */
  data: object
  /** The state in which `WORKER_GONE` is written when the thread ends. Absent: nobody waits for that. */
  shared?: SharedArrayBuffer | undefined
}

/** How long a worker waits for what the other thread compiles; then it goes on without. */
const AHEAD_TIMEOUT_MS = 200

/**
 * What a worker is really started with: it waits for its task and compiles the parts that come in it. Node reads a program that
 * is given to it as a text once more to find out whether it is a module, and this one is short. It maps what was compiled
 * by `eval` to its sources, and what `node:vm` compiled not; the maps know of the line in front. However the worker ends, and
 * be it while it loads its parts, the application's thread waits for it no longer.
 */
export const WORKER_BOOTSTRAP: string = `
const threads = require('node:worker_threads')
const { given, port } = threads.workerData
Atomics.wait(given, ${DoorSlot.task}, 0)
const { code, env, data, shared } = threads.receiveMessageOnPort(port).message
const { builtins, first, parts, maps, afterMain = [] } = code
let ready = {}
if (Atomics.compareExchange(given, ${DoorSlot.ahead}, ${Ahead.open}, ${Ahead.declined}) !== ${Ahead.open}) {
  Atomics.wait(given, ${DoorSlot.ahead}, ${Ahead.compiling}, ${AHEAD_TIMEOUT_MS})
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
