import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type RecordOf, recodeRequest, type SignalName } from '@codex/otlp-receiver'
import { beforeAll, describe, expect, it } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { recordsOf } from '../store/chunk.ts'
import { openToRead } from '../store/open-database.ts'
import { Store } from '../store/store.ts'
import { CAPTURES, capturesOf, importPaths, SCENARIOS, testFolder, testStore } from '../testing.fixture.ts'
import { exportRecords } from './export-files.ts'
import { importFiles } from './import-files.ts'
import { listFiles } from './list-files.ts'

const signalOf = (file: string): SignalName => /(logs|metrics|traces)\.bin/.exec(file)?.[1] as SignalName
const bodyOf = (file: string): Buffer => gunzipSync(readFileSync(file))

/** All records of a store by signal, in the order in which they came in. */
async function recordsIn(store: Store): Promise<Record<SignalName, unknown[]>> {
  const records: Record<SignalName, unknown[]> = { logs: [], metrics: [], traces: [] }
  for await (const { signal, messages } of store.export({ encoding: 'binary', session: undefined, redact: false })) {
    for (const message of messages) records[signal].push(...recordsOf({ signal, encoding: 'binary', body: message }))
  }
  return records
}

async function exported(store: Store, options: Partial<Parameters<typeof exportRecords>[1]> = {}): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  const choice = { format: 'json' as const, session: undefined, redact: false, ...options }
  await exportRecords(store, choice, async bytes => void pieces.push(bytes))
  return Buffer.concat(pieces)
}

async function firstSession(store: Store): Promise<string> {
  const [session] = await store.query('sessions', { ...ALL_TIME, limit: 1 })
  return session?.conversation_id ?? ''
}

describe('the captures of the Codex CLI', () => {
  const found: Record<string, { events: Record<string, number>; inputTokens: number; errors: number }> = {}

  // One store for all of them: a scenario is what its import has added.
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'codex-otel-viewer-test-'))
    const path = join(folder, 'store.db')
    await using store = await Store.open(path)
    const db = openToRead(path)
    let before = 0
    for (const scenario of Object.keys(SCENARIOS)) {
      await importPaths(store, ...capturesOf(scenario))
      const rows = db.prepare('SELECT * FROM codex_events WHERE event_id > ?').all(before) as Record<string, unknown>[]
      const added = { events: {} as Record<string, number>, inputTokens: 0, errors: 0 }
      for (const { event_id, event_name, input_tokens, error_message } of rows) {
        before = event_id as number
        if (event_name === null) continue
        added.events[String(event_name)] = (added.events[String(event_name)] ?? 0) + 1
        added.inputTokens += Number(input_tokens)
        added.errors += Number(error_message !== null)
      }
      found[scenario] = added
    }
    db.close()
    rmSync(folder, { recursive: true })
  })

  it.each(Object.entries(SCENARIOS))('%s give the events that were observed', (scenario, expected) => {
    expect(found[scenario]).toEqual(expected)
  })
})

