import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { importFiles } from '../files/import-files.ts'
import { sourceOf } from '../files/import-source.ts'
import { Store } from '../store/store.ts'
import { capturesOf, importPaths, testFolder, testStore } from '../testing.fixture.ts'
import { UsageError } from '../usage-error.ts'
import { parseCommandLine } from './command-line.ts'
import { filesOf } from './import-command.ts'
import { storeFile } from './store-file.ts'
import { wrapped } from './text.ts'

it.each([
  ['--hlep', "unknown option '--hlep' (Did you mean --help?) Try codex-otel-viewer --help."],
  ['sesions', 'unknown command "sesions". Did you mean sessions? Try codex-otel-viewer --help.'],
  ['session', "missing required argument 'id'. Try codex-otel-viewer session --help."],
  [
    '--retain 30',
    "option '--retain <duration>' argument '30' is invalid. Write a time with its unit, such as 12h or 30d. Try codex-otel-viewer --help.",
  ],
  [
    '--max-size big',
    "option '--max-size <size>' argument 'big' is invalid. Write a size with its unit, such as 500MB or 2GB. Try codex-otel-viewer --help.",
  ],
  [
    'export --to collector:4318',
    "option '--to <address>' argument 'collector:4318' is invalid. Write the address of a receiver, such as http://collector:4318. Try codex-otel-viewer export --help.",
  ],
  ...['1e3', '0x50', '65536', '-1'].map(port => [
    `--port ${port}`,
    `option '--port <port>' argument '${port}' is invalid. A port is a number from 0 to 65535. Try codex-otel-viewer --help.`,
  ]),
  [
    'sessions --limit 1e3',
    "option '--limit <number>' argument '1e3' is invalid. It must be a whole number above 0. Try codex-otel-viewer sessions --help.",
  ],
  ['export --after 3', '--after goes with --to alone.'],
])('the command line %s is answered with what to write', async (args, message) => {
  await expect(parseCommandLine(args.split(' '))).rejects.toThrow(new UsageError(message))
})

it('help for a command that is not there names those that are', async () => {
  await expect(parseCommandLine(['help', 'xyz'])).rejects.toThrow(/^unknown command "xyz"\. There are open, import, /)
})

it('a file that is not there is named once, without the code of the error', () => {
  const path = join(testFolder(), 'missing.jsonl')
  expect(() => filesOf([path])).toThrow(new UsageError(`cannot read ${path}: no such file or directory.`))
})

it('a folder is no file for a store', () => {
  const folder = testFolder()
  expect(() => storeFile(folder)).toThrow(
    `${folder} is a folder. Name a file for the store, such as --db ${folder}/store.db.`,
  )
})

it.skipIf(process.platform === 'win32')('a device is no file for a store', () => {
  expect(() => storeFile('/dev/null')).toThrow(
    new UsageError('/dev/null is no file that can be a store; name another one with --db.'),
  )
})

it('a file of another program is refused and stays as it is', async () => {
  const text = join(testFolder(), 'notes.txt')
  writeFileSync(
    text,
    'no database at all, and longer than the header of one, which has a hundred bytes at its start. '.repeat(2),
  )
  const foreign = join(testFolder(), 'foreign.db')
  const db = new DatabaseSync(foreign)
  db.exec('CREATE TABLE mine (a)')
  db.close()
  for (const path of [text, foreign]) {
    const message = `${path} is no store of codex-otel-viewer; name another file with --db. The commands open and import read files with OTLP.`
    await expect(Store.open(path)).rejects.toThrow(message)
    await expect(Store.openToRead(path)).rejects.toThrow(message)
  }
  using after = new DatabaseSync(foreign, { readOnly: true })
  expect(after.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'mine' }])
  expect(after.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' })
})

it('a store that cannot be made is named with the reason', async () => {
  const folder = testFolder()
  writeFileSync(join(folder, 'file'), '')
  const path = join(folder, 'file', 'store.db')
  await expect(Store.open(path)).rejects.toThrow(`cannot make ${path}: not a directory`)
})

it('a file that cannot be read any more is refused, and the others are imported', async () => {
  const store = await testStore()
  const gone = sourceOf(join(testFolder(), 'gone.jsonl'), 10, false)
  const report = await importFiles(
    store,
    [gone, ...filesOf(capturesOf('a-simple'))],
    () => {},
    new AbortController().signal,
  )
  expect(report.refused).toEqual([
    { file: gone.name, line: undefined, reason: 'no such file or directory', cure: undefined },
  ])
  expect(report.logs).toBeGreaterThan(0)
})

