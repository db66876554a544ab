import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../tools/run-command.ts'
import { type BubblewrapOptions, findBubblewrap } from './bubblewrap.ts'
import { createSandbox } from './sandbox.ts'
import { sandboxOutcome } from './sandbox-outcome.ts'

const { signal } = new AbortController()
const searchPath = process.env.PATH ?? ''
const isInstalled = searchPath
  .split(delimiter)
  .some(directory => isAbsolute(directory) && existsSync(join(directory, 'bwrap')))

let home: string
let work: string
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-')))
  work = join(home, 'work')
  mkdirSync(work)
  mkdirSync(join(home, 'bin'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** Puts a program of this name into a directory that comes first in PATH. */
function fake(script: string, directory = join(home, 'bin')): void {
  writeFileSync(join(directory, 'bwrap'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(directory, 'bwrap'), 0o755)
}
const options = (more: Partial<BubblewrapOptions> = {}): BubblewrapOptions => ({
  policy: 'read-only',
  cwd: work,
  codexHome: join(home, '.codex'),
  env: { ...process.env, PATH: `${join(home, 'bin')}:/usr/bin:/bin` },
  signal,
  ...more,
})

describe('findBubblewrap finds no sandbox', () => {
  const SKIP_OPTIONS = 'while [ "$1" != -- ]; do shift; done; shift'

  it.each([
    [
      'fails',
      'echo "bwrap: No permissions to create a new namespace" >&2; exit 1',
      'bwrap does not work here: bwrap: No permissions to create a new namespace',
    ],
    ['does nothing', 'exit 0', 'bwrap does not work here: Process exited with code 0'],
    ['runs the command as it is', `${SKIP_OPTIONS}; exec "$@"`, 'bwrap runs a command and does not confine it'],
    [
      'prints what a trial prints, and writes',
      `${SKIP_OPTIONS}; echo confined; touch "$TRIAL_DIRECTORY/written"`,
      'bwrap runs a command and does not confine it',
    ],
    ['does not end', 'sleep 600', 'bwrap does not work here: Process did not end within 0.2 seconds and was killed'],
    ['is no program', 'exit 0\n#', undefined],
  ])('where bwrap %s', async (what, script, reason) => {
    fake(script)
    if (what === 'is no program') chmodSync(join(home, 'bin', 'bwrap'), 0o644)
    const { PATH } = { PATH: join(home, 'bin') }
    const env = { ...process.env, PATH: what === 'is no program' ? PATH : `${PATH}:/usr/bin:/bin` }
    const found = await findBubblewrap(options({ env, timeLimitMs: what === 'does not end' ? 200 : undefined }))
    expect(found).toEqual({ reason: reason ?? 'there is no bwrap in PATH' })
  })

  it('in the working directory or a relative entry of PATH', async () => {
    const started = join(home, 'started')
    mkdirSync(join(work, 'bin'))
    for (const directory of [work, join(work, 'bin')]) fake(`touch ${started}`, directory)
    const env = { PATH: [work, join(work, 'bin'), '.', 'bin', ''].join(delimiter) }
    expect(await findBubblewrap(options({ env }))).toEqual({ reason: 'there is no bwrap in PATH' })
    expect(existsSync(started)).toBe(false)
  })

  it('for the working directory /', async () => {
    fake('exit 0')
    const found = await findBubblewrap(options({ policy: 'workspace-write', cwd: '/' }))
    expect(found.reason).toContain('the working directory is /')
  })

  it('without a trial where the policy needs none, and with one trial where it needs one', async () => {
    const tried = join(home, 'tried')
    fake(`echo x >>${tried}; exit 1`)
    const { cwd, codexHome, env } = options()
    const open = createSandbox({ cwd, codexHome, env, policy: 'danger-full-access' })
    expect(await open.working(signal)).toBeUndefined()
    expect(open.reason).toBeUndefined()
    expect(existsSync(tried)).toBe(false)
    const closed = createSandbox({ cwd, codexHome, env, policy: 'read-only' })
    for (let i = 0; i < 2; i++) expect(await closed.working(signal)).toBeUndefined()
    expect(closed.reason).toContain('bwrap does not work here')
    expect(readFileSync(tried, 'utf8')).toBe('x\n')
  })

  it('when the user stops the trial', async () => {
    fake('sleep 600')
    const stop = new AbortController()
    const trial = findBubblewrap(options({ signal: stop.signal }))
    stop.abort(new Error('stopped'))
    await expect(trial).rejects.toThrow('stopped')
  })
})

describe('the arguments of bwrap under workspace-write', () => {
  /** Which way each path can be used in the end: the last mount that covers it decides. */
  function accessOf(path: string, prefix: readonly string[]): string | undefined {
    const mounts = prefix.flatMap((arg, index) => {
      const at = prefix[index + 2] ?? ''
      return /^--(ro-)?bind(-try)?$/.test(arg) && `${path}/`.startsWith(at === '/' ? '/' : `${at}/`) ? [arg] : []
    })
    return mounts.at(-1)
  }
  const confining = `while [ "$1" != -- ]; do shift; done
case "$4" in *TRIAL_DIRECTORY*) echo confined;; esac`

  async function prefixFor(more: Partial<BubblewrapOptions> = {}): Promise<readonly string[]> {
    fake(confining)
    const { prefix, reason } = await findBubblewrap(options({ policy: 'workspace-write', ...more }))
    expect(reason).toBeUndefined()
    return prefix ?? []
  }

  it.each([
    ['the working directory', '.'],
    ['below it', 'home'],
    ['below it, with a name that begins with dots', '..home'],
    ['its .codex', '.codex'],
    ['below it, and missing', 'missing/home'],
  ])('protect $CODEX_HOME where it is %s', async (_where, name) => {
    const codexHome = join(work, name)
    if (!name.startsWith('missing')) mkdirSync(codexHome, { recursive: true })
    const prefix = await prefixFor({ codexHome })
    expect(accessOf(join(codexHome, 'config.toml'), prefix)).toBe('--ro-bind')
    expect(accessOf(join(work, 'file'), prefix)).toBe(name === '.' ? '--ro-bind' : '--bind')
  })

  it('protect $CODEX_HOME where a link outside leads into the working directory', async () => {
    const real = join(work, 'dotfiles')
    mkdirSync(real)
    const codexHome = join('/var/tmp', `codex-home-${process.pid}`)
    symlinkSync(real, codexHome)
    try {
      const prefix = await prefixFor({ codexHome })
      expect(accessOf(join(real, 'config.toml'), prefix)).toBe('--ro-bind')
    } finally {
      rmSync(codexHome)
    }
  })

  it('let a command write in a working directory below $CODEX_HOME, and not beside it', async () => {
    const prefix = await prefixFor({ codexHome: home })
    expect(accessOf(join(home, 'config.toml'), prefix)).toBe('--ro-bind')
    expect(accessOf(join(work, 'file'), prefix)).toBe('--bind')
    expect(accessOf(join(work, '.git', 'config'), prefix)).toBe('--ro-bind')
  })

  it.each(['.git', '.codex'])('protect %s, present or missing', async name => {
    const missing = await prefixFor()
    expect(accessOf(join(work, name, 'config'), missing)).toBe('--ro-bind')
    // The mount needs a directory to stand on.
    expect(readdirSync(join(work, name))).toEqual([])
    writeFileSync(join(work, name, 'config'), '')
    expect(await prefixFor()).toEqual(missing)
  })

  it('protect the repository in the working directory that a .git file names', async () => {
    mkdirSync(join(work, 'modules'))
    writeFileSync(join(work, '.git'), 'gitdir: ./modules\n')
    const prefix = await prefixFor()
    expect(accessOf(join(work, '.git'), prefix)).toBe('--ro-bind')
    expect(accessOf(join(work, 'modules', 'config'), prefix)).toBe('--ro-bind')
  })

  it.each(['.git', '.codex', 'home'])('are none where %s is a link in the working directory', async name => {
    symlinkSync(join(home, 'bin'), join(work, name))
    fake(confining)
    const found = await findBubblewrap(options({ policy: 'workspace-write', codexHome: join(work, 'home') }))
    expect(found).toEqual({ reason: `${join(work, name)} is a link, which a command could replace` })
  })

  it('leave no directory behind when the agent ends, except one that is in use', async () => {
    mkdirSync(join(work, '.codex'))
    const script = `const { protectedPaths } = await import(process.argv[1])
      protectedPaths(process.argv[2], process.argv[2], [])`
    const run = promisify(execFile)
    const module = new URL('./protected-paths.ts', import.meta.url).href
    await run(process.execPath, ['--input-type=module', '-e', script, module, work])
    expect(readdirSync(work)).toEqual(['.codex'])
    const used = `${script}
      ;(await import('node:fs')).writeFileSync(process.argv[2] + '/.git/HEAD', '')`
    await run(process.execPath, ['--input-type=module', '-e', used, module, work])
    expect(readdirSync(work)).toEqual(['.codex', '.git'])
  })
})

describe('an outcome of a sandbox', () => {
  const result = { ending: 'Process exited with code 1', finished: true, timedOut: false, output: '', durationMs: 1 }
  it.each([
    ['touch: cannot touch x: Read-only file system', 'denied'],
    ['curl: (6) Could not resolve host: example.com', 'denied'],
    ['cat: /etc/shadow: Permission denied', undefined],
    ['', undefined],
  ])('after a command that failed with %j is %s', (output, outcome) => {
    expect(sandboxOutcome({ ...result, output })).toBe(outcome)
  })

  it('is absent for a command that succeeded or was stopped by the user, and timed_out for one that took too long', () => {
    const output = 'Read-only file system'
    expect(sandboxOutcome({ ...result, output, ending: 'Process exited with code 0' })).toBeUndefined()
    expect(sandboxOutcome({ ...result, output, finished: false })).toBeUndefined()
    expect(sandboxOutcome({ ...result, finished: false, timedOut: true })).toBe('timed_out')
  })
})

const real = isInstalled
  ? await findBubblewrap({ policy: 'read-only', cwd: tmpdir(), codexHome: '/nowhere', env: process.env, signal })
  : { reason: 'bwrap is not installed' }

describe.skipIf(real.reason !== undefined)(
  `the real bwrap${real.reason === undefined ? '' : `, skipped: ${real.reason}`}`,
  () => {
    async function run(policy: BubblewrapOptions['policy'], command: string, more: Partial<BubblewrapOptions> = {}) {
      const env = { ...process.env, TMPDIR: undefined }
      const { prefix, reason } = await findBubblewrap(options({ policy, env, ...more }))
      expect(reason).toBeUndefined()
      const result = await runCommand({ command, prefix, cwd: work, env, signal })
      return { ...result, outcome: sandboxOutcome(result) }
    }

    it('lets a command read, and not write, under read-only', async () => {
      writeFileSync(join(work, 'file'), 'read me')
      expect(await run('read-only', 'cat file; pwd')).toMatchObject({ output: `read me${work}\n`, outcome: undefined })
      for (const path of [join(work, 'new'), join(home, 'new'), join(tmpdir(), 'new-of-a-test')]) {
        expect(await run('read-only', `touch ${path}`)).toMatchObject({
          ending: 'Process exited with code 1',
          outcome: 'denied',
        })
        expect(existsSync(path)).toBe(false)
      }
    })

    it('lets a command write in the working directory under workspace-write, except files that decide which code runs there', async () => {
      mkdirSync(join(work, '.codex'))
      expect(await run('workspace-write', 'echo new >new')).toMatchObject({ ending: 'Process exited with code 0' })
      expect(readFileSync(join(work, 'new'), 'utf8')).toBe('new\n')
      for (const path of ['.git/hook', '.codex/config.toml', '/etc/new-of-a-test']) {
        expect((await run('workspace-write', `touch ${path}`)).outcome).toBe('denied')
      }
      const inside = await run('workspace-write', 'touch home/auth.json', { codexHome: join(work, 'home') })
      expect(inside.outcome).toBe('denied')
      expect((await run('workspace-write', 'touch auth.json', { codexHome: work })).outcome).toBe('denied')
    })

    it('gives a command no network, and no view of other processes', async () => {
      expect((await run('workspace-write', 'exec 3<>/dev/tcp/127.0.0.1/1')).ending).not.toContain('code 0')
      expect((await run('read-only', 'ls /proc | grep -c "^[0-9]"')).output.trim()).toMatch(/^[1-9]$/)
    })

    it('ends the processes of a command when the command is stopped', async () => {
      const stop = new AbortController()
      const { prefix } = await findBubblewrap(options({ policy: 'workspace-write', env: process.env }))
      const seconds = `600.${process.pid}`
      const command = `echo started >started; sleep ${seconds} & wait`
      const running = runCommand({ command, prefix, cwd: work, env: process.env, signal: stop.signal })
      const sleeps = (): number => processes().filter(line => line === `sleep ${seconds}`).length
      await expect.poll(sleeps).toBe(1)
      stop.abort()
      expect((await running).finished).toBe(false)
      await expect.poll(sleeps).toBe(0)
    })
  },
)

/** The command lines of all processes. */
function processes(): string[] {
  return readdirSync('/proc').flatMap(name => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ').trim()] : []
    } catch {
      return []
    }
  })
}
