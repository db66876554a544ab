// How quickly requests become records: the readers that go straight from bytes to records, beside the reflecting codec. Writes docs/benchmarks/reading.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Encoding, encode } from '../packages/otlp-receiver/src/codec/encoding.ts'
import { readRecords } from '../packages/otlp-receiver/src/codec/read-records.ts'
import { UNLIMITED_RECORDS } from '../packages/otlp-receiver/src/codec/record-limits.ts'
import type { SignalName } from '../packages/otlp-receiver/src/codec/signals.ts'
import { reflectRecords } from '../packages/otlp-receiver/src/testing/reflection/reflect-records.ts'
import { digits, megabytes } from './harness/format.ts'
import { logRequest } from './harness/log-request.ts'
import { median } from './harness/statistics.ts'

const PAGE = new URL('../docs/benchmarks/reading.md', import.meta.url)
const FIXTURES = new URL('../packages/otlp-receiver/fixtures/', import.meta.url)
const ROUNDS = 7
const ROUND_MS = 400
const REQUESTS = 24
const PER_REQUEST = 512
const FLAT_RECORDS = 1_000_000
const REQUIRED = { binary: 200_000, json: 90_000 }

interface Load {
  name: string
  signal: SignalName
  encoding: Encoding
  bodies: readonly Uint8Array[]
}

type Read = (load: Load, body: Uint8Array) => number

const contenders: Readonly<Record<string, Read>> = {
  // With the limits that a server has.
  direct: ({ signal, encoding }, body) => readRecords(signal, body, encoding, look),
  reflecting: ({ signal, encoding }, body) => {
    const records = reflectRecords(signal, body, encoding)
    for (const record of records) look(record)
    return records.length
  },
}

let seen = 0
/** Looks at each record, so that none is left out. */
function look(record: object): void {
  if ('resource' in record) seen += 1
}

const messages = Array.from({ length: REQUESTS }, (_, index) => logRequest(PER_REQUEST, index))
const encoded = (encoding: Encoding): Uint8Array[] =>
  messages.map(message => encode('ExportLogsServiceRequest', message, encoding))
const fixture = (name: string): Uint8Array[] => [readFileSync(new URL(name, FIXTURES))]

const loads: readonly Load[] = [
  { name: 'logs, binary', signal: 'logs', encoding: 'binary', bodies: encoded('binary') },
  { name: 'logs, JSON', signal: 'logs', encoding: 'json', bodies: encoded('json') },
  { name: 'metric points, binary (captured)', signal: 'metrics', encoding: 'binary', bodies: fixture('metrics.bin') },
  { name: 'spans, binary (captured)', signal: 'traces', encoding: 'binary', bodies: fixture('traces.bin') },
]

/** Records a second. */
function runFor(milliseconds: number, load: Load, read: Read): number {
  let count = 0
  const began = performance.now()
  let elapsed = 0
  for (let index = 0; elapsed < milliseconds; index++) {
    count += read(load, load.bodies[index % load.bodies.length] as Uint8Array)
    elapsed = performance.now() - began
  }
  return (count / elapsed) * 1_000
}

const names = Object.keys(contenders)
const rows: string[] = []
const medians = new Map<string, number>()
const started = loadavg()[0] ?? 0
for (const load of loads) {
  const reads = Object.values(contenders)
  for (const read of reads) runFor(2 * ROUND_MS, load, read)
  // In turn in each round, so that what else the machine does meets them alike.
  const rounds = Array.from({ length: ROUNDS }, () => reads.map(read => runFor(ROUND_MS, load, read)))
  const [direct = 0, reflecting = 0] = reads.map((_, index) => median(rounds.map(round => round[index] as number)))
  medians.set(load.name, direct)
  const bytes = load.bodies.reduce((sum, body) => sum + body.length, 0)
  const records = load.bodies.reduce((sum, body) => sum + (contenders.direct?.(load, body) ?? 0), 0)
  const ratio = (direct / reflecting).toFixed(1)
  rows.push(`| ${load.name} | ${Math.round(bytes / records)} | ${digits(direct)} | ${digits(reflecting)} | ${ratio} |`)
}

// What is kept after a million records, and what there was at most between two requests.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const [binary] = loads as [Load, ...Load[]]
collect()
const before = process.memoryUsage()
let most = 0
let passed = 0
for (let index = 0; passed < FLAT_RECORDS; index++) {
  const body = binary.bodies[index % binary.bodies.length] as Uint8Array
  passed += readRecords(binary.signal, body, binary.encoding, look, UNLIMITED_RECORDS)
  most = Math.max(most, process.memoryUsage.rss())
}
collect()
const grown = process.memoryUsage().heapUsed - before.heapUsed

const required = ([name, encoding]: readonly [string, 'binary' | 'json']): string => {
  const measured = medians.get(name) ?? 0
  const holds = measured >= REQUIRED[encoding] ? 'holds' : '**does not hold**'
  return `- ${holds}: ${name}: at least ${digits(REQUIRED[encoding])} records a second; measured: ${digits(measured)}`
}

const page = `# Reading requests: how quickly bytes become records

Written by \`node benchmarks/reading.ts\`; do not edit. Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() || 'CPU'}, load average at the
start ${started.toFixed(1)}. Records a second on one thread: the median of ${ROUNDS} rounds, both contenders in turn in each round.

\`direct\` is \`readRecords\` of \`@codex/otlp-receiver\` with the limits of a server, \`reflecting\` the same records by way of the messages
that \`@bufbuild/protobuf\` decodes from a table of the fields. Both give every record as an object with all of its attributes.
The logs are ${REQUESTS} requests of ${PER_REQUEST} events each, in the shapes and the mix of the Codex CLI: 87 % of them \`codex.sse_event\`.

| load | bytes a record | ${names.join(' | ')} | ratio |
|---|---|---|---|---|
${rows.join('\n')}

${(
  [
    ['logs, binary', 'binary'],
    ['logs, JSON', 'json'],
  ] as const
)
  .map(required)
  .join('\n')}

${digits(passed)} log records in binary, one after the other: ${megabytes(Math.max(0, grown))} more in use after them than before, and resident memory
grew by ${megabytes(Math.max(0, most - before.rss))} at most.
`
if (seen < passed) throw new Error(`only ${seen} records were read`)
console.log(page)
if (!process.argv.includes('--print')) {
  mkdirSync(new URL('.', PAGE), { recursive: true })
  writeFileSync(PAGE, page)
}