describe('an export', () => {
  it.each(['json', 'proto'] as const)(
    'in %s has every record as it came in, and so does the store that reads it',
    async format => {
      const store = await testStore()
      const files = capturesOf('b-tool-ok')
      await importPaths(store, ...files)
      const came: Record<SignalName, RecordOf<SignalName>[]> = { logs: [], metrics: [], traces: [] }
      for (const file of files)
        came[signalOf(file)].push(...recordsOf({ signal: signalOf(file), encoding: 'binary', body: bodyOf(file) }))
      expect(came.logs).toHaveLength(28)
      expect(came.traces).toHaveLength(576)
      expect(await recordsIn(store)).toEqual(came)

      const file = join(testFolder(), `all.${format}`)
      writeFileSync(file, await exported(store, { format }))
      const second = await testStore()
      expect(await importPaths(second, file)).toMatchObject({ logs: 28, traces: 576, refused: [] })
      expect(await recordsIn(second)).toEqual(came)
    },
  )

  it('of one session has its log records and spans alone', async () => {
    const store = await testStore()
    await importPaths(store, ...capturesOf('b-tool-two'), ...capturesOf('b-tool-ok'))
    const [first, second] = await store.query('sessions', { ...ALL_TIME, limit: 3 })
    expect([first?.events, second?.events]).toEqual([33, 27])
    const alone = await testStore()
    const file = join(testFolder(), 'one.jsonl')
    writeFileSync(file, await exported(store, { session: second?.conversation_id }))
    const report = await importPaths(alone, file)
    expect(report.logs).toBe(27)
    expect(report.traces).toBeGreaterThan(0)
    expect((await alone.query('sessions', { ...ALL_TIME, limit: 3 })).map(row => row.conversation_id)).toEqual([
      second?.conversation_id,
    ])
  })

  it('with redaction has no prompt, argument or output, and all the rest', async () => {
    const store = await testStore()
    await importPaths(store, ...capturesOf('b-tool-ok'), ...capturesOf('g-prompt-true'))
    const plain = (await exported(store)).toString()
    const redacted = (await exported(store, { redact: true })).toString()
    for (const text of ['Run echo', 'echo hi-from-tool', 'My secret prompt']) {
      expect(plain).toContain(text)
      expect(redacted).not.toContain(text)
    }
    expect(redacted.match(/"event\.name"/g)).toHaveLength(plain.match(/"event\.name"/g)?.length ?? 0)
    expect(redacted).toContain('exec_command')
  })
})

describe('the same data a second time', () => {
  it('adds nothing, whatever its file is called and in whichever format it is', async () => {
    const store = await testStore()
    const files = [...capturesOf('b-tool-ok'), ...capturesOf('a-simple-json')]
    const first = await importPaths(store, ...files)
    const total = first.logs + first.metrics + first.traces
    expect(await importPaths(store, ...files)).toMatchObject({ logs: 0, known: 0, knownFiles: files })
    const folder = testFolder()
    for (const format of ['json', 'proto'] as const) {
      writeFileSync(join(folder, format), await exported(store, { format }))
      expect(await importPaths(store, join(folder, format))).toMatchObject({
        logs: 0,
        metrics: 0,
        traces: 0,
        known: total,
      })
    }
    expect((await recordsIn(store)).logs).toHaveLength(first.logs)
  })

  it('adds what is new in a file that has grown', async () => {
    const store = await testStore()
    const file = join(testFolder(), 'events.jsonl')
    const lines = ['a-simple', 'b-tool-ok'].map(scenario => {
      const logs = capturesOf(scenario).find(name => name.includes('logs')) ?? ''
      return `${Buffer.from(recodeRequest('logs', bodyOf(logs), 'binary', 'json')).toString()}\n`
    })
    writeFileSync(file, lines[0] ?? '')
    expect(await importPaths(store, file)).toMatchObject({ logs: 18, known: 0 })
    appendFileSync(file, lines[1] ?? '')
    expect(await importPaths(store, file)).toMatchObject({ logs: 28, known: 18 })
  })

  it('keeps both of two equal records of one file', async () => {
    const store = await testStore()
    const [logs = ''] = capturesOf('a-simple')
    const body = bodyOf(logs)
    const file = join(testFolder(), 'twice.bin')
    writeFileSync(file, Buffer.concat([body, body]))
    expect(await importPaths(store, file)).toMatchObject({ logs: 36, known: 0 })
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)))
    expect(await importPaths(store, `${file}.gz`)).toMatchObject({ logs: 0, known: 36 })
  })
})

