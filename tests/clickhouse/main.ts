// Asks the viewer's questions of a store and of ClickHouse, with the same records in both, and compares the answers row by row.
// `npm run test:clickhouse`, with a part of a question's name for those alone.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ReceivedLog, readRecords } from '@codex/otlp-receiver'
import { installApart } from '@codex/test-kit/install-apart'
import { importFiles } from '../../apps/viewer/src/files/import-files.ts'
import { listFiles } from '../../apps/viewer/src/files/list-files.ts'
import { clickhouse, sqlite } from '../../apps/viewer/src/queries/dialect.ts'
import { addFunctions } from '../../apps/viewer/src/store/functions.ts'
import { type Database, openToRead } from '../../apps/viewer/src/store/open-database.ts'
import { Store } from '../../apps/viewer/src/store/store.ts'
import { writeEvents } from '../../benchmarks/viewer-events.ts'
import { ClickHouse } from './harness/clickhouse.ts'
import { differences, type Row } from './harness/compare.ts'
import { type Known, parametersFor, questions } from './harness/questions.ts'
import { syntheticRequests } from './harness/synthetic.ts'
import { TABLE_FORMS } from './harness/tables.ts'

const CAPTURES = fileURLToPath(new URL('../../apps/viewer/fixtures/captures', import.meta.url))
const SYNTHETIC = 3_000
/** Of the shapes and in the mix of the Codex CLI's. */
const LIKE_CODEX = 6_000
/** Sessions whose timelines are asked for. */
const TIMELINES = 3

const wanted = process.argv[2]?.toLowerCase()

async function main(): Promise<boolean> {
  await installApart(
    fileURLToPath(new URL('.', import.meta.url)),
    'Installing ClickHouse of tests/clickhouse/package.json (once, 546 MB) ...',
  )
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'codex-otel-clickhouse-'))
  try {
    const path = join(folder, 'store.db')
    const records = await fillStore(path, folder)
    const database = new ClickHouse(folder)
    const store = openToRead(path)
    try {
      addFunctions(store)
      process.stdout.write(`${records.length} records in a store, and in ClickHouse ${database.version}\n\n`)
      for (const form of TABLE_FORMS) database.fill(form, records)
      return compareAll(store, database)
    } finally {
      store.close()
      database.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns the log records as the store gives them back, in their order */
async function fillStore(path: string, folder: string): Promise<ReceivedLog[]> {
  const [likeCodex, synthetic] = [join(folder, 'like-codex.jsonl'), join(folder, 'synthetic.jsonl')]
  writeEvents(LIKE_CODEX, likeCodex, join(folder, 'like-codex.pb'))
  writeFileSync(synthetic, syntheticRequests(SYNTHETIC).join('\n'))
  await using store = await Store.open(path)
  const report = await importFiles(
    store,
    // A session's spans are part of its time in a store, and in ClickHouse in a table of their own.
    listFiles([CAPTURES, likeCodex, synthetic]).filter(({ name }) => !name.includes('-traces.')),
    () => {},
    new AbortController().signal,
  )
  if (report.refusedParts > 0) throw new Error(`refused: ${JSON.stringify(report.refused)}`)
  const records: ReceivedLog[] = []
  for await (const { signal, messages } of store.export({ encoding: 'binary', session: undefined, redact: false })) {
    if (signal !== 'logs') continue
    for (const message of messages) readRecords('logs', message, 'binary', record => records.push(record))
  }
  return records
}

/** Prints a row for each question. @returns whether all answers were equal */
function compareAll(store: Database, database: ClickHouse): boolean {
  // The number of a session is the store's own, and questions ask for declined calls in the words of each database.
  const columns = (store.prepare("SELECT name FROM pragma_table_info('codex_events')").all() as { name: string }[])
    .map(({ name }) => name)
    .filter(name => name !== 'session_number' && name !== 'declined')
  const known = whatIsKnown(store)
  const names = TABLE_FORMS.map(({ name }) => name)
  process.stdout.write(`${['question'.padEnd(20), 'asked', '  rows', ...names].join('  ')}\n`)
  const found: string[] = []
  for (const { name, sql } of questions(columns).filter(({ name }) => !wanted || name.toLowerCase().includes(wanted))) {
    const text = sql(clickhouse)
    const asked = parametersFor(
      [...new Set([...text.matchAll(/\{(\w+):\w+\}/g)].map(match => match[1] as string))],
      known,
    )
    const expected = asked.map(parameters => answerOf(store, sql(sqlite), parameters))
    const results = TABLE_FORMS.map(form => {
      database.use(form)
      const before = found.length
      for (const [index, parameters] of asked.entries()) {
        const given = Object.keys(parameters).length > 0 ? parameters : undefined
        const place = `${name} ${JSON.stringify(parameters)} on ${form.name}`
        try {
          const differs = differences(expected[index] as Row[], database.rows(text, given))
          found.push(...differs.map(line => `${place}: ${line}`))
        } catch (error) {
          found.push(`${place}: ${(error as Error).message}`)
        }
      }
      return (found.length === before ? 'equal' : 'DIFFERS').padEnd(form.name.length)
    })
    const rows = expected.reduce((sum, answer) => sum + answer.length, 0)
    if (rows === 0) found.push(`${name}: no row in any answer, so that nothing was compared`)
    process.stdout.write(
      `${[name.padEnd(20), String(asked.length).padStart(5), String(rows).padStart(6), ...results].join('  ')}\n`,
    )
  }
  if (found.length > 0) process.stdout.write(`\n${found.slice(0, 40).join('\n')}\n`)
  return found.length === 0
}

function whatIsKnown(store: Database): Known {
  const sessions = store.prepare('SELECT key FROM session WHERE events > 0 ORDER BY events DESC LIMIT ?').all(TIMELINES)
  const known = store
    .prepare(`SELECT min(time_ms) AS first, max(time_ms) AS last,
    (SELECT model FROM codex_events WHERE model IS NOT NULL GROUP BY model ORDER BY count(*) DESC LIMIT 1) AS model,
    (SELECT agent FROM codex_events WHERE agent <> 'codex' GROUP BY agent ORDER BY count(*) DESC LIMIT 1) AS agent
    FROM codex_events`)
    .get() as unknown as Omit<Known, 'sessions'>
  return { ...known, sessions: sessions.map(({ key }) => String(key)) }
}

function answerOf(store: Database, sql: string, parameters: Readonly<Record<string, string | number>>): Row[] {
  return store
    .prepare(sql)
    .all(parameters)
    .map(row =>
      Object.fromEntries(
        // SQLite has an array as JSON.
        Object.entries(row).map(([column, value]) => [
          column,
          typeof value === 'string' && /^\[.*\]$/.test(value) ? JSON.parse(value) : value,
        ]),
      ),
    )
}

process.exitCode = (await main()) ? 0 : 1
