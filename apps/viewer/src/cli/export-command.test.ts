import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { expect, it, onTestFinished } from 'vitest'
import { Store } from '../store/store.ts'
import { CAPTURES, capturesOf, importPaths, testFolder } from '../testing.fixture.ts'

const CLI = new URL('../cli.ts', import.meta.url).pathname

interface Exported {
  code: number
  stdout: string
  stderr: string
}

async function storeFile(): Promise<string> {
  const path = join(testFolder(), 'store.db')
  await using store = await Store.open(path)
  await importPaths(store, ...capturesOf('a-simple'))
  return path
}

async function exportTo({ logsUrl }: Receiver, db: string, headers = '', ...more: string[]): Promise<Exported> {
  const to = logsUrl.replace('/v1/logs', '')
  const env = { ...process.env, OTEL_EXPORTER_OTLP_HEADERS: headers }
  const child = spawn(process.execPath, [CLI, 'export', '--to', to, '--db', db, ...more], { env })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, stdout, stderr }
}

it('the history of a store is sent to the receiver that the user names', async () => {
  const target = await startReceiver()
  onTestFinished(() => target.close())
  const { code, stdout, stderr } = await exportTo(target, await storeFile(), 'x-team=a%20b')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^sent 18 records to http:\/\/127\.0\.0\.1:\d+ in .*\n$/)])
  expect(stderr).toBe('the export has what was said and done in the sessions; --redact leaves that out\n')
  expect(target.logs).toHaveLength(18)
  expect(target.requests[0]?.headers['x-team']).toBe('a b')
})

it('a refusal is shown with what to change, and no header in it', async () => {
  const target = await startReceiver()
  onTestFinished(() => target.close())
  target.misbehave({ answer: { status: 401, message: 'no such team' } })
  const { code, stdout, stderr } = await exportTo(target, await storeFile(), 'x-key=hunter2')
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /^sent 0 records .*\nthe rest was not taken: HTTP 401: no such team\n.*OTEL_EXPORTER_OTLP_HEADERS\n$/,
  )
  expect(stdout + stderr).not.toContain('hunter2')
})

it('headers that are none are named by their place', async () => {
  const target = await startReceiver()
  onTestFinished(() => target.close())
  const { code, stderr } = await exportTo(target, await storeFile(), 'a=b,hunter 2=x')
  expect([code, stderr]).toEqual([2, expect.stringContaining('entry 2 of OTEL_EXPORTER_OTLP_HEADERS is no header')])
  expect(stderr).not.toContain('hunter')
  expect(target.requests).toEqual([])
})

it('a file that is broken off is not left behind', async () => {
  const db = join(testFolder(), 'store.db')
  {
    await using store = await Store.open(db)
    await importPaths(store, CAPTURES)
  }
  const interrupt = `import fs from 'node:fs'
    const { createWriteStream } = fs
    fs.createWriteStream = (...args) => {
      process.nextTick(() => process.kill(process.pid, 'SIGINT'))
      return createWriteStream(...args)
    }
    ;(await import('node:module')).syncBuiltinESMExports()`
  const env = { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(interrupt)}` }
  const folder = testFolder()
  const child = spawn(process.execPath, [CLI, 'export', '--db', db, '-o', join(folder, 'all.jsonl')], { env })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  expect([code, stderr]).toEqual([130, expect.stringContaining('cancelled; there is no file\n')])
  expect(readdirSync(folder)).toEqual([])
})

it('one session is chosen by the beginning of its id', async () => {
  const child = spawn(process.execPath, [CLI, 'export', '--session', '01a2', '--db', await storeFile()])
  onTestFinished(() => void child.kill('SIGKILL'))
  const [written, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect(code).toBe(0)
  expect(written).toMatch(/"conversation.id".*01a2/)
})
