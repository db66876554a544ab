import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answer, type Reply, startModelServer } from './model-server.ts'
import { tokens } from './sign-in.fixture.ts'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

let home: string
let child: ChildProcess | undefined
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'interrupts-'))
})
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

interface Run {
  stdout: string
  stderr: string
  /** Sends the signal and returns the exit code. The demo must end within 8 seconds. */
  end(signal: keyof typeof CODES): Promise<number | null>
  /** Resolves when the demo has ended. */
  ended: Promise<unknown>
}

/** Runs the build with telemetry, signed in to `baseUrl`. */
function start(baseUrl: string, args: string[], env: Record<string, string> = {}): Run & { type(line: string): void } {
  const config = `model_provider = "fake"\n[model_providers.fake]\nbase_url = "${baseUrl}"\nrequires_openai_auth = true\n`
  writeFileSync(join(home, 'config.toml'), config)
  const started = spawn(process.execPath, ['--conditions=codex-otel', CLI, ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, TERM: 'dumb', ...env },
  })
  child = started
  const closed = once(started, 'close')
  const run = {
    stdout: '',
    stderr: '',
    ended: closed,
    type: (line: string) => void started.stdin.write(`${line}\n`),
    async end(signal: NodeJS.Signals): Promise<number | null> {
      const interrupted = performance.now()
      started.kill(signal)
      const [code] = await closed
      expect(performance.now() - interrupted).toBeLessThan(8000)
      return code as number | null
    },
  }
  started.stdout.on('data', chunk => {
    run.stdout += chunk
  })
  started.stderr.on('data', chunk => {
    run.stderr += chunk
  })
  return run
}

const signals = Object.entries(CODES) as [keyof typeof CODES, number][]

describe('at the prompt of the demo', () => {
  it.each(signals)('%s ends the conversation with its summary and code %i', async (signal, code) => {
    await using model = await startModelServer([answer('one')])
    const run = start(model.baseUrl, [], { OPENAI_API_KEY: 'k' })
    run.type('first')
    await vi.waitFor(() => expect(run.stdout).toBe('one\n'), { timeout: 10_000 })
    expect(await run.end(signal)).toBe(code)
    expect(run.stderr).toMatch(/^1 turn · /m)
  })
})

describe('while exec waits for the model', () => {
  it('SIGINT stores the conversation, and exec resume --last goes on with it', async () => {
    await using model = await startModelServer([answer('One.'), { end: 'hang' }, answer('Three.')])
    const key = { OPENAI_API_KEY: 'k' }
    await start(model.baseUrl, ['exec', 'first'], key).ended
    const run = start(model.baseUrl, ['exec', 'second'], key)
    await vi.waitFor(() => expect(model.requests).toHaveLength(2), { timeout: 10_000 })
    expect(await run.end('SIGINT')).toBe(130)
    expect(run.stderr).toContain('the turn was aborted: interrupted by SIGINT\n')
    await start(model.baseUrl, ['exec', 'resume', '--last', 'third'], key).ended
    const texts = model.requests[2]?.body.input.map(item => (item as { content: { text: string }[] }).content[0]?.text)
    expect(texts).toEqual(['second', 'third'])
  })
})

// Without an interrupt the demo waits ten seconds for such a program or server.
describe('while the demo waits for a sign-in', () => {
  it.each(signals)('%s ends the program that prints tokens, and the start of the demo', async (signal, code) => {
    const run = start('http://127.0.0.1:9', ['exec', '--external-auth', 'touch asked; sleep 600', 'go'])
    await vi.waitFor(() => expect(existsSync(join(home, 'asked'))).toBe(true), { timeout: 10_000 })
    expect(await run.end(signal)).toBe(code)
    expect(run.stderr).not.toContain('hands in')
    expect(run.stderr).toContain(`interrupted by ${signal}\n`)
  })

  it('SIGINT ends the wait for an authorization server', async () => {
    let asked = false
    const authorization = createServer(() => {
      asked = true
    }).listen(0, '127.0.0.1')
    await once(authorization, 'listening')
    const unauthorized: Reply = { status: 401, body: '{}' }
    await using model = await startModelServer([unauthorized, unauthorized])
    try {
      writeFileSync(join(home, 'auth.json'), JSON.stringify({ auth_mode: 'chatgpt', tokens: tokens(1) }), {
        mode: 0o600,
      })
      const url = `http://127.0.0.1:${(authorization.address() as AddressInfo).port}/`
      const run = start(model.baseUrl, ['exec', 'go'], { CODEX_REFRESH_TOKEN_URL_OVERRIDE: url })
      await vi.waitFor(() => expect(asked).toBe(true), { timeout: 10_000 })
      expect(await run.end('SIGINT')).toBe(130)
    } finally {
      authorization.closeAllConnections()
      authorization.close()
    }
  })
})
