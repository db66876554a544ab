// What the viewer takes and answers with a million events in its store, against its bars. Writes docs/benchmarks/viewer.md.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readArguments } from '@codex/test-kit/read-arguments'
import type { Requirement } from './harness/part.ts'
import { atLeast, atMost } from './harness/requirement.ts'
import { timesToPage } from './harness/viewer-live.ts'
import { Client, peakOf, peakOfEmptyNode, startViewer, VIEWER } from './harness/viewer-program.ts'
import { type Answered, askQuestions, peakOfAllQuestions, startToPage } from './harness/viewer-questions.ts'
import { EVENTS_IN_REQUEST, writeEvents } from './viewer-events.ts'

const USAGE = `
usage: node benchmarks/viewer.ts [--events <number>] [--data <folder>] [--only ingest,import,questions,live] [--print]

  --events   how many; 1,000,000 without it
  --data     where events and stores are kept for the next run; a folder that is removed, without it
  --only     some of the parts, without writing the page
  --print    print the page instead of writing it`
const { values } = readArguments(
  {
    options: {
      events: { type: 'string', default: '1000000' },
      data: { type: 'string' },
      only: { type: 'string' },
      print: { type: 'boolean' },
    },
  },
  USAGE,
)
const PARTS = ['ingest', 'import', 'questions', 'live'] as const
type Part = (typeof PARTS)[number]
const EVENTS = Number(values.events)
const only = values.only?.split(',') ?? PARTS
const unknown = only.find(part => !PARTS.includes(part as Part))
if (!Number.isSafeInteger(EVENTS) || EVENTS < EVENTS_IN_REQUEST || unknown !== undefined) {
  const problem = unknown === undefined ? `--events is at least ${EVENTS_IN_REQUEST}` : `there is no part "${unknown}"`
  process.stderr.write(`${problem}\n${USAGE}\n`)
  process.exit(2)
}

const PAGE = new URL('../docs/benchmarks/viewer.md', import.meta.url)
/** Requests that a sender has under way. */
const UNDER_WAY = 8
/** How long an idle viewer is left alone before its memory is read. */
const IDLE_MS = 2_000

const folder = values.data ?? mkdtempSync(join(tmpdir(), 'codex-otel-viewer-bench-'))
mkdirSync(folder, { recursive: true })
if (values.data === undefined) process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const [json, proto, db] = ['events.jsonl', 'events.pb', 'http.db'].map(name => join(folder, name)) as [
  string,
  string,
  string,
]
const seconds = (since: number): number => (performance.now() - since) / 1_000
const round = (value: number): string => Math.round(value).toLocaleString('en-US')
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
const ms = (value: number): string => `${Math.round(value)} ms`

const requirements: Requirement[] = []
function require(requirement: Requirement): void {
  requirements.push(requirement)
  console.log(
    `${requirement.holds ? 'holds' : 'DOES NOT HOLD'}  ${requirement.what}: ${requirement.measured} (${requirement.required})`,
  )
}
const runs = (part: Part): boolean => only.includes(part)

if (!existsSync(proto)) writeEvents(EVENTS, json, proto)
console.log(
  `${round(EVENTS)} events: ${megabytes(statSync(json).size)} of JSON lines, ${megabytes(statSync(proto).size)} of protobuf`,
)

const emptyNode = await peakOfEmptyNode()

if (runs('ingest') || !existsSync(db)) await ingestOverHttp()
if (runs('import')) await importFile(join(folder, 'import.db'))
const answers: Answered[] = []
if (runs('questions')) {
  const start = await startToPage(db)
  require(
    atMost({ what: 'start to the page and its sessions', limit: 1_000, measured: start, format: ms, otherwise: '' }),
  )
  await askQuestions(db, answer => {
    answers.push(answer)
    const { what, first, later, rows, peak } = answer
    console.log(`${what}: ${first.toFixed(1)} ms, then ${later.toFixed(1)} ms, ${rows} rows, ${megabytes(peak)}`)
  })
  const slowest = answers.reduce((a, b) => (a.first > b.first ? a : b))
  require(
    atMost({
      what: `the slowest question, ${slowest.what}`,
      limit: 300,
      measured: slowest.first,
      format: ms,
      otherwise: '',
    }),
  )
  const peak = await peakOfAllQuestions(db)
  require(
    atMost({
      what: 'memory, with all questions asked, above an empty Node process',
      limit: 100e6,
      measured: peak - emptyNode,
      format: megabytes,
      otherwise: '',
    }),
  )
}

if (runs('live')) await followInPage(join(folder, 'live.db'))

