import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collectText } from '@codex/test-kit/run-process'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { spooledRecords } from '../agent/spooled-records.ts'
import { createDemoHome } from './demo-home.ts'
import {
  LOCAL_PROCESS,
  type LocalEnd,
  type LocalOptions,
  localEnvironment,
  localResult,
  runLocal,
} from './run-local.ts'

/** The script(1) of util-linux, which makes a pseudo-terminal; its options differ on other systems. */
const TERMINAL = '/usr/bin/script'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'console-'))
})
afterEach(() => rmSync(home, { recursive: true }))

type RunOptions = Partial<LocalOptions>
const TABLE = { exporter: 'console', log_user_prompt: true }

const environment = (options: RunOptions): NodeJS.ProcessEnv => localEnvironment({ home, table: TABLE, ...options })
const run = (options: RunOptions = {}): Promise<LocalEnd> => runLocal({ home, table: TABLE, ...options })
const result = () => localResult(home)

const numbersIn = (text: string): number[] =>
  [...text.matchAll(/prompt="number (\d+);"/g)].map(([, number]) => Number(number))
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('the doctor', () => {
  it('prints one line more on standard error, and says so', async () => {
    const demo = createDemoHome()
    demo.configure('[otel]\nexporter = "console"\nmetrics_exporter = "console"\n')
    const { code, stdout, stderr } = await demo.run(['otel', 'doctor'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/ok +logs +standard error: written\n +look there for codex_otel\.doctor with/)
    expect(stdout).toMatch(/ok +metrics +standard error: written\n/)
    expect(stdout).toContain('Everything that is configured is delivered.')
    expect(stderr).toMatch(/Z codex_otel\.doctor .*doctor\.id=[0-9a-f]{16}/)
    expect(stderr).toMatch(/Z codex_otel\.doctor \+1 doctor\.id=/)
    const empty = await demo.run(['otel', 'doctor', '--empty', '--json'])
    expect({ code: empty.code, stderr: empty.stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(empty.stdout).signals[0]).toEqual({
      signal: 'logs',
      protocol: 'console',
      state: 'delivered',
      message: 'standard error: can be written',
    })
  })

  it('leaves what waits on disk for a collector where it is, and says what to do', async () => {
    const demo = createDemoHome()
    demo.configure('[otel]\nexporter = { otlp-http = { endpoint = "http://127.0.0.1:1/v1/logs" } }\n')
    expect((await demo.run(['exec', 'Say hello'])).code).toBe(0)
    const waiting = spooledRecords(demo.directory)
    demo.configure('[otel]\nexporter = "console"\n')
    const { code, stdout } = await demo.run(['otel', 'flush', '--to-current', '--yes'])
    expect(code).toBe(1)
    expect(stdout).toContain('To send them, name an endpoint for them again')
    expect(spooledRecords(demo.directory)).toBe(waiting)
  })
})

describe('an exporter that prints', () => {
  it.each([
    ['shutdown', 0, null],
    ['exit', 0, null],
    ['throw', 1, null],
    ['SIGTERM', null, 'SIGTERM'],
    ['loop', 0, null],
  ])('prints every event once and in order, when the process ends by %s', async (ending, code, signal) => {
    const ended = await run({ ending, events: 3000 })
    expect(ended).toMatchObject({ code, signal, stdout: '' })
    expect(numbersIn(ended.stderr)).toEqual(upTo(3000))
    const lines = ended.stderr.split('\n').filter(line => line.includes('codex.user_prompt'))
    expect(
      lines.every(line => /^\d{4}-\d\d-\d\dT[\d:.]{12}Z codex\.user_prompt prompt_length=\d+ prompt=/.test(line)),
    ).toBe(true)
  })

  const metrics = { ...TABLE, metrics_exporter: 'console', shutdown_timeout_ms: 0 }
  it.each([
    ['shutdown', metrics],
    ['exit', metrics],
    ['throw', metrics],
    ['SIGTERM', metrics],
    ['exit without a spool', { ...metrics, spool: { enabled: false } }],
    ['shutdown without a spool', { ...metrics, spool: { enabled: false } }],
  ])('prints everything when the process ends by %s and has no time for sending', async (what, table) => {
    const { stdout, stderr } = await run({ ending: what.split(' ')[0] ?? '', events: 500, table })
    expect(stdout).toBe('')
    expect(numbersIn(stderr)).toEqual(upTo(500))
    expect(stderr).toMatch(/ my\.count \+500 /)
  })

  it('keeps nothing on disk, and counts what it printed', async () => {
    await run()
    expect(result()).toMatchObject({ delivered: true, health: { logs: { exported: 100, pending: 0, spooled: 0 } } })
    expect(readdirSync(home)).toEqual(['result.json'])
  })

  it('prints metrics, a line for each series, when they are collected', async () => {
    const { stderr } = await run({ table: { metrics_exporter: 'console' }, ending: 'exit' })
    expect(stderr).toMatch(/^\S+Z my\.count \+100 app\.version=1 model=m originator=o$/m)
    expect(stderr).not.toContain('user_prompt')
  })

  it('applies the policy and replaces secrets', async () => {
    const { stderr } = await run({ table: { exporter: 'console' } })
    expect(stderr.match(/prompt=\[REDACTED\]/g)).toHaveLength(100)
    const scrubbed = await run({ table: { ...TABLE, content: { scrub_patterns: ['number [0-9]+'] } } })
    expect(numbersIn(scrubbed.stderr)).toEqual([])
    expect(scrubbed.stderr.match(/codex\.user_prompt/g)).toHaveLength(100)
  })

  it('waits for a slow reader', async () => {
    const child = spawn(process.execPath, [LOCAL_PROCESS], {
      env: environment({ ending: 'exit', events: 5000 }),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let stderr = ''
    child.stderr.on('data', chunk => {
      stderr += chunk
      child.stderr.pause()
      setTimeout(() => child.stderr.resume(), 20)
    })
    await once(child, 'close')
    expect(numbersIn(stderr)).toEqual(upTo(5000))
  })

  it('gives up a reader that does not read, and says so', async () => {
    const child = spawn(process.execPath, [LOCAL_PROCESS], {
      env: environment({ events: 5000 }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stdout = collectText(child.stdout)
    await once(child, 'exit')
    const { delivered, health } = result()
    expect(delivered).toBe(false)
    expect(health.logs.exported + health.logs.dropped['not-written']).toBe(5000)
    expect(stdout()).toContain('logs: standard error: its reader does not read (EAGAIN)')
    child.stderr.resume()
  })

  it('goes on without the reader of standard error', async () => {
    const child = spawn(process.execPath, [LOCAL_PROCESS], { env: environment({}), stdio: ['ignore', 'pipe', 'pipe'] })
    child.stderr.destroy()
    const stdout = collectText(child.stdout)
    expect(await once(child, 'close')).toEqual([0, null])
    expect(result()).toMatchObject({ delivered: false, health: { logs: { dropped: { 'not-written': 100 } } } })
    expect(stdout()).toContain('standard error: its reader is gone (EPIPE)')
  })

  it.skipIf(process.platform === 'win32')(
    'does not write to the file that got the number of a closed standard error',
    async () => {
      const file = join(home, 'other')
      const source = `
      const { closeSync, openSync } = await import('node:fs')
      const { createTelemetry } = await import(${JSON.stringify(new URL('../../packages/otel-sdk/src/create-telemetry.ts', import.meta.url).href)})
      const telemetry = createTelemetry({ config: { exporter: 'console' }, codexHome: process.env.CODEX_HOME, serviceVersion: '1' })
      const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
      session.emit('codex.user_prompt', { prompt: 'x' })
      await telemetry.flush()
      closeSync(2)
      const fd = openSync(${JSON.stringify(file)}, 'w')
      session.emit('codex.user_prompt', { prompt: 'x' })
      await telemetry.shutdown()
      process.stdout.write(String(fd))`
      const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
        env: environment({}),
        stdio: ['ignore', 'pipe', openSync(join(home, 'stderr'), 'w')],
      })
      const stdout = collectText(child.stdout)
      await once(child, 'close')
      expect(stdout()).toBe('2')
      expect(readFileSync(join(home, 'stderr'), 'utf8').match(/user_prompt/g)).toHaveLength(1)
      expect(readFileSync(file, 'utf8')).toBe('')
    },
  )

  it('colours its lines only for a terminal, and as the variables say', async () => {
    expect((await run({ events: 1 })).stderr).not.toContain('\u001b')
    expect((await run({ events: 1, env: { FORCE_COLOR: '1' } })).stderr).toContain('\u001b[36mcodex.user_prompt')
    expect((await run({ events: 1, env: { FORCE_COLOR: '0' } })).stderr).not.toContain('\u001b')
  })

  it.skipIf(!existsSync(TERMINAL) || process.platform !== 'linux')(
    'does not hold the end of the process where a terminal takes nothing, and counts what is lost',
    async () => {
      const go = join(home, 'go')
      writeFileSync(
        join(home, 'run.sh'),
        `printf ready\nwhile [ ! -e '${go}' ]; do sleep 0.02; done\n'${process.execPath}' '${LOCAL_PROCESS}' >'${home}/out'\n`,
      )
      const child = spawn(TERMINAL, ['-qec', `sh '${join(home, 'run.sh')}'`, '/dev/null'], {
        env: environment({ events: 5000 }),
      })
      await once(child.stdout, 'data')
      // The terminal takes nothing until it goes on, as after Ctrl-S.
      child.kill('SIGSTOP')
      writeFileSync(go, '')
      await vi.waitUntil(() => existsSync(join(home, 'result.json')), { timeout: 15_000, interval: 50 })
      child.kill('SIGCONT')
      child.stdout.resume()
      await once(child, 'close')
      const { delivered, health } = result()
      expect({ delivered, pending: health.logs.pending }).toEqual({ delivered: false, pending: 0 })
      expect(health.logs.exported + health.logs.dropped['not-written']).toBe(5000)
      expect(readFileSync(join(home, 'out'), 'utf8')).toContain('its reader does not read (EAGAIN)')
    },
  )

  it.skipIf(!existsSync(TERMINAL) || process.platform !== 'linux')(
    'begins in the first column of a terminal, and overwrites nothing there',
    async () => {
      const inTerminal = async (env: NodeJS.ProcessEnv, ending = 'shutdown'): Promise<string> => {
        writeFileSync(
          join(home, 'run.sh'),
          `stty cols 60\nprintf 'an answer'\nexec '${process.execPath}' '${LOCAL_PROCESS}'\n`,
        )
        const child = spawn(TERMINAL, ['-qec', `sh '${join(home, 'run.sh')}'`, '/dev/null'], {
          env: environment({ events: 1, env, ending }),
        })
        const screen = collectText(child.stdout)
        await once(child, 'close')
        return screen()
      }
      const screen = await inTerminal({ NO_COLOR: '1' })
      expect(screen).toMatch(/^an answer {59}\r\d\d:\d\d:\d\d\.\d{3} codex\.user_prompt /)
      expect(await inTerminal({})).toContain('\u001b[36mcodex.user_prompt')
      // The application learns of it, and may throw; without a terminal there is nothing to tell.
      expect(await inTerminal({ NO_COLOR: '1' }, 'notices')).toMatch(/codex\.user_prompt .*told 1 times/s)
      expect((await run({ ending: 'notices', events: 1 })).stdout).toBe('told 0 times\n')
    },
  )
})
