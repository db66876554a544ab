import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { unlink } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { exportRecords } from '../files/export-files.ts'
import { type SendReport, sendRecords } from '../files/send-records.ts'
import { reasonOf } from '../reason.ts'
import { Store } from '../store/store.ts'
import { UsageError } from '../usage-error.ts'
import { Ending } from './ending.ts'
import { fullSessionId, noSession } from './find-session.ts'
import { helpBelow } from './help-format.ts'
import { dbOption, existingStoreFile, type StoreOptions } from './store-file.ts'
import { amount, duration } from './text.ts'
import { withProgress } from './with-progress.ts'

export interface ExportInvocation extends StoreOptions {
  name: 'export'
  format: 'json' | 'proto'
  session: string | undefined
  redact: boolean
  output: string | undefined
  /** Where the records are sent, in place of a file. */
  to: URL | undefined
  after: number
}

/** The variable that SDKs of OpenTelemetry take headers from. */
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS'
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

const HELP = helpBelow(
  `--to sends OTLP over HTTP to the receiver at this address and to no other, with the headers of ${HEADERS} (name=value,name=value), and tries again while it is busy. What is sent twice is there twice: after an end in between, --after goes on.`,
)

export function addExportCommand(program: Command, choose: (invocation: ExportInvocation) => void): void {
  program
    .command('export')
    .description('write the records as they came in, as OTLP for a Collector, another viewer or this one, or send them')
    .option('--session <id>', 'those of one session alone; the beginning of its id is enough')
    .option('--redact', 'without prompts, arguments, outputs, errors and names of persons', false)
    .addOption(
      new Option('--format <format>', 'JSON lines, or protobuf with the length before each message')
        .choices(['json', 'proto'])
        .default('json'),
    )
    .option('-o, --output <file>', 'the file to write, which must not be there (default: standard output)')
    .addOption(
      new Option('--to <address>', 'send them to a receiver instead, such as http://collector:4318')
        .argParser(readAddress)
        .conflicts(['output', 'format']),
    )
    .addOption(
      new Option('--after <part>', 'with --to: go on after the part that was the last one').argParser(readPart),
    )
    .addOption(dbOption())
    .addHelpText('after', HELP)
    .action(({ session, redact, format, output, to, after, db }) => {
      if (after !== undefined && to === undefined) throw new UsageError('--after goes with --to alone.')
      choose({ name: 'export', session, redact, format, output, to, after: after ?? -1, db })
    })
}

/** @returns the exit code */
export async function runExport(invocation: ExportInvocation): Promise<number> {
  const { redact, output, to, db } = invocation
  if (to === undefined && output === undefined && process.stdout.isTTY) {
    throw new UsageError('standard output is a terminal. Name a file with -o, or pipe it into a program.')
  }
  await using store = await Store.openToRead(existingStoreFile(db))
  const session = invocation.session === undefined ? undefined : await fullSessionId(store, invocation.session)
  const total = await store.countRecords(session)
  if (total === undefined) throw noSession(session ?? '')
  if (!redact && (to !== undefined || output !== undefined)) {
    process.stderr.write('the export has what was said and done in the sessions; --redact leaves that out\n')
  }
  const chosen = { ...invocation, session }
  // Awaited here: the store is closed when this returns.
  if (to !== undefined) return await send(store, { ...chosen, to }, total)
  if (output !== undefined) return await writeFile(store, { ...chosen, output }, total)
  await writeRecords(store, chosen, process.stdout)
  return 0
}

/** @returns how many */
function writeRecords(
  store: Store,
  { format, session, redact, output }: ExportInvocation,
  out: Writable,
  onWritten?: (records: number) => void,
): Promise<number> {
  const write = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      out.write(bytes, error => (error ? reject(new Error(`cannot write ${output}: ${reasonOf(error)}`)) : resolve()))
    })
  return exportRecords(store, { format, session, redact }, write, onWritten)
}

