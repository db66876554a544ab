import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createAuthManager } from './auth-manager.ts'
import { type ExternalCommandOptions, externalTokensFromCommand } from './external-command.ts'
import type { ExternalTokens } from './external-tokens.ts'
import { bothSteps, canary, chatgptFile, jwt, temporaryHome } from './sign-in.fixture.ts'

function ask(command: string | readonly string[], options?: ExternalCommandOptions): Promise<ExternalTokens> {
  const { signal } = new AbortController()
  return externalTokensFromCommand(command, options)({ reason: 'initial', accountId: undefined, signal })
}

/** A program as a list, so that no shell starts it. */
function node(script: string): string[] {
  return [process.execPath, '-e', script]
}

describe('a program that prints tokens', () => {
  it('signs the user in, and is run again after a 401 answer', async () => {
    await using home = await temporaryHome()
    const script = join(home.path, 'tokens.sh')
    const printed = (serial: string): string => JSON.stringify({ access_token: jwt(serial), account_id: 'account-1' })
    await writeFile(
      script,
      `[ "$CODEX_EXTERNAL_AUTH_REASON" = initial ] && echo '${printed('1')}' || echo '${printed('2')}'\n`,
    )
    const externalTokens = externalTokensFromCommand(`sh '${script}'`)
    const auth = await createAuthManager({ codexHome: home.path, env: {}, externalTokens })
    expect(auth.current()).toMatchObject({ mode: 'Chatgpt', userId: 'user-1', accountId: 'account-1' })
    expect((await bothSteps(auth)).event).toMatchObject({ outcome: 'recovery_succeeded', stateChanged: true })
    expect(auth.current()?.header.value).toBe(`Bearer ${jwt('2')}`)
    expect(existsSync(home.authFile)).toBe(false)
  })

  it('may print the content of an auth.json', async () => {
    const content = chatgptFile()
    const { id_token: idToken, access_token: token, account_id: accountId } = content.tokens as Record<string, string>
    expect(await ask(node(`console.log(${JSON.stringify(JSON.stringify(content, null, 2))})`))).toEqual({
      accessToken: token,
      idToken,
      accountId,
    })
  })

  it.each([
    ['fails', node(`console.error('${canary}'); process.exit(3)`), 'exit code 3'],
    ['is killed', node(`process.kill(process.pid, 'SIGTERM')`), 'SIGTERM'],
    ['does not exist', ['/nowhere/program'], 'could not be started: ENOENT'],
    ['is an empty list', [], 'could not be started'],
    ['prints text', node(`console.log('${canary}')`), 'something else than a JSON object'],
    ['prints no token', node(`console.log('{"token": "${canary}"}')`), 'without access_token'],
    ['prints without end', node(`setInterval(() => console.log('${canary}'.repeat(1000)), 0)`), 'more than 256 KiB'],
  ])('that %s is an error that quotes nothing', async (_what, command, says) => {
    const error = await ask(command).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toContain(says)
    expect(String(error)).not.toContain(canary)
  })

  it('gives its tokens once it has ended, and what it left in the background is killed', async () => {
    await using home = await temporaryHome()
    const pidFile = join(home.path, 'pid')
    const printed = JSON.stringify({ access_token: jwt('1') })
    const background = [`sleep 600 &`, `sleep 600 >/dev/null &`, `(sleep 600 &) & sleep 600 &`]
    for (const start of background) {
      for (const code of [0, 3]) {
        const asked = ask(`${start} echo $! > '${pidFile}'; echo '${printed}'; exit ${code}`, { timeoutMs: 600_000 })
        if (code === 0) expect((await asked).accessToken).toBe(jwt('1'))
        else await expect(asked).rejects.toThrow('exit code 3')
        const pid = Number(await readFile(pidFile, 'utf8'))
        expect(pid).toBeGreaterThan(0)
        await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false))
      }
    }
  })

  it.skipIf(process.platform !== 'linux')(
    'gives its tokens though a process that left its group keeps its stdout open',
    async () => {
      await using home = await temporaryHome()
      const pidFile = join(home.path, 'pid')
      const printed = JSON.stringify({ access_token: jwt('1') })
      const asked = ask(
        `setsid sh -c 'echo $$ > new; mv new pid; exec sleep 600' & while [ ! -e pid ]; do :; done; echo '${printed}'`,
        {
          timeoutMs: 600_000,
          cwd: home.path,
        },
      )
      expect((await asked).accessToken).toBe(jwt('1'))
      process.kill(Number(await readFile(pidFile, 'utf8')))
    },
  )

  it('that hangs is killed with the processes that it has started', async () => {
    await using home = await temporaryHome()
    const pidFile = join(home.path, 'pid')
    const started = ask(`sleep 600 & echo $! > '${pidFile}'; wait`, { timeoutMs: 300 })
    await expect(started).rejects.toThrow('did not end within 300 ms')
    const pid = Number(await readFile(pidFile, 'utf8'))
    expect(pid).toBeGreaterThan(0)
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false))
  })

  it('is killed when the process that has started it ends', async () => {
    await using home = await temporaryHome()
    const pidFile = join(home.path, 'pid')
    const host = `
      const { externalTokensFromCommand } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))})
      const { existsSync } = await import('node:fs')
      const command = 'echo $$ > new && mv new pid && exec sleep 600'
      externalTokensFromCommand(command)({ reason: 'initial', signal: new AbortController().signal })
      setInterval(() => { if (existsSync('pid')) process.exit() }, 10)
    `
    execFileSync(process.execPath, ['--input-type=module', '-e', host], { cwd: home.path })
    const pid = Number(await readFile(pidFile, 'utf8'))
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false))
  })

  it('is killed when the manager no longer waits for its answer', async () => {
    const externalTokens = externalTokensFromCommand(node('setInterval(() => {}, 1000)'), { timeoutMs: 60_000 })
    const auth = await createAuthManager({ codexHome: '/nowhere', env: {}, externalTokens, externalTimeoutMs: 200 })
    expect(auth.problems[0]?.message).toContain('no tokens within 200 ms')
  })
})

