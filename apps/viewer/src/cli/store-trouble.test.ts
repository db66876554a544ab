import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Store } from '../store/store.ts'
import { CAPTURES, capturesOf, importPaths, testFolder } from '../testing.fixture.ts'
import { parseCommandLine } from './command-line.ts'
import { storeFile } from './store-file.ts'

const CLI = new URL('../cli.ts', import.meta.url).pathname
const [CAPTURE = ''] = capturesOf('a-simple')

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

function run(args: readonly string[], options: SpawnSyncOptions = {}): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], options)
  return { code: status, stdout: String(stdout), stderr: String(stderr) }
}

/** The superuser may write everything: a program of another user may not. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
const canTryPermissions = process.platform !== 'win32' && run(['--version'], NOBODY).code === 0

async function storeIn(folder: string): Promise<string> {
  const db = join(folder, 'store.db')
  await using store = await Store.open(db)
  await importPaths(store, CAPTURE)
  return db
}

describe.skipIf(!canTryPermissions)('of a store that may not be written', () => {
  it('import says which file it is and what to do, and the sessions in it are listed', async () => {
    const folder = testFolder()
    const db = await storeIn(folder)
    chmodSync(db, 0o444)
    chmodSync(folder, 0o555)
    onTestFinished(() => chmodSync(folder, 0o700))
    expect(run(['import', CAPTURE, '--db', db], NOBODY)).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: `codex-otel-viewer: ${db} cannot be written: permission denied; make it writable, or name another file with --db.\n`,
    })
    const listed = run(['sessions', '--db', db], NOBODY)
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(listed.stdout).toContain('Say hello please')
    expect(readdirSync(folder)).toEqual(['store.db'])
  })

  it('its folder is named where the file itself may be written', async () => {
    const folder = testFolder()
    const db = await storeIn(folder)
    if (NOBODY.uid !== undefined) chownSync(db, NOBODY.uid, NOBODY.gid)
    chmodSync(folder, 0o555)
    onTestFinished(() => chmodSync(folder, 0o700))
    expect(run(['import', CAPTURE, '--db', db], NOBODY).stderr).toBe(
      `codex-otel-viewer: ${db} cannot be used: its folder has to be writable for the files beside it (permission denied); make it so, or name another file with --db.\n`,
    )
  })

  it('one that may not be read either is named', async () => {
    const folder = testFolder()
    chmodSync(folder, 0o755)
    const db = await storeIn(folder)
    chmodSync(db, 0o000)
    for (const args of [['sessions'], ['import', CAPTURE]]) {
      expect(run([...args, '--db', db], NOBODY).stderr).toBe(
        `codex-otel-viewer: ${db} cannot be read: permission denied; name another file with --db.\n`,
      )
    }
  })

  it('a folder that may not be made is named', () => {
    const folder = testFolder()
    chmodSync(folder, 0o555)
    onTestFinished(() => chmodSync(folder, 0o700))
    const db = join(folder, 'new', 'store.db')
    expect(run(['import', CAPTURE, '--db', db], NOBODY).stderr).toBe(
      `codex-otel-viewer: cannot make the folder ${join(folder, 'new')} for ${db}: permission denied; name another file with --db.\n`,
    )
  })
})

/** A file system of its own, in memory; `undefined` where this user may mount none. */
function mounted(options: string): { path: string; remount(options: string): void } | undefined {
  const path = testFolder()
  if (process.platform !== 'linux') return undefined
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', path]).status !== 0) return undefined
  onTestFinished(() => void spawnSync('umount', [path]))
  return { path, remount: more => void spawnSync('mount', ['-o', `remount,${more}`, path]) }
}

it('an import into a full disk names it, and what came in before stays', context => {
  const disk = mounted('size=600k')
  if (disk === undefined) return context.skip()
  const db = join(disk.path, 'store.db')
  const full = `codex-otel-viewer: the disk of ${db} is full; make room there, or name a file on another disk with --db.\n`
  expect(run(['import', CAPTURES, '--db', db])).toEqual({ code: 1, stdout: '', stderr: full })
  expect(run(['sessions', '--db', db]).stdout).toMatch(/^when .*\n.*\n/)
  disk.remount('size=20m')
  expect(run(['import', CAPTURES, '--db', db])).toMatchObject({ code: 0, stderr: '' })
})

it('an import into a disk that is read alone says so, and the sessions on it are listed', async context => {
  const disk = mounted('size=20m')
  if (disk === undefined) return context.skip()
  const db = await storeIn(disk.path)
  disk.remount('ro')
  expect(run(['import', CAPTURE, '--db', db]).stderr).toBe(
    `codex-otel-viewer: ${db} cannot be written: read-only file system; make it writable, or name another file with --db.\n`,
  )
  expect(run(['sessions', '--db', db]).stdout).toContain('Say hello please')
})

describe('the name of a store', () => {
  it('may begin with the sign for the home folder, which a shell may leave as it is', () => {
    expect(storeFile('~/kept.db')).toBe(join(homedir(), 'kept.db'))
    expect(storeFile('~other/kept.db')).toBe(join(process.cwd(), '~other/kept.db'))
  })

  it('is no empty text, as of a variable that is not set', async () => {
    await expect(parseCommandLine(['clear', '--yes', '--db', ''])).rejects.toThrow(
      "option '--db <file>' argument '' is invalid. Name a file, or leave the option out.",
    )
    const env = { ...process.env, CODEX_OTEL_VIEWER_DB: '', XDG_STATE_HOME: testFolder() }
    expect(run(['sessions'], { env }).stderr).toContain(`there is no store at ${env.XDG_STATE_HOME}`)
  })

  it('is in the home folder of the user, and never depends on where the program is started', () => {
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    vi.stubEnv('XDG_STATE_HOME', 'state')
    const usual = join('.local', 'state', 'codex-otel-viewer', 'store.db')
    expect(storeFile(undefined)).toBe(join(homedir(), usual))
    vi.stubEnv('HOME', '')
    expect(storeFile(undefined)).toBe(join(userInfo().homedir, usual))
  })

  it.skipIf(process.platform === 'win32')('is no link to what is not there', () => {
    const folder = testFolder()
    const link = join(folder, 'link.db')
    const target = join(folder, 'gone', 'store.db')
    symlinkSync(target, link)
    expect(() => storeFile(link)).toThrow(
      `${link} is a link to ${target}, which is not there. Mend the link, or name a file with --db.`,
    )
    mkdirSync(join(folder, 'gone'))
    writeFileSync(target, '')
    expect(storeFile(link)).toBe(link)
    rmSync(target)
  })

  it('below a file is a place without a store', () => {
    const file = join(testFolder(), 'file')
    writeFileSync(file, '')
    const db = join(file, 'store.db')
    expect(run(['sessions', '--db', db]).stderr).toContain(`there is no store at ${db} yet.`)
    expect(run(['import', CAPTURE, '--db', db]).stderr).toContain(`cannot make ${db}: not a directory;`)
  })
})
