import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** Ends the process without an `exit` event: undocumented in Node, and called by other libraries. */
export const reallyExit = (code: number): void =>
  (process as unknown as { reallyExit(code: number): void }).reallyExit(code)

const throwAtExit = (): never => {
  throw new Error('at the exit')
}

/** What an application does to its `exit` event before there is telemetry. */
export const EARLY_TAMPERING = {
  'a listener that was there before throws': () => process.on('exit', throwAtExit),
  'a listener that was there before exits with another code': () => process.on('exit', () => process.exit(9)),
  'every listener of exit and of signals is taken off as it comes': () =>
    process.on('newListener', (event, listener) => {
      if (event === 'exit' || String(event).startsWith('SIG')) setImmediate(() => process.off(event, listener))
    }),
  'a listener of exit may not be added': () =>
    process.on('newListener', event => {
      if (event === 'exit') throw new Error('this program has no listeners of exit')
    }),
  'a listener of exit or of a signal may not be taken off': () =>
    process.on('removeListener', event => {
      if (event === 'exit' || String(event).startsWith('SIG')) throw new Error('this program keeps its listeners')
    }),
  'process.emit cannot be replaced': () => Object.defineProperty(process, 'emit', { value: process.emit }),
  'signal-exit 3 takes itself out of the process again': async () => {
    const name: string = 'signal-exit-3'
    const { default: onExit } = await import(name)
    setImmediate(onExit(() => {}))
  },
} as const satisfies Record<string, () => unknown>

/** What an application does to its `exit` event, or about it, while events are recorded. */
export const TAMPERING = {
  "removeAllListeners('exit')": () => process.removeAllListeners('exit'),
  'removeAllListeners()': () => process.removeAllListeners(),
  'each listener of exit is taken off': () => {
    for (const listener of process.listeners('exit')) process.off('exit', listener)
  },
  'a listener in front throws': () => process.prependListener('exit', throwAtExit),
  'a listener in front exits with another code': () => process.prependListener('exit', () => process.exit(9)),
  'a listener in front calls reallyExit': () => process.prependListener('exit', () => reallyExit(9)),
  'a listener in front aborts': () => process.prependListener('exit', () => process.abort()),
  'a listener in front kills': () =>
    process.prependListener('exit', () => {
      process.kill(process.pid, 'SIGKILL')
    }),
  'a listener in front takes all others off': () =>
    process.prependListener('exit', () => process.removeAllListeners('exit')),
  'a listener behind throws': () => process.on('exit', throwAtExit),
  'a listener behind exits with another code': () => process.on('exit', () => process.exit(9)),
  'a listener sets another code': () =>
    process.on('exit', () => {
      process.exitCode = 12
    }),
  'process.exitCode is set': () => {
    process.exitCode = 12
  },
  'process.exit is replaced': () => {
    process.exit = (code => reallyExit(Number(code))) as typeof process.exit
  },
  'process.kill is replaced': () => {
    process.kill = () => true
  },
  'process.emit is replaced by one that keeps exit to itself': () => {
    const { emit } = process
    process.emit = ((...args: Parameters<typeof emit>) =>
      (args[0] as string) !== 'exit' && Reflect.apply(emit, process, args)) as typeof emit
  },
  'an exit event is made up': () => {
    process.emit('exit', 0)
  },
  'a throwing listener is forgiven, and the process goes on to exit': () => {
    process.once('uncaughtException', () => setImmediate(() => process.exit(11)))
    process.prependOnceListener('exit', throwAtExit)
  },
  'more work is scheduled before the exit': () => {
    process.once('beforeExit', () => setTimeout(() => {}, 20))
  },
  'an exit is called before the exit': () => {
    process.once('beforeExit', () => process.exit(10))
  },
  'a worker thread exits': async () => {
    await once(new Worker('process.exit(4)', { eval: true }), 'exit')
  },
  'the listeners of the signal are taken off': () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.removeAllListeners(signal)
  },
} as const satisfies Record<string, () => unknown>

export type EarlyTampering = keyof typeof EARLY_TAMPERING
export type Tampering = keyof typeof TAMPERING
