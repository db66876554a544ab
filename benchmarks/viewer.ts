import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { EVENTS_IN_REQUEST, writeEvents } from './viewer-events.ts'

/** What the store of apps/viewer takes and answers. `--events` makes it shorter, `--print` writes no page. */
const { values } = parseArgs({
  options: { events: { type: 'string', default: '1000000' }, print: { type: 'boolean' } },
})
const EVENTS = Number(values.events)
const CLI = fileURLToPath(new URL('../apps/viewer/dist/cli.js', import.meta.url))
const QUERY = fileURLToPath(new URL('./children/viewer-query.ts', import.meta.url))
const RESULTS = new URL('../docs/benchmarks/viewer.md', import.meta.url)
const UNDER_WAY = 8
const QUERIES = [
  'sessions',
  'timeline, 500 rows without the stream',
  'timeline, all rows',
  'tokens',
  'cache',
  'latency',
  'firstToken',
  'tools',
  'approvals',
  'errors',
  'search',
]

const folder = mkdtempSync(join(tmpdir(), 'codex-otel-viewer-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const [json, proto] = [join(folder, 'events.jsonl'), join(folder, 'events.pb')]
const seconds = (since: number): number => (performance.now() - since) / 1_000
const round = (value: number): string => Math.round(value).toLocaleString('en-US')
/** The most memory that a process had, in bytes. */
const peakOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

const say = (line: string): void => console.log(line)
let started = performance.now()
writeEvents(EVENTS, json, proto)
say(
  `${round(EVENTS)} events: ${megabytes(statSync(json).size)} of JSON lines, ${megabytes(statSync(proto).size)} of protobuf`,
)

const ingest = await ingestOverHttp(join(folder, 'http.db'))
say(`over HTTP: ${round(ingest.rate)} events/s, peak ${megabytes(ingest.peak)}, ${ingest.bytes.toFixed(1)} bytes/event`)

const imported = await importFile(join(folder, 'import.db'))
say(
  `import: ${imported.seconds.toFixed(1)} s, ${round(EVENTS / imported.seconds)} events/s, peak ${megabytes(imported.peak)}`,
)
rmSync(json)

const db = join(folder, 'http.db')
dropFromCache(db)
started = performance.now()
const list = spawnSync(process.execPath, [CLI, 'sessions', '--json', '--db', db])
const start = seconds(started)
say(`start to the list of ${JSON.parse(list.stdout.toString()).length} sessions: ${Math.round(start * 1_000)} ms`)

const answers = QUERIES.map(name => {
  dropFromCache(db)
  const answer = JSON.parse(execFileSync(process.execPath, [QUERY, db, name]).toString()) as Answer
  say(
    `${name}: ${answer.first.toFixed(1)} ms, then ${answer.later.toFixed(1)} ms, ${answer.rows} rows, ${megabytes(answer.rss)}`,
  )
  return { name, ...answer }
})

interface Answer {
  rows: number
  first: number
  later: number
  rss: number
}

if (!values.print) {
  mkdirSync(new URL('.', RESULTS), { recursive: true })
  writeFileSync(RESULTS, page())
}

/** Sends every request of the file to a viewer and waits for each answer; a request is stored before it is answered. */
async function ingestOverHttp(path: string): Promise<{ rate: number; peak: number; bytes: number }> {
  const viewer = spawn(
    process.execPath,
    [CLI, '--otlp-http', '0', '--otlp-grpc', '0', '--port', '0', '--db', path, '--retain', '9999d'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  process.once('exit', () => viewer.kill('SIGKILL'))
  const [line] = await once(viewer.stdout, 'data')
  const url = `${(JSON.parse(line) as { http: string[] }).http[0]}/v1/logs`
  const agent = new Agent({ keepAlive: true, maxSockets: UNDER_WAY })
  const underWay = new Set<Promise<void>>()
  started = performance.now()
  let sent = 0
  for await (const body of bodiesOf(proto)) {
    const posted: Promise<void> = post(url, agent, body).finally(() => underWay.delete(posted))
    underWay.add(posted)
    sent += 1
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay)
  }
  await Promise.all(underWay)
  const rate = EVENTS / seconds(started)
  const peak = peakOf(viewer.pid ?? 0)
  viewer.kill('SIGTERM')
  await once(viewer, 'exit')
  agent.destroy()
  if (sent !== Math.ceil(EVENTS / EVENTS_IN_REQUEST)) throw new Error(`${sent} requests were sent`)
  return { rate, peak, bytes: statSync(path).size / EVENTS }
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

function post(url: string, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length }
    const sending = request(url, { method: 'POST', agent, headers }, response => {
      response
        .resume()
        .on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`))))
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

async function importFile(path: string): Promise<{ seconds: number; peak: number; bytes: number }> {
  started = performance.now()
  const child = spawn(process.execPath, [CLI, 'import', json, '--json', '--db', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid ?? 0) || 0)
  }, 100)
  const [[line]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')])
  clearInterval(timer)
  if ((JSON.parse(line) as { logs: number }).logs !== EVENTS) throw new Error(`imported ${line}`)
  return { seconds: seconds(started), peak, bytes: statSync(json).size }
}

/** Linux reads the file from the disk again. */
function dropFromCache(path: string): void {
  spawnSync('dd', [`of=${path}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'if=/dev/null'])
}

function page(): string {
  const rows = answers.map(
    ({ name, first, later, rows }) => `| ${name} | ${first.toFixed(1)} | ${later.toFixed(1)} | ${round(rows)} |`,
  )
  return `# The viewer's store

\`node benchmarks/viewer.ts\` wrote this page: Node ${process.versions.node}, ${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}.
${round(EVENTS)} events of the shapes and in the mix of the Codex CLI's, ${EVENTS_IN_REQUEST} in a request; the sender runs on the same cores.

| | |
|---|---|
| over HTTP in protobuf, each request stored before its answer | ${round(ingest.rate)} events/s |
| memory of the program meanwhile, at most | ${megabytes(ingest.peak)} |
| import of ${megabytes(Math.round(imported.bytes))} of JSON lines | ${imported.seconds.toFixed(1)} s |
| memory of the program meanwhile, at most | ${megabytes(imported.peak)} |
| size of the store | ${ingest.bytes.toFixed(0)} bytes an event |
| start to the list of sessions | ${Math.round(start * 1_000)} ms |

Questions, each in a new process with the file out of the system's cache, in milliseconds:

| question | first | then | rows |
|---|---|---|---|
${rows.join('\n')}

Memory of a process that answers them: ${megabytes(Math.max(...answers.map(({ rss }) => rss)))} at most, from the sources.
`
}
