import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
/** The script(1) of util-linux, which makes a pseudo-terminal; its options differ on other systems. */
const SCRIPT = '/usr/bin/script'
const IN_TERMINAL = existsSync(SCRIPT) && process.platform === 'linux'

let home: string
let receiver: Receiver
let child: ChildProcess | undefined
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'doctor-'))
  receiver = await startReceiver()
  receiver.misbehave({ answer: 'hang' })
  writeFileSync(
    join(home, 'config.toml'),
    `[otel]\nexporter = { otlp-http = { endpoint = "${receiver.logsUrl}", protocol = "binary" } }\n`,
  )
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await receiver.close()
  rmSync(home, { recursive: true, force: true })
})

interface Run {
  stdout: string
  stderr: string
  child: ChildProcess
  ended: Promise<unknown[]>
}

function start(program: string, args: readonly string[]): Run {
  const env = { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, TERM: 'xterm', NO_COLOR: '1' }
  const started = spawn(program, args, { cwd: home, env })
  child = started
  const run: Run = { stdout: '', stderr: '', child: started, ended: once(started, 'close') }
  started.stdout.on('data', chunk => {
    run.stdout += chunk
  })
  started.stderr.on('data', chunk => {
    run.stderr += chunk
  })
  return run
}

const NODE_ARGS = ['--conditions=codex-otel', CLI, 'otel', 'doctor']
/** The end of a row that is erased. */
const ERASED = '\u001b\\[K'
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000 })

describe('while a receiver does not answer, codex-demo otel doctor', () => {
  it('has printed the configuration, and says at SIGINT that it was interrupted', async () => {
    const run = start(process.execPath, NODE_ARGS)
    await until(() => expect(receiver.connections.http).toBe(1))
    expect(run.stdout).toContain('Configuration  ')
    expect(run.stdout).not.toContain('Delivery')
    run.child.kill('SIGINT')
    expect(await run.ended).toEqual([130, null])
    expect(run.stderr).toBe('interrupted by SIGINT before the end\n')
  })

  it('prints nothing with --json, and says at SIGTERM that it was interrupted', async () => {
    const run = start(process.execPath, [...NODE_ARGS, '--json'])
    await until(() => expect(receiver.connections.http).toBe(1))
    run.child.kill('SIGTERM')
    expect(await run.ended).toEqual([143, null])
    expect([run.stdout, run.stderr]).toEqual(['', 'interrupted by SIGTERM before the end\n'])
  })

  it.runIf(IN_TERMINAL)('shows in a terminal that it asks, until Ctrl-C', async () => {
    const run = start(SCRIPT, ['-qec', `exec '${process.execPath}' ${NODE_ARGS.join(' ')}`, '/dev/null'])
    await until(() => expect(run.stdout).toMatch(/Configuration.*asking the receivers, 2 s · Ctrl-C stops/s))
    run.child.stdin?.write('\u0003')
    expect(await run.ended).toEqual([130, null])
    expect(run.stdout).toMatch(new RegExp(`${ERASED}\\S*interrupted by SIGINT before the end`))
  })
})

it.runIf(IN_TERMINAL)('codex-demo otel doctor removes its waiting line when the answers are there', async () => {
  receiver.behave()
  receiver.misbehave({ delayMs: 1500 })
  const run = start(SCRIPT, ['-qec', `exec '${process.execPath}' ${NODE_ARGS.join(' ')}`, '/dev/null'])
  expect(await run.ended).toEqual([0, null])
  expect(run.stdout).toMatch(new RegExp(`asking the receivers, 1 s · Ctrl-C stops\\S*${ERASED}\\r\\n\\S*Delivery`))
})