describe('a file that is not all OTLP', () => {
  it('is read as far as it is, and each other line is named', async () => {
    const store = await testStore()
    const [logs = ''] = capturesOf('a-simple')
    const line = Buffer.from(recodeRequest('logs', bodyOf(logs), 'binary', 'json')).toString()
    const file = join(testFolder(), 'events.jsonl')
    writeFileSync(file, `${line}\n\n{"resourceLogs": 5}\nnonsense\n{"other":1}\r\n${line}`)
    const report = await importPaths(store, file)
    expect(report).toMatchObject({ logs: 36, refusedParts: 3 })
    expect(report.refused.map(({ line }) => line)).toEqual([3, 4, 5])
  })

  it.each([
    ['of text', Buffer.from('hello there, this is no OTLP'), 'this is no OTLP'],
    ['of random bytes', Buffer.from([0x0a, 0xff, 0xff, 0x01]), ''],
    ['that ends in a message', Buffer.from([0, 0, 1, 0, 10, 2]), 'ends in the middle of the message at byte 0'],
    ['of broken gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), ''],
  ])('%s is refused with the reason', async (_kind, bytes, reason) => {
    const store = await testStore()
    const file = join(testFolder(), 'file.bin')
    writeFileSync(file, bytes)
    const report = await importPaths(store, file)
    expect(report).toMatchObject({ logs: 0, refusedParts: 1 })
    expect(report.refused[0]?.reason).toContain(reason)
  })
})

it('a folder is read with all that is below it, and files of other kinds are counted', async () => {
  const store = await testStore()
  const report = await importPaths(store, join(CAPTURES, '..'))
  const events = Object.values(SCENARIOS).flatMap(({ events }) => Object.values(events))
  const stray = report.logs - events.reduce((sum, count) => sum + count, 0)
  expect(report).toMatchObject({ refused: [], otherFiles: 1, traces: 576 })
  // Codex sends records that are no events, too.
  expect(stray).toBeGreaterThan(0)
})

it('an import that is cancelled keeps what is in', async () => {
  const store = await testStore()
  const file = join(testFolder(), 'long.jsonl')
  const [logs = ''] = capturesOf('a-simple')
  const line = Buffer.from(recodeRequest('logs', bodyOf(logs), 'binary', 'json')).toString()
  for (let count = 0; count < 400; count++) appendFileSync(file, `${line}\n`)
  const cancel = new AbortController()
  const report = await importFiles(store, listFiles([file]), ({ added }) => added > 0 && cancel.abort(), cancel.signal)
  expect(report.cancelled).toBe(true)
  expect(report.logs).toBeGreaterThan(0)
  expect(report.logs).toBeLessThan(400 * 18)
  expect((await recordsIn(store)).logs).toHaveLength(report.logs)
  expect(await importPaths(store, file)).toMatchObject({ logs: 400 * 18 - report.logs, known: report.logs })
})

it('a store is for its owner alone, with all of its files', async () => {
  const path = join(testFolder(), 'new', 'folder', 'store.db')
  {
    await using store = await Store.open(path)
    await importPaths(store, ...capturesOf('a-simple'))
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600)
  }
  // One that has come to have another mode is so again.
  chmodSync(path, 0o644)
  const opened = await Store.open(path)
  await opened.close()
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('a question sees nothing of another file', async () => {
  const store = await testStore()
  expect(await firstSession(store)).toBe('')
  const path = join(testFolder(), 'other.db')
  writeFileSync(path, 'this is no database, but a text of some length')
  await expect(Store.open(path)).rejects.toThrow(
    `${path} is no store of codex-otel-viewer; name another file with --db.`,
  )
  expect(statSync(path).mode & 0o777).not.toBe(0o600)
})

it('the program imports from standard input and prints sessions as JSON', () => {
  const cli = new URL('../cli.ts', import.meta.url).pathname
  const db = join(testFolder(), 'store.db')
  const run = (args: string[], input?: Buffer) => spawnSync(process.execPath, [cli, ...args, '--db', db], { input })
  const [logs = ''] = capturesOf('b-tool-two')
  const imported = run(['import', '-', '--json'], readFileSync(logs))
  expect(imported.status).toBe(0)
  expect(JSON.parse(imported.stdout.toString())).toMatchObject({ logs: 34 })
  const sessions = JSON.parse(run(['sessions', '--json']).stdout.toString())
  expect(sessions).toMatchObject([{ events: 33, tools: 2, input_tokens: 2468, title: 'Run two' }])
  const one = JSON.parse(run(['session', sessions[0].conversation_id.slice(0, 12), '--json']).stdout.toString())
  expect(one.timeline.map((event: { role: string }) => event.role)).toContain('decision')
  const unknown = run(['session', 'none'])
  expect(unknown.status).toBe(2)
  expect(unknown.stderr.toString()).toContain('there is no session "none"')
})
