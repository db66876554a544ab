import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CommandResult, type RunCommandOptions, runCommand } from './run-command.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'run-command-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

function run(command: string, options: Partial<RunCommandOptions> = {}): Promise<CommandResult> {
  return runCommand({ command, cwd, env: process.env, signal: new AbortController().signal, ...options })
}

/** Waits until the process that wrote its id to a file in `cwd` is gone. */
async function gone(file: string): Promise<boolean> {
  const pid = Number(await readFile(join(cwd, file), 'utf8'))
  for (let i = 0; i < 200; i++) {
    try {
      process.kill(pid, 0)
      const state = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')).split(') ')[1]?.[0]
      if (state === 'Z') return true
    } catch {
      return true
    }
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  return false
}

describe('runCommand', () => {
  it('returns the output of both streams, the exit code and the duration', async () => {
    const result = await run('echo out; echo err >&2; exit 3')
    expect(result).toMatchObject({ ending: 'Process exited with code 3', finished: true })
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out'])
    expect(result.durationMs).toBeGreaterThan(0)
  })

  it('runs a command in the given directory with the given environment', async () => {
    const { output } = await run('pwd; echo "[$SECRET][$SHOWN]"', { env: { PATH: process.env.PATH, SHOWN: 'yes' } })
    expect(output).toBe(`${cwd}\n[][yes]\n`)
  })

  it('gives a command no input', async () => {
    expect((await run('cat; echo done')).output).toBe('done\n')
  })

  it('ends a command that takes too long, and the processes that it started', async () => {
    const result = await run('sleep 60 & echo $! > child; trap "" TERM; while :; do sleep 1; done', {
      timeLimitMs: 300,
    })
    expect(result).toMatchObject({ ending: 'Process did not end within 0.3 seconds and was killed', finished: false })
    expect(await gone('child')).toBe(true)
  })

  it('ends the processes that a command left in the background', async () => {
    const result = await run('sleep 60 & echo $! > child; echo started')
    expect(result).toMatchObject({ ending: 'Process exited with code 0', output: 'started\n' })
    expect(result.durationMs).toBeLessThan(5000)
    expect(await gone('child')).toBe(true)
  })

  it('ends a command that is aborted', async () => {
    const controller = new AbortController()
    const running = run('echo $$ > self; exec sleep 60', { signal: controller.signal })
    setTimeout(() => controller.abort(), 50)
    expect(await running).toMatchObject({ ending: 'Process was ended by SIGTERM', finished: false })
    await expect(run('echo late', { signal: controller.signal })).rejects.toThrow('aborted')
  })

  it('keeps the start and the end of an output that is too long', async () => {
    const { output } = await run('echo start; head -c 500000 /dev/zero | tr "\\0" x; echo; echo end', {
      outputLimitBytes: 1000,
    })
    expect(output).toMatch(/^start\nx+\n\[\.\.\. 499\d\d\d bytes left out \.\.\.\]\nx+\nend\n$/)
    expect(output.length).toBeLessThan(1100)
  })

  it('throws when the directory does not exist', async () => {
    await expect(run('true', { cwd: join(cwd, 'missing') })).rejects.toThrow('ENOENT')
  })
})
