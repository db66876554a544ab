import { basename, join } from 'node:path'
import { type Invocation, parseCommandLine } from './cli/command-line.ts'
import { Ending } from './cli/ending.ts'
import { runExport } from './cli/export-command.ts'
import { exposureOf } from './cli/exposure.ts'
import { fullSessionId, noSession } from './cli/find-session.ts'
import { codeOf, filesOf, importWithProgress, reportText } from './cli/import-command.ts'
import { pricesOf } from './cli/read-prices.ts'
import { refusedText } from './cli/refused-text.ts'
import { serve } from './cli/serve.ts'
import { announcePage, servePage } from './cli/serve-page.ts'
import { sessionsText, sessionText } from './cli/session-text.ts'
import { existingStoreFile, storeFile } from './cli/store-file.ts'
import { removeLeftFolders, temporaryFolder } from './cli/temporary-folder.ts'
import { clock, message, shown, table } from './cli/text.ts'
import { ALL_TIME } from './queries/dialect.ts'
import { MAX_TEXTS, type TextsRow } from './queries/texts.ts'
import type { TimelineRow } from './queries/timeline.ts'
import { reasonOf } from './reason.ts'
import { newMemoryPath } from './store/memory-path.ts'
import { Store } from './store/store.ts'
import { RunningError, UsageError } from './usage-error.ts'

/** Events of a session that are printed. */
const MAX_EVENTS = 100_000
/** Refused requests that are printed where there is no session. */
const MAX_REFUSED = 10

/**
 * Runs the program with these arguments and sets the exit code: 0, 1 where something failed, 2 for a wrong command line, 3 where a
 * viewer runs already.
 */
export async function run(args: readonly string[]): Promise<void> {
  process.stdout.on('error', error => {
    // A reader that goes away, as `head` does, ends the program without a word.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
    complain(`cannot write to standard output: ${reasonOf(error)}`)
    process.exit(1)
  })
  // What is said there has no reader any more; the work goes on.
  process.stderr.on('error', () => {})
  try {
    const invocation = await parseCommandLine(args)
    if (invocation) process.exitCode = await perform(invocation)
  } catch (thrown) {
    const error = firstOf(thrown)
    complain(error instanceof Error ? error.message : String(error))
    process.exitCode = error instanceof UsageError ? 2 : error instanceof RunningError ? 3 : 1
  }
}

/** What went wrong first: what went wrong in closing then has it as its property. */
function firstOf(error: unknown): unknown {
  const { suppressed } = (error ?? {}) as { suppressed?: unknown }
  return suppressed === undefined ? error : firstOf(suppressed)
}

function complain(text: string): void {
  process.stderr.write(message(shown(`codex-otel-viewer: ${text}`), process.stderr))
}

async function perform(invocation: Invocation): Promise<number> {
  switch (invocation.name) {
    case 'serve': {
      const exposure = exposureOf(invocation)
      const prices = pricesOf(invocation)
      removeLeftFolders()
      const path = invocation.memory ? newMemoryPath() : storeFile(invocation.db)
      await using store = await Store.open(path, { content: invocation.content })
      await serve(store, invocation, exposure, prices)
      return 0
    }
    case 'clear':
      return clearStore(invocation)
    case 'open':
      return openFiles(invocation)
    case 'import':
      return importIntoStore(invocation)
    case 'export':
      return runExport(invocation)
    case 'sessions':
      return listSessions(invocation)
    case 'session':
      return showSession(invocation)
  }
}

type Of<N extends Invocation['name']> = Extract<Invocation, { name: N }>

async function clearStore({ session, olderThanMs, yes, db, json }: Of<'clear'>): Promise<number> {
  const path = existingStoreFile(db)
  if (session === undefined && olderThanMs === undefined && !yes) {
    throw new UsageError(
      `this removes every session of ${path}. Add --yes, or choose with --session <id> or --older-than 30d.`,
    )
  }
  await using store = await Store.open(path)
  const key = session === undefined ? undefined : await fullSessionId(store, session)
  const removed = await store.clear({
    session: key,
    beforeMs: olderThanMs === undefined ? undefined : Date.now() - olderThanMs,
  })
  const what = key === undefined ? `${removed} session${removed === 1 ? '' : 's'}` : `session ${shown(key)}`
  process.stdout.write(json ? `${JSON.stringify({ sessions: removed })}\n` : `removed ${what}\n`)
  return 0
}

