import { fork, spawn } from 'node:child_process'

const LIMIT_MS = 120_000

/** Nothing of the caller's environment may change how a contender works. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:NODE_|OTEL_|npm_)/.test(name)))
}

/** Runs a script in a fresh process and gives back what it reported. */
export async function runChild<Result>(script: string, options: unknown): Promise<Result> {
  const child = fork(script, [JSON.stringify(options)], {
    execArgv: [],
    env: environment(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  let result: Result | undefined
  child.on('message', message => {
    result = message as Result
  })
  child.on('error', reject)
  child.on('exit', (code, signal) => {
    clearTimeout(timer)
    if (result === undefined) reject(new Error(`${script} ended with ${signal ?? code} and reported nothing`))
    else resolve(result)
  })
  return promise
}

/** What a script reports to `runChild`; it may end straight afterwards. */
export function report(result: object): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  process.send?.(result, undefined, {}, error => (error ? reject(error) : resolve()))
  return promise
}

/** How long a script takes from being started to having ended, in milliseconds, as its user sees it. */
export async function timeProcess(script: string, options: unknown): Promise<number> {
  const begin = performance.now()
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    env: environment(),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.on('error', reject)
  child.on('exit', (code, signal) => {
    clearTimeout(timer)
    if (code === 0) resolve(performance.now() - begin)
    else reject(new Error(`${script} ended with ${signal ?? code}`))
  })
  return promise
}
