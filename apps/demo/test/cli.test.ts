import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PATH_WITHOUT_SANDBOX } from '@codex/test-kit/path-without-sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VERSION } from '../src/version.ts'
import { answer, calls, type Reply, sse, startModelServer } from './model-server.ts'
import { messagesOf, startWebsocketServer } from './websocket-server.ts'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

let home: string
const children: ChildProcess[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cli-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

interface Running extends Promise<Finished> {
  child: ChildProcess
  /** Waits for a text on stderr. */
  seen(text: string): Promise<void>
}

function start(args: string[], input = ''): Running {
  const env = { PATH: PATH_WITHOUT_SANDBOX, HOME: home, CODEX_HOME: home, FAKE_API_KEY: 'fake', TERM: 'xterm' }
  const child = spawn(process.execPath, [CLI, ...args], { env, cwd: home })
  children.push(child)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const finished = new Promise<Finished>(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
  const seen = (text: string): Promise<void> =>
    new Promise(resolve => {
      const check = (): void => {
        if (stderr.includes(text)) resolve()
      }
      child.stderr.on('data', check)
      check()
    })
  return Object.assign(finished, { child, seen })
}

/** Runs the program against a server that gives these replies. */
async function runAgainst(replies: Reply[], ...args: string[]): Promise<Finished> {
  await using server = await startModelServer(replies)
  configure(server.baseUrl)
  return await start(args)
}

function configure(baseUrl: string, more = ''): void {
  writeFileSync(
    join(home, 'config.toml'),
    `model_provider = "fake"\n[model_providers.fake]\nbase_url = "${baseUrl}"\nenv_key = "FAKE_API_KEY"\nrequest_max_retries = 0\nstream_max_retries = 0\n${more}`,
  )
}

/** A reply with a remark and a call of a command. */
const remark = (text: string): Reply => ({
  body: `${sse({ type: 'response.output_text.delta', delta: text })}${sse({
    type: 'response.output_item.done',
    item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] },
  })}${calls({ arguments: '{"cmd":"echo hi"}' }).body}`,
})

const created = { type: 'response.created', response: {} }

describe('codex-demo', () => {
  it('has the version of its package', async () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(VERSION).toBe(manifest.version)
    expect(await start(['--version'])).toMatchObject({ code: 0, stdout: `codex-demo ${VERSION} (-otel)\n` })
  })

  it('prints its help on stdout, with every option also for exec', async () => {
    const { code, stdout, stderr } = await start(['exec', '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const option of [
      '-c,',
      '-C,',
      '-s,',
      '--approval-policy',
      '--answers',
      '--external-auth',
      '--skip-git-repo-check',
      '--dangerously-',
    ]) {
      expect(stdout).toContain(option)
    }
  })

  it.each([
    [['hello'], 'To ask one question: codex-demo exec "hello"'],
    [['exec', '--bogus'], "unknown option '--bogus'"],
    [['exec', 'a', 'b'], 'too many arguments'],
    [['exec', '-s', 'open', 'x'], 'Allowed choices are read-only, workspace-write, danger-full-access'],
    [['exec', '--approval-policy', 'always', 'x'], 'Allowed choices are never, on-request, untrusted'],
    [
      ['exec', '--answers', 'accept,perhaps', 'x'],
      '"perhaps" is not one of accept, accept-for-session, decline, abort',
    ],
    [['exec', '-s', 'read-only', '--dangerously-bypass-approvals-and-sandbox', 'x'], 'cannot be used with'],
    [['exec', '-C', '/no/such/dir', 'x'], 'there is no such directory'],
    [['exec', '-c', 'nonsense', 'x'], 'Write -c key=value'],
    [['exec', '--external-auth', 'true', 'x'], 'names none: set model_provider, or leave the option out'],
    [['exec', '  '], 'the prompt is empty'],
    [['exec'], 'the prompt is empty'],
  ])('refuses %j with code 2 and tells the user what to do', async (args, message) => {
    const { code, stdout, stderr } = await start(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('names the place of a syntax error in config.toml', async () => {
    writeFileSync(join(home, 'config.toml'), 'model = \n')
    const { code, stderr } = await start(['exec', 'hi'])
    expect(code).toBe(2)
    expect(stderr).toContain(`${home}/config.toml:1:`)
  })

  it('says once why commands cannot be confined, and asks about them', async () => {
    const wants = (cmd: string): Reply => calls({ arguments: JSON.stringify({ cmd }) })
    const { code, stderr } = await runAgainst([wants('echo one'), wants('echo two'), answer('Done.')], 'exec', 'go')
    expect(code).toBe(0)
    expect(
      stderr.match(/commands cannot be confined to read-only: bwrap does not work here: bwrap: not in this test/g),
    ).toHaveLength(1)
    expect(stderr.match(/^not run, /gm)).toHaveLength(2)
  })

  it('answers over a WebSocket where the provider supports them, and ends at once', async () => {
    const replies = [calls({ arguments: '{"cmd":"echo hi"}' }), answer('Done.')].map(reply => ({
      messages: messagesOf(reply),
    }))
    await using server = await startWebsocketServer(replies)
    configure(server.baseUrl, 'supports_websockets = true\n')
    const { code, stdout } = await start(['exec', '-s', 'danger-full-access', 'go'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' })
    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 1])
    expect(server.httpRequests).toBe(0)
  })

  it('continues over HTTP where no WebSocket can be opened, and prints the reason', async () => {
    await using server = await startWebsocketServer([], { upgrades: [{ status: 404 }] })
    configure(server.baseUrl, 'supports_websockets = true\n')
    const { code, stdout, stderr } = await start(['exec', 'go'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'over HTTP\n' })
    expect(stderr).toContain('http 404; going on over HTTP instead of the WebSocket')
  })

  it('ends at Ctrl-C while it waits for a message', async () => {
    await using server = await startWebsocketServer([{ messages: [created] }])
    configure(server.baseUrl, 'supports_websockets = true\n')
    const running = start(['exec', 'go'])
    await expect.poll(() => server.requests, { timeout: 10_000 }).toHaveLength(2)
    running.child.kill('SIGINT')
    expect((await running).code).toBe(130)
  })

  it('answers from the scripted model when there is no provider', async () => {
    const { code, stdout, stderr } = await start(['exec', 'hello'])
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('scripted model') })
    expect(stderr).toContain('the embedded scripted model answers')
  })

  it('shows a retry, an approved and a refused command on its tour', async () => {
    const { code, stdout, stderr } = await start(['--answers', 'accept,accept,decline', 'exec', 'tour'])
    expect(code).toBe(0)
    expect(stdout).toContain('3. was not run')
    expect(stderr).toContain('http 500')
    expect(stderr).toContain('$ uname -sr')
    expect(stderr).toContain('not run, rejected by user: rm -f')
  })

  it('prints the answer alone on stdout', async () => {
    const { code, stdout } = await runAgainst(
      [calls({ arguments: '{"cmd":"echo hi"}' }), answer('Done.')],
      'exec',
      'go',
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' })
  })

  it('prints a remark of the model before a tool call on stderr', async () => {
    const replies = [remark('I will look around first.'), answer('Done.')]
    const { stdout, stderr } = await runAgainst(replies, 'exec', 'go')
    expect(stdout).toBe('Done.\n')
    expect(stderr).toContain('I will look around first.')
  })

  it('reads the prompt from stdin', async () => {
    await using server = await startModelServer([answer('ok')])
    configure(server.baseUrl)
    expect((await start(['exec', '-'], 'from stdin\n')).code).toBe(0)
    expect((await start(['exec'], 'from a pipe\n')).code).toBe(0)
    expect(JSON.stringify(server.requests.map(r => r.body.input))).toMatch(/"from stdin".*"from a pipe"/)
  })

  it('runs no command that the user did not approve', async () => {
    const marker = join(home, 'marker')
    const command = JSON.stringify({ cmd: `touch ${marker}` })
    const { code, stderr } = await runAgainst([calls({ arguments: command }), answer('Done.')], 'exec', 'go')
    expect(code).toBe(0)
    expect(stderr).toContain('not run, nobody is there to approve it')
    expect(existsSync(marker)).toBe(false)
  })

  it('keeps the provider key from the commands', async () => {
    const replies = [calls({ arguments: '{"cmd":"echo [$FAKE_API_KEY]"}' }), answer('Done.')]
    const { stderr } = await runAgainst(replies, 'exec', '--dangerously-bypass-approvals-and-sandbox', 'go')
    expect(stderr).toContain('\n[]\n')
  })

  it('shows escape sequences in a command as visible text', async () => {
    const command = JSON.stringify({ cmd: 'echo \u001b[2Jhi' })
    const { stderr } = await runAgainst(
      [calls({ arguments: command }), answer('Done.')],
      'exec',
      '--answers',
      'accept',
      'go',
    )
    expect(stderr).toContain('$ echo \\u{1b}[2Jhi')
  })

  it('ends with code 1 and the reason when there is no answer', async () => {
    const { code, stdout, stderr } = await runAgainst([{ body: sse(created) }], 'exec', 'go')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(
      'codex-demo: stream disconnected before completion: stream closed before response.completed',
    )
  })

  it('ends the turn with code 0 when the user aborts it', async () => {
    const replies = [calls({ arguments: '{"cmd":"echo hi"}' }), answer('Done.')]
    const { code, stdout, stderr } = await runAgainst(replies, 'exec', '--answers', 'abort', 'go')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain('the turn was aborted')
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops at %s, with the command that runs, and ends with code %i', async (signal, code) => {
    await using server = await startModelServer([calls({ arguments: '{"cmd":"echo $$ > pid; exec sleep 60"}' })])
    configure(server.baseUrl)
    const running = start(['exec', '--dangerously-bypass-approvals-and-sandbox', 'go'])
    await running.seen('$ echo')
    while (!existsSync(join(home, 'pid')) || readFileSync(join(home, 'pid'), 'utf8') === '') {
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    running.child.kill(signal)
    expect((await running).code).toBe(code)
    expect(() => process.kill(Number(readFileSync(join(home, 'pid'), 'utf8')), 0)).toThrow('ESRCH')
  })

  it('holds a conversation over a pipe', async () => {
    await using server = await startModelServer([answer('one'), answer('two')])
    configure(server.baseUrl)
    const { code, stdout } = await start([], 'first\n\n/help\nsecond\n/quit\nnever\n')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'one\ntwo\n' })
    expect(server.requests).toHaveLength(2)
    expect(server.requests[1]?.body.input).toHaveLength(3)
  })

  it('prints whole answers alone into a pipe', async () => {
    const cut: Reply = { body: sse({ type: 'response.output_text.delta', delta: 'half' }), end: 'reset' }
    await using server = await startModelServer([remark('Looking.'), answer('one'), cut, answer('three')])
    configure(server.baseUrl)
    const { code, stdout, stderr } = await start([], 'first\nsecond\nthird\n')
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'one\nthree\n' })
    expect(stderr).toContain('Looking.')
  })

  it('continues after a turn that failed, and ends with code 1', async () => {
    const failing: Reply = { status: 400, body: '{"error":{"message":"no"}}' }
    await using server = await startModelServer([failing, answer('two')])
    configure(server.baseUrl)
    const { code, stdout, stderr } = await start([], 'first\nsecond\n')
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'two\n' })
    expect(stderr).toContain('http 400: no')
    expect(server.requests[1]?.body.input).toHaveLength(1)
  })

  it('ends with code 0 where the program that reads its answer ends first', () => {
    const pipeline = `{ "${process.execPath}" "${CLI}" exec hello 2>err; echo "code $?" >code; } | true; cat code err`
    const output = execFileSync('bash', ['-c', pipeline], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, CODEX_HOME: home },
      encoding: 'utf8',
    })
    expect(output).toContain('code 0')
    expect(output).not.toContain('EPIPE')
  })
})