async function openFiles({ files, list, json, ...options }: Of<'open'>): Promise<number> {
  const sources = filesOf(files)
  const prices = pricesOf(options)
  using ending = new Ending()
  removeLeftFolders()
  const folder = temporaryFolder()
  await using store = await Store.open(join(folder, 'store.db'))
  const file = files.map(path => basename(path)).join(', ')
  const facts = { receiving: { http: null, grpc: null }, prices, maxBytes: null, retainMs: null, file }
  // A port that is taken is said before what takes long.
  const page = list ? undefined : await servePage(store, options, facts)
  const started = performance.now()
  const report = await importWithProgress(store, sources, ending)
  process.stderr.write(reportText(report, performance.now() - started, process.stderr))
  if (page === undefined || report.cancelled) await printSessions(store, Number.MAX_SAFE_INTEGER, json)
  else {
    announcePage(page, options)
    process.stderr.write('Ctrl-C ends it.\n')
    await ending.reached()
  }
  await page?.close(0)
  return codeOf(report, ending)
}

async function importIntoStore({ files, content, db, json }: Of<'import'>): Promise<number> {
  const sources = filesOf(files)
  await using store = await Store.open(storeFile(db), { content })
  using ending = new Ending()
  const started = performance.now()
  const report = await importWithProgress(store, sources, ending)
  const out = json ? process.stderr : process.stdout
  out.write(reportText(report, performance.now() - started, out))
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
  return codeOf(report, ending)
}

async function listSessions({ limit, json, db }: Of<'sessions'>): Promise<number> {
  await using store = await Store.openToRead(existingStoreFile(db))
  const printed = await printSessions(store, limit, json)
  if (printed === 0 && !json) await printRefused(store)
  return 0
}

/** Where nothing arrives, the requests that were refused say why. */
async function printRefused(store: Store): Promise<void> {
  const refused = await store.query('refusals', { limit: MAX_REFUSED })
  if (refused.length === 0) return
  const rows = refused.map(row => [clock(row.time_ms, true), `${row.times}x`, refusedText(row)])
  process.stdout.write(`these requests were refused:\n${table(rows, process.stdout.columns ?? 160)}`)
}

/** @returns how many */
async function printSessions(store: Store, limit: number, json: boolean): Promise<number> {
  const sessions = await store.query('sessions', { ...ALL_TIME, limit })
  process.stdout.write(json ? `${JSON.stringify(sessions)}\n` : sessionsText(sessions, process.stdout.columns ?? 160))
  return sessions.length
}

async function showSession({ id, stream, db, json }: Of<'session'>): Promise<number> {
  await using store = await Store.openToRead(existingStoreFile(db))
  const key = await fullSessionId(store, id)
  const [session] = await store.query('session', { session: key })
  if (!session) throw noSession(id)
  const events = await store.query('timeline', {
    session: key,
    stream: stream ? 1 : 0,
    after: 0,
    limit: MAX_EVENTS,
    offset: 0,
  })
  if (json) process.stdout.write(`${JSON.stringify({ ...session, timeline: events })}\n`)
  else {
    const width = process.stdout.columns ?? 160
    process.stdout.write(sessionText(session, events, await textsOf(store, events, width), width))
  }
  return 0
}

/** What prompts and tools of a session say, as far as a line has room for it. */
async function textsOf(store: Store, events: readonly TimelineRow[], length: number): Promise<Map<number, TextsRow>> {
  const ids = events.filter(({ role }) => role === 'prompt' || role === 'tool').map(({ event_id }) => event_id)
  const texts = new Map<number, TextsRow>()
  for (let from = 0; from < ids.length; from += MAX_TEXTS) {
    const rows = await store.query('texts', { events: ids.slice(from, from + MAX_TEXTS).join(','), length })
    for (const row of rows) texts.set(row.event_id, row)
  }
  return texts
}
