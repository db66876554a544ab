import { startProcess } from '@codex/test-kit/run-process'

const LIMIT_MS = 120_000
const ASK_ARRIVED = 'arrived?'

/** Nothing of the caller's environment may change how a contender works. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:NODE_|OTEL_|npm_)/.test(name)))
}

export interface RunChildOptions {
  nodeOptions?: readonly string[]
  /** How many records the receiver has counted: what `askArrived` answers in the child. */
  arrived?: () => Promise<number>
}

/** Runs a script in a fresh process and gives back what it reported. */
export async function runChild<Result>(
  script: string,
  options: unknown,
  { nodeOptions = [], arrived }: RunChildOptions = {},
): Promise<Result> {
  const { child, ended } = startProcess([process.execPath, ...nodeOptions, script, JSON.stringify(options)], {
    env: environment(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    limitMs: LIMIT_MS,
  })
  let result: Result | undefined
  child.on('message', async message => {
    if (message === ASK_ARRIVED) child.send((await arrived?.()) ?? 0)
    else result = message as Result
  })
  const { code, signal } = await ended
  if (result === undefined) throw new Error(`${script} ended with ${signal ?? code} and reported nothing`)
  return result
}

/** What a script reports to `runChild`; it may end straight afterwards. */
export function report(result: object): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  process.send?.(result, undefined, {}, error => (error ? reject(error) : resolve()))
  return promise
}

/** Asks the process that runs this script how many records have arrived. One question at a time. */
export function askArrived(): Promise<number> {
  const answer = new Promise<number>(resolve => process.once('message', count => resolve(count as number)))
  process.send?.(ASK_ARRIVED)
  return answer
}

/** How long a script takes from being started to having ended, in milliseconds, as its user sees it. */
export async function timeProcess(script: string, options: unknown): Promise<number> {
  const { ended } = startProcess([process.execPath, script, JSON.stringify(options)], {
    env: environment(),
    stdio: ['ignore', 'ignore', 'inherit'],
    limitMs: LIMIT_MS,
  })
  const { code, signal, wholeMs } = await ended
  if (code !== 0) throw new Error(`${script} ended with ${signal ?? code}`)
  return wholeMs
}