describe('a program that is named', () => {
  /** Writes a program that prints a token of this account. */
  async function place(directory: string, accountId: string): Promise<string> {
    const path = join(directory, 'codex-tokens')
    await mkdir(directory, { recursive: true })
    await writeFile(path, `#!/bin/sh\necho '${JSON.stringify({ access_token: jwt('1'), account_id: accountId })}'\n`)
    await chmod(path, 0o755)
    return path
  }
  const system = ['/usr/bin', '/bin']
  const searchPath = (...entries: string[]): string => [...entries, ...system].join(delimiter)

  it.each([
    [['codex-tokens']],
    ['codex-tokens'],
    [['env', 'codex-tokens']],
    [['./codex-tokens']],
    [['bin/codex-tokens']],
  ])('is not found in the working directory: %j', async command => {
    await using home = await temporaryHome()
    await place(home.path, 'stranger')
    await place(join(home.path, 'bin'), 'stranger')
    const env = { PATH: searchPath('', '.', './', 'bin') }
    await expect(ask(command, { env, cwd: home.path })).rejects.toThrow(/could not be started: ENOENT|exit code 127/)
  })

  it.each([[['codex-tokens']], ['codex-tokens']])(
    'is found in an absolute entry behind a relative one: %j',
    async command => {
      await using home = await temporaryHome()
      await place(home.path, 'stranger')
      const mine = join(home.path, 'mine')
      await place(mine, 'mine')
      const env = { PATH: searchPath('.', mine) }
      expect((await ask(command, { env, cwd: home.path })).accountId).toBe('mine')
    },
  )

  it('is looked up once', async () => {
    await using home = await temporaryHome()
    const [first, second] = [join(home.path, 'first'), join(home.path, 'second')]
    await place(second, 'second')
    const tokens = externalTokensFromCommand(['codex-tokens'], { env: { PATH: searchPath(first, second) } })
    const asked = () => tokens({ reason: 'initial', accountId: undefined, signal: new AbortController().signal })
    expect((await asked()).accountId).toBe('second')
    await place(first, 'first')
    expect((await asked()).accountId).toBe('second')
  })
})

/** Whether a process runs. A killed process whose parent is gone stays a zombie where process 1 does not reap it. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