it('credentials in the address of a receiver are refused without being repeated', async () => {
  const args = ['export', '--to', 'https://me:hunter2@collector.example:4318']
  const error = await parseCommandLine(args).catch(error => error)
  expect(error).toBeInstanceOf(UsageError)
  expect(error.message).toContain('OTEL_EXPORTER_OTLP_HEADERS')
  expect(error.message).not.toContain('hunter2')
})

it('a folder that cannot be made is named with the reason, also below a file system that takes none', async () => {
  if (!existsSync('/proc/self')) return
  await expect(Store.open('/proc/none/store.db')).rejects.toThrow(
    'cannot make the folder /proc/none for /proc/none/store.db: ',
  )
})

it('a store of a newer version is named with the way out, and stays as it is', async () => {
  const path = join(testFolder(), 'newer.db')
  const db = new DatabaseSync(path)
  db.exec('CREATE TABLE event (id); PRAGMA user_version = 99')
  db.close()
  for (const open of [Store.open, Store.openToRead]) {
    await expect(open.call(Store, path)).rejects.toThrow(
      /was written by a newer version of codex-otel-viewer \(its tables are 99, .*update this one, or name another file with --db/,
    )
  }
})

it('a list without sessions says what was refused, and what its sender can change', async () => {
  const db = join(testFolder(), 'store.db')
  {
    await using store = await Store.open(db)
    await store.refuse({
      ...{ timeMs: Date.now(), transport: 'http', signal: undefined, method: 'POST', path: '/v1/log', userAgent: '' },
      ...{ bytes: 1, status: 404, reason: 'no signal is received at /v1/log', cure: 'use /v1/logs' },
    })
  }
  const cli = new URL('../cli.ts', import.meta.url).pathname
  const { stdout } = spawnSync(process.execPath, [cli, 'sessions', '--db', db])
  expect(stdout.toString()).toContain('1x  POST /v1/log 404: no signal is received at /v1/log -> use /v1/logs')
})

it('a session shows what was asked, what tools were asked to do and did not run, and that a prompt was not sent', async () => {
  const db = join(testFolder(), 'store.db')
  {
    await using store = await Store.open(db)
    await importPaths(store, ...['b-tool-ok', 'g-prompt-false', 'm-as-decline'].flatMap(capturesOf))
  }
  const cli = new URL('../cli.ts', import.meta.url).pathname
  const run = (...args: string[]): string => spawnSync(process.execPath, [cli, ...args, '--db', db]).stdout.toString()
  const texts = (JSON.parse(run('sessions', '--json')) as { conversation_id: string }[]).map(({ conversation_id }) =>
    run('session', conversation_id),
  )
  const all = texts.join('\n')
  expect(all).toMatch(/prompt +Run echo/)
  expect(all).toMatch(/tool +exec_command {2}succeeded .*\{"cmd":"echo hi-from-tool"\}/)
  expect(all).toMatch(/tool +exec_command {2}not run .*touch/)
  expect(all).toMatch(/prompt +\(not sent, \d+ characters\)/)
  expect(all).toContain('1 prompt, 2 requests, 1 tool call, 0 errors')
})

it('a message is broken between its words, and a long path stays whole', () => {
  expect(wrapped('one two three', 7)).toBe('one two\nthree')
  expect(wrapped('see /a/very/long/path now', 8)).toBe('see\n/a/very/long/path\nnow')
})

it('a session is removed by the beginning of its id, and none by an empty text', async () => {
  const db = join(testFolder(), 'store.db')
  {
    await using store = await Store.open(db)
    await importPaths(store, ...capturesOf('a-simple'))
  }
  const cli = new URL('../cli.ts', import.meta.url).pathname
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, '--db', db])
    return [status, stdout.toString() + stderr.toString()]
  }
  // As of a variable that is not set, where there is one session alone.
  for (const args of [
    ['session', ''],
    ['clear', '--session', ''],
  ]) {
    expect(run(...args)).toEqual([2, expect.stringContaining('there is no session "".')])
  }
  expect(run('clear', '--session', '01a2')).toEqual([0, expect.stringMatching(/^removed session 01a2[\da-f-]{32}\n$/)])
  expect(run('sessions')).toEqual([0, 'no sessions\n'])
})

it.skipIf(process.platform === 'win32')(
  'files that are opened without a place for what is temporary say how to name one',
  () => {
    const cli = new URL('../cli.ts', import.meta.url).pathname
    const env = { ...process.env, TMPDIR: join(testFolder(), 'none') }
    const { status, stderr } = spawnSync(process.execPath, [cli, 'open', ...capturesOf('a-simple')], { env })
    expect([status, stderr.toString()]).toEqual([
      2,
      `codex-otel-viewer: cannot make a folder in ${env.TMPDIR}: no such file or directory. TMPDIR names another place.\n`,
    ])
  },
)
