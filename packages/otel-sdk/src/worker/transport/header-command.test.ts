import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runHeaderCommand } from './header-command.ts'

let folder = ''
let pidFile = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'header-command-'))
  pidFile = join(folder, 'pid')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const shell = (script: string): string[] => ['/bin/sh', '-c', script]
const LONG_MS = 600_000
/** Leaves a child that holds stdout and stderr open. */
const background = (): string => `sleep 600 & echo $! > '${pidFile}'`

/** A killed process whose parent is gone may stay as a zombie where process 1 collects none. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function childHasEnded(): Promise<void> {
  await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n')).toBe(true)
  const pid = Number(readFileSync(pidFile, 'utf8'))
  expect(pid).toBeGreaterThan(0)
  await expect.poll(() => isRunning(pid)).toBe(false)
}

it('a program that does not end is ended, also one that waits for input or holds its output open', async () => {
  const hang = runHeaderCommand([process.execPath, '-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 200 })
  await expect(hang).rejects.toThrow('node did not finish within 200 ms')
  const reader = 'process.stdin.on("data", () => {}).on("end", () => console.log("end"))'
  await expect(runHeaderCommand([process.execPath, '-e', reader])).resolves.toBe('end')
})

it('a program is asked for all that it prints, or for its first line', async () => {
  const command = shell('echo; echo one; echo two')
  expect(await runHeaderCommand(command)).toBe('one')
  expect(await runHeaderCommand(command, { whole: true })).toBe('one\ntwo')
})

describe('a program whose child holds its output open', () => {
  it('has answered when it ends, and its child is ended with it', async () => {
    expect(await runHeaderCommand(shell(`${background()}; echo token`), { timeoutMs: LONG_MS })).toBe('token')
    await childHasEnded()
  })

  it('has failed when it ends with an exit code, and its child is ended with it', async () => {
    const failed = runHeaderCommand(shell(`${background()}; echo token; exit 3`), { timeoutMs: LONG_MS })
    await expect(failed).rejects.toThrow('sh ended with exit code 3')
    await childHasEnded()
  })

  it.skipIf(process.platform !== 'linux')('has answered although its child left the process group', async () => {
    const command = shell(`setsid sleep 600 & echo $! > '${pidFile}'; echo token`)
    try {
      expect(await runHeaderCommand(command, { timeoutMs: LONG_MS })).toBe('token')
    } finally {
      process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL')
    }
  })

  it('is ended with it at the time-out', async () => {
    const hang = runHeaderCommand(shell(`${background()}; wait`), { timeoutMs: 300 })
    await expect(hang).rejects.toThrow('sh did not finish within 300 ms')
    await childHasEnded()
  })

  it('is ended with it when the signal aborts, also one that has aborted before', async () => {
    const end = new AbortController()
    const hang = runHeaderCommand(shell(`${background()}; wait`), { timeoutMs: LONG_MS, signal: end.signal })
    const ended = expect(hang).rejects.toThrow('sh was ended')
    await expect.poll(() => existsSync(pidFile)).toBe(true)
    end.abort()
    await ended
    await childHasEnded()
    await expect(runHeaderCommand(shell('sleep 600'), { timeoutMs: LONG_MS, signal: end.signal })).rejects.toThrow(
      'sh was ended',
    )
  })

  it('is ended with it when it prints too much', async () => {
    const command = shell(`${background()}; yes`)
    await expect(runHeaderCommand(command, { timeoutMs: LONG_MS })).rejects.toThrow('sh printed more than 65536 bytes')
    await childHasEnded()
  })

  it('is ended with it when the thread that runs it ends', async () => {
    const host = `
      const { runHeaderCommand } = await import(${JSON.stringify(join(import.meta.dirname, 'header-command.ts'))})
      const { existsSync } = await import('node:fs')
      runHeaderCommand(['/bin/sh', '-c', ${JSON.stringify(`${background()}; wait`)}]).catch(() => {})
      setInterval(() => { if (existsSync(${JSON.stringify(pidFile)})) process.exit() }, 10)
    `
    const flags = process.features.typescript === false ? ['--experimental-strip-types'] : []
    execFileSync(process.execPath, [...flags, '--input-type=module', '-e', host], { stdio: 'ignore' })
    await childHasEnded()
  })
})

describe('a named program', () => {
  const place = (directory: string, says: string): void => {
    mkdirSync(directory, { recursive: true })
    const path = join(directory, 'codex-token')
    writeFileSync(path, `#!/bin/sh\necho ${says}\n`)
    chmodSync(path, 0o755)
  }

  it('is looked for once, and starts its own programs from no relative entry either', async () => {
    const [mine, stranger] = [join(folder, 'mine'), join(folder, 'stranger')]
    place(mine, '"$PATH"')
    const before = process.env.PATH
    try {
      process.env.PATH = ['', '.', 'bin', mine, '/usr/bin', '/bin'].join(delimiter)
      const searched = [mine, '/usr/bin', '/bin'].join(delimiter)
      expect(await runHeaderCommand(['codex-token'])).toBe(searched)
      place(stranger, 'a stranger')
      process.env.PATH = [stranger, process.env.PATH].join(delimiter)
      expect(await runHeaderCommand(['codex-token'])).not.toBe('a stranger')
    } finally {
      process.env.PATH = before
    }
  })
})
