import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { recodeRequest } from '@codex/otlp-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { Store } from '../store/store.ts'
import { capturedBody, testFolder } from '../testing.fixture.ts'

const CLI = new URL('../cli.ts', import.meta.url).pathname

describe('a signal in the middle of an import', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s keeps what is in, and the program exits with %i', async (signal, code) => {
    const db = join(testFolder(), 'store.db')
    const child = spawn(process.execPath, [CLI, 'import', '-', '--json', '--db', db])
    onTestFinished(() => void child.kill('SIGKILL'))
    let stdout = ''
    child.stdout.on('data', text => {
      stdout += text
    })
    let stderr = ''
    child.stderr.on('data', text => {
      stderr += text
    })
    const line = `${Buffer.from(recodeRequest('logs', capturedBody('a-simple', 'logs'), 'binary', 'json')).toString()}\n`
    // The program leaves while the rest is in the pipe.
    child.stdin.on('error', () => {})
    // More than a block of lines, and then nothing: standard input stays open.
    child.stdin.write(line.repeat(200))
    await expect.poll(() => eventsIn(db), { interval: 200 }).toBeGreaterThan(0)
    child.kill(signal)
    expect(await once(child, 'close'), stderr).toEqual([code, null])
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ cancelled: true, refused: [] })
    expect(report.logs).toBeGreaterThan(0)
    expect(stderr).toContain('cancelled; kept')
    await using store = await Store.openToRead(db)
    expect(await store.countRecords(undefined)).toBe(report.logs)
  })
})

async function eventsIn(db: string): Promise<number> {
  try {
    await using store = await Store.openToRead(db)
    return (await store.query('sessions', { ...ALL_TIME, limit: 9 })).reduce((sum, { events }) => sum + events, 0)
  } catch {
    return 0
  }
}

it.skipIf(process.platform === 'win32').each(['import', 'open'])(
  '%s of a named pipe that nothing is written to ends with the first signal',
  async command => {
    const folder = testFolder()
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const env = { ...process.env, TMPDIR: folder, CODEX_OTEL_VIEWER_DB: join(folder, 'store.db') }
    const child = spawn(process.execPath, [CLI, command, pipe], { env })
    onTestFinished(() => void child.kill('SIGKILL'))
    let stderr = ''
    child.stderr.on('data', text => {
      stderr += text
    })
    await expect.poll(() => opens(child.pid, pipe)).toBe(true)
    child.kill('SIGTERM')
    expect(await once(child, 'close'), stderr).toEqual([143, null])
  },
)

/** Whether a process has a file open. */
function opens(pid: number | undefined, path: string): boolean {
  if (!existsSync('/proc/self/fd')) return spawnSync('lsof', ['-p', String(pid), path]).status === 0
  return readdirSync(`/proc/${pid}/fd`).some(fd => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === path
    } catch {
      return false
    }
  })
}

it('a named pipe is read to the end of what is written to it', async () => {
  if (process.platform === 'win32') return
  const folder = testFolder()
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const child = spawn(process.execPath, [CLI, 'import', pipe, '--json', '--db', join(folder, 'store.db')])
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  child.stdout.on('data', text => {
    stdout += text
  })
  await writeFile(pipe, capturedBody('a-simple', 'logs'))
  expect(await once(child, 'close')).toEqual([0, null])
  expect(JSON.parse(stdout)).toMatchObject({ logs: 18, refused: [], cancelled: false })
})

describe('a viewer whose parent is killed', () => {
  const ARGS = ['--otlp-http', '0', '--otlp-grpc', '0', '--port', '0', '--memory']

  /** Starts a process that starts a viewer and passes on what it prints; kills the first. @returns the viewer's id and page */
  async function orphan(stdio: string): Promise<{ pid: number; page: string }> {
    const start = `const { spawn } = require('node:child_process')
      const viewer = spawn(process.execPath, ${JSON.stringify([CLI, ...ARGS])}, { stdio: ['ignore', 'inherit', 'inherit', '${stdio}'] })
      process.stderr.write(viewer.pid + '\\n')
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--eval', start])
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [[pid], [line]] = await Promise.all([once(parent.stderr, 'data'), once(parent.stdout, 'data')])
    const viewer = { pid: Number(String(pid).split('\n')[0]), page: (JSON.parse(line) as { page: string }).page }
    onTestFinished(() => {
      if (isThere(viewer.pid)) process.kill(viewer.pid, 'SIGKILL')
    })
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    return viewer
  }

  it('ends, where the two have a channel', async () => {
    const { pid } = await orphan('ipc')
    await expect.poll(() => isThere(pid)).toBe(false)
  })

  it('stays, where a person started it', async () => {
    const { pid, page } = await orphan('ignore')
    for (let asked = 0; asked < 3; asked++) expect((await fetch(page)).status).toBe(200)
    expect(isThere(pid)).toBe(true)
  })
})

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('on a runtime without the SQLite that it needs', () => {
  it.each([
    ['Node 22.15.9', { node: '22.15.9' }],
    ['Node 18.20.8', { node: '18.20.8' }],
    ['Bun 1.3.0', { node: '24.3.0', bun: '1.3.0' }],
  ])('the program says in one sentence that %s is too old or another one', (name, versions) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: ${JSON.stringify(versions)} })`
    const preload = `data:text/javascript,${encodeURIComponent(pretend)}`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', preload, CLI, 'sessions'])
    expect(status).toBe(2)
    expect(stdout.toString()).toBe('')
    expect(stderr.toString()).toBe(
      `codex-otel-viewer needs Node 22.16 or newer, for the SQLite with full-text search that is part of it; this is ${name}.\n`,
    )
  })

  it('the program runs on the oldest one that it names', () => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.16.0' } })`
    const preload = `data:text/javascript,${encodeURIComponent(pretend)}`
    expect(spawnSync(process.execPath, ['--import', preload, CLI, '--version']).status).toBe(0)
  })
})