/** Writes a file that has all of it, or is not there. */
async function writeFile(
  store: Store,
  invocation: ExportInvocation & { output: string },
  total: number,
): Promise<number> {
  const { output } = invocation
  using ending = new Ending()
  const out = await newFile(output)
  try {
    const written = await withProgress(ending, (row, signal) =>
      writeRecords(store, invocation, out, records => {
        signal.throwIfAborted()
        row.show({ read: records, total, added: records })
      }),
    )
    out.end()
    await once(out, 'finish')
    process.stderr.write(`${amount(written)} records are in ${output}\n`)
    return 0
  } catch (error) {
    out.destroy()
    await unlink(output)
    if (ending.exitCode === undefined) throw error
    process.stderr.write('cancelled; there is no file\n')
    return ending.exitCode
  }
}

async function newFile(path: string): Promise<Writable> {
  // The write that fails says why.
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 }).on('error', () => {})
  await once(file, 'open').catch(error => {
    const there = error.code === 'EEXIST'
    throw new UsageError(
      there ? `${path} is there already; name another file.` : `cannot write ${path}: ${reasonOf(error)}.`,
    )
  })
  return file
}

async function send(store: Store, invocation: ExportInvocation & { to: URL }, total: number): Promise<number> {
  const { to, session, redact, after } = invocation
  const headers = readHeaders(process.env[HEADERS] ?? '')
  if (to.protocol === 'http:' && !LOOPBACK.test(to.hostname)) {
    process.stderr.write(`the records go to ${to.host} in clear text; https:// would encrypt it\n`)
  }
  const started = performance.now()
  using ending = new Ending()
  const report = await withProgress(ending, (row, signal) =>
    sendRecords(
      store,
      { address: to, headers, session, redact, after },
      {
        // How many were sent before is not known where it goes on.
        onProgress: records => row.show({ read: records, total: after < 0 ? total : undefined, added: records }),
        onPause(reason, pauseMs) {
          row.end()
          process.stderr.write(`${reason}; again in ${duration(pauseMs)}\n`)
        },
      },
      signal,
    ),
  )
  process.stdout.write(sentText(report, to, performance.now() - started))
  if (report.stopped?.cancelled) return ending.exitCode ?? 1
  return report.stopped !== undefined || report.rejected > 0 ? 1 : 0
}

function sentText({ records, rejected, rejectedBecause, stopped }: SendReport, to: URL, elapsedMs: number): string {
  const lines = [`sent ${amount(records)} records to ${to.origin} in ${duration(elapsedMs)}`]
  if (rejected > 0) lines.push(`${amount(rejected)} of them were rejected${rejectedBecause && `: ${rejectedBecause}`}`)
  if (stopped !== undefined) {
    lines.push(stopped.cancelled ? 'cancelled before the end' : `the rest was not taken: ${stopped.reason}`)
    if (/^HTTP 40[13]\b/.test(stopped.reason)) lines.push(`the headers that it asks for are those of ${HEADERS}`)
    if (/^HTTP 404\b/.test(stopped.reason)) lines.push('name the address before /v1/logs')
    if (stopped.after >= 0) lines.push(`--after ${stopped.after} goes on from there`)
  }
  return `${lines.join('\n')}\n`
}

function readAddress(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('Write the address of a receiver, such as http://collector:4318.')
  }
  if (url.username !== '' || url.password !== '') {
    // The other error repeats the address.
    throw new UsageError(`--to has credentials, which others can read in the command line; put them into ${HEADERS}.`)
  }
  return url
}

function readPart(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Write the number that the last run named.')
  return Number(text)
}

/** @throws UsageError that names no value */
function readHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [index, pair] of text.split(',').entries()) {
    if (pair.trim() === '') continue
    try {
      const [name = '', ...value] = pair.split('=')
      const header = new Headers([[name.trim(), decodeURIComponent(value.join('=').trim())]])
      Object.assign(headers, Object.fromEntries(header))
    } catch {
      throw new UsageError(`entry ${index + 1} of ${HEADERS} is no header; write name=value, and commas between them.`)
    }
  }
  return headers
}
