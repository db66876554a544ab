import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { recodeRequest } from '@codex/otlp-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { Store } from '../store/store.ts'
import { capturedBody, testFolder } from '../testing.fixture.ts'

const CLI = new URL('../cli.ts', import.meta.url).pathname

describe('a signal in the middle of an import', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s keeps what is in, and the program exits with 130', async signal => {
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
    expect(await once(child, 'close'), stderr).toEqual([130, null])
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
