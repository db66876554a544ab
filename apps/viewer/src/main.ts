import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Invocation, parseCommandLine } from './cli/command-line.ts'
import { runExport } from './cli/export-command.ts'
import { exposureOf } from './cli/exposure.ts'
import { filesOf, importAttended, reportText } from './cli/import-command.ts'
import { noSession } from './cli/no-session.ts'
import { serve } from './cli/serve.ts'
import { type PageOptions, servePage, untilEnded } from './cli/serve-page.ts'
import { sessionsText, sessionText } from './cli/session-text.ts'
import { existingStoreFile, storeFile } from './cli/store-file.ts'
import { ALL_TIME } from './queries/dialect.ts'
import { reasonOf } from './reason.ts'
import { newMemoryPath } from './store/memory-path.ts'
import { Store } from './store/store.ts'
import { UsageError } from './usage-error.ts'

/** Events of a session that are printed. */
const MAX_EVENTS = 100_000
const INTERRUPTED = 130

/** Runs the program with these arguments and sets the exit code: 0, 1 where something failed, 2 for a wrong command line. */
export async function run(args: readonly string[]): Promise<void> {
  process.stdout.on('error', error => {
    // A reader that goes away, as `head` does, ends the program without a word.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
    complain(`cannot write to standard output: ${reasonOf(error)}`)
    process.exit(1)
  })
  try {
    const invocation = await parseCommandLine(args)
    if (invocation) process.exitCode = await perform(invocation)
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error))
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}

const complain = (message: string): boolean => process.stderr.write(`codex-otel-viewer: ${message}\n`)

async function perform(invocation: Invocation): Promise<number> {
  switch (invocation.name) {
    case 'serve': {
      const exposure = exposureOf(invocation)
      const path = invocation.memory ? newMemoryPath() : storeFile(invocation.db)
      await using store = await Store.open(path, { content: invocation.content })
      await serve(store, invocation, exposure)
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
  const key = session === undefined ? undefined : await completed(store, session)
  const removed = await store.clear({
    session: key,
    beforeMs: olderThanMs === undefined ? undefined : Date.now() - olderThanMs,
  })
  process.stdout.write(
    json ? `${JSON.stringify({ sessions: removed })}\n` : `removed ${removed} session${removed === 1 ? '' : 's'}\n`,
  )
  return 0
}

async function openFiles({ files, list, json, ...options }: Of<'open'>): Promise<number> {
  const sources = filesOf(files)
  const folder = mkdtempSync(join(tmpdir(), 'codex-otel-viewer-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await using store = await Store.open(join(folder, 'store.db'))
  const started = performance.now()
  const report = await importAttended(store, sources)
  process.stderr.write(reportText(report, performance.now() - started))
  if (list || report.cancelled) await printSessions(store, Number.MAX_SAFE_INTEGER, json)
  else await showFiles(store, files, options)
  return report.cancelled ? INTERRUPTED : report.refusedParts > 0 ? 1 : 0
}

async function showFiles(store: Store, files: readonly string[], options: PageOptions): Promise<void> {
  const ended = untilEnded()
  const file = files.map(path => basename(path)).join(', ')
  const receiving = { http: null, grpc: null }
  const page = await servePage(store, options, { receiving, maxBytes: null, retainMs: null, file })
  process.stdout.write(`${page.url}\n`)
  process.stderr.write('Ctrl-C ends it.\n')
  await ended
  await page.close(0)
}

async function importIntoStore({ files, content, db, json }: Of<'import'>): Promise<number> {
  const sources = filesOf(files)
  await using store = await Store.open(storeFile(db), { content })
  const started = performance.now()
  const report = await importAttended(store, sources)
  const text = reportText(report, performance.now() - started)
  if (json) {
    process.stderr.write(text)
    process.stdout.write(`${JSON.stringify(report)}\n`)
  } else process.stdout.write(text)
  return report.cancelled ? INTERRUPTED : report.refusedParts > 0 ? 1 : 0
}

async function listSessions({ limit, json, db }: Of<'sessions'>): Promise<number> {
  await using store = await Store.openToRead(existingStoreFile(db))
  await printSessions(store, limit, json)
  return 0
}

async function printSessions(store: Store, limit: number, json: boolean): Promise<void> {
  const sessions = await store.query('sessions', { ...ALL_TIME, limit })
  process.stdout.write(json ? `${JSON.stringify(sessions)}\n` : sessionsText(sessions, process.stdout.columns ?? 160))
}

async function showSession({ id, stream, db, json }: Of<'session'>): Promise<number> {
  await using store = await Store.openToRead(existingStoreFile(db))
  const key = await completed(store, id)
  const [session] = await store.query('session', { session: key })
  if (!session) throw noSession(id)
  const events = await store.query('timeline', {
    session: key,
    stream: stream ? 1 : 0,
    after: 0,
    limit: MAX_EVENTS,
    offset: 0,
  })
  const width = process.stdout.columns ?? 160
  process.stdout.write(
    json ? `${JSON.stringify({ ...session, timeline: events })}\n` : sessionText(session, events, width),
  )
  return 0
}

/** The id that begins with what was typed. */
async function completed(store: Store, id: string): Promise<string> {
  const [exact] = await store.query('session', { session: id })
  if (exact) return id
  const all = await store.query('sessions', { ...ALL_TIME, limit: Number.MAX_SAFE_INTEGER })
  const found = all.filter(({ conversation_id }) => conversation_id.startsWith(id))
  if (found.length > 1)
    throw new UsageError(`${found.length} sessions begin with ${JSON.stringify(id)}; write more of the id.`)
  if (!found[0]) throw noSession(id)
  return found[0].conversation_id
}