if (only.length === PARTS.length) {
  const text = page()
  if (values.print) console.log(`\n${text}`)
  else {
    mkdirSync(new URL('.', PAGE), { recursive: true })
    writeFileSync(PAGE, text)
  }
}
if (!requirements.every(({ holds }) => holds)) process.exitCode = 1

/** Sends every request of the file to a viewer and waits for each answer; a request is stored before it is answered. */
async function ingestOverHttp(): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${db}${suffix}`, { force: true })
  const viewer = await startViewer(db)
  await wait(IDLE_MS)
  const idle = viewer.peak()
  const client = new Client(UNDER_WAY)
  const underWay = new Set<Promise<void>>()
  const started = performance.now()
  for await (const body of bodiesOf(proto)) {
    const posted: Promise<void> = client
      .post(`${viewer.otlp}/v1/logs`, body, 'application/x-protobuf')
      .then(({ status }) => {
        if (status !== 200) throw new Error(`HTTP ${status}`)
        underWay.delete(posted)
      })
    underWay.add(posted)
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay)
  }
  await Promise.all(underWay)
  const rate = EVENTS / seconds(started)
  const peak = viewer.peak()
  client.close()
  await viewer.end()
  const bytes = statSync(db).size / EVENTS
  const perSecond = (value: number): string => `${round(value)} events/s`
  const perEvent = (value: number): string => `${Math.round(value)} bytes an event`
  require(
    atMost({
      ...{ what: 'memory of an idle viewer, above an empty Node process', limit: 70e6, measured: idle - emptyNode },
      ...{ format: megabytes, otherwise: '' },
    }),
  )
  require(
    atLeast({
      ...{ what: 'over HTTP in protobuf, stored before the answer', limit: 40_000, measured: rate },
      ...{ format: perSecond, otherwise: '' },
    }),
  )
  require(atMost({ what: 'memory meanwhile', limit: 350e6, measured: peak, format: megabytes, otherwise: '' }))
  require(atMost({ what: 'size of the store', limit: 160, measured: bytes, format: perEvent, otherwise: '' }))
}

/** Sends events to a viewer of which a page follows what comes in. */
async function followInPage(copy: string): Promise<void> {
  copyFileSync(db, copy)
  const times = await timesToPage(copy)
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${copy}${suffix}`, { force: true })
  const what = 'an event sent to a page told of it, 95th percentile'
  const measured = times[Math.ceil(times.length * 0.95) - 1] ?? Number.NaN
  require(atMost({ what, limit: 500, measured, format: ms, otherwise: '' }))
}

async function* bodiesOf(path: string): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0)
  for await (const piece of createReadStream(path, { highWaterMark: 4 * 1024 * 1024 })) {
    held = Buffer.concat([held, piece as Buffer])
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const length = held.readUInt32BE(0)
      yield held.subarray(4, 4 + length)
      held = held.subarray(4 + length)
    }
  }
}

async function importFile(path: string): Promise<void> {
  const started = performance.now()
  const child = spawn(process.execPath, [VIEWER, 'import', json, '--json', '--db', path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid))
  }, 100)
  const [[line]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')])
  clearInterval(timer)
  const elapsed = seconds(started)
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
  if ((JSON.parse(line) as { logs: number }).logs !== EVENTS) throw new Error(`imported ${line}`)
  const what = `import of ${megabytes(statSync(json).size)} of JSON lines`
  const format = (value: number): string => `${value.toFixed(1)} s`
  require(atMost({ what, limit: 30, measured: elapsed, format, otherwise: '' }))
  require(
    atMost({ what: 'memory of the program meanwhile', limit: 350e6, measured: peak, format: megabytes, otherwise: '' }),
  )
}

function page(): string {
  const bars = requirements.map(
    ({ what, required, measured, holds }) => `| ${what} | ${measured} | ${required} | ${holds ? 'yes' : '**no**'} |`,
  )
  const rows = answers.map(
    ({ what, first, later, rows }) => `| ${what} | ${first.toFixed(1)} | ${later.toFixed(1)} | ${round(rows)} |`,
  )
  return `# The viewer's store

\`node benchmarks/viewer.ts\` wrote this page: Node ${process.versions.node}, ${cpus().length} cores of ${cpus()[0]?.model.trim() ?? 'an unknown kind'}.
${round(EVENTS)} events of the shapes and in the mix of the Codex CLI's, ${EVENTS_IN_REQUEST} in a request. The sender runs on the same cores.
Memory is the most that the whole process had, with the program and its runtime in it; an empty Node process had ${megabytes(emptyNode)}.

| what | measured | required | holds |
|---|---|---|---|
${bars.join('\n')}

Questions to the page's server, each to a new process with the file out of the system's cache, in milliseconds:

| question | first | then | rows |
|---|---|---|---|
${rows.join('\n')}
`
}
