// A quarter of an hour of events through a collector that keeps failing. Writes docs/soak.md; exit code 1 when something is lost or memory grows.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { readArguments } from '@codex/test-kit/read-arguments'
import { runAgent } from '../agent/run-agent.ts'
import { openScene } from '../faults/scene.ts'
import { flap, PHASES } from './flap.ts'
import { MAX_HEAP_SLOPE_MIB_PER_MINUTE, MAX_RESIDENT_SLOPE_MIB_PER_MINUTE, type Sample, trendOf } from './memory.ts'

const PAGE = fileURLToPath(new URL('../../docs/soak.md', import.meta.url))
const MIB = 1024 * 1024
/** After an outage the next attempt comes up to as late as the outage was long, and more. */
const SPOOL_BYTES = 512 * MIB
const FULL_MINUTES = 15
/** What is sent at a time, and how long the agent waits between. */
const CHUNK = 40
const EVERY_MS = 20
/** For the start, for what waits at the end, and for a machine that is busy. */
const SPARE_MS = 180_000
const SAMPLE_MS = 250
/** The young generation of the application's thread is the application's: it must not grow while the library is observed. */
const APPLICATION_SEMI_SPACE_MIB = 4
const REPORT_EVERY_S = 30

const { values } = readArguments(
  { options: { minutes: { type: 'string', default: String(FULL_MINUTES) } } },
  `npm run soak -- [--minutes N]   (default: ${FULL_MINUTES})`,
)
const minutes = Number(values.minutes)
if (!(minutes > 0)) {
  process.stderr.write(`--minutes is ${values.minutes}; give a number over 0\n`)
  process.exit(2)
}
const full = minutes >= FULL_MINUTES
const events = Math.round((minutes * 60_000) / EVERY_MS) * CHUNK

const number = (value: number, digits = 0): string => value.toLocaleString('en-US', { maximumFractionDigits: digits })

await using scene = await openScene('http', { retain: 'counts' })
const begin = performance.now()
const seconds = (): number => (performance.now() - begin) / 1000
const samples: Sample[] = []
let reported = 0
const ended = new AbortController()
const flapping = flap(scene, ended.signal)
const run = await runAgent(
  {
    telemetry: 'codex',
    codexHome: scene.codexHome,
    exporter: scene.exporter(),
    config: { spool: { max_bytes: SPOOL_BYTES } },
    label: 'soak',
    events,
    chunk: CHUNK,
    everyMs: EVERY_MS,
    recovers: 0,
    limitsOwnThread: true,
    memoryEveryMs: SAMPLE_MS,
    ending: 'shutdown',
  },
  {
    nodeOptions: [`--max-semi-space-size=${APPLICATION_SEMI_SPACE_MIB}`],
    limitMs: 1.5 * minutes * 60_000 + SPARE_MS,
    onReport(report) {
      if (report.type !== 'memory') return
      samples.push({ seconds: seconds(), residentMib: report.rss / MIB, heapMib: report.heap / MIB })
      if (seconds() < reported + REPORT_EVERY_S) return
      reported = seconds()
      const { logs } = scene.receiver.counts
      const parts = [`${number(logs)} of ${number(events)} arrived`, `resident ${number(report.rss / MIB)} MiB`]
      process.stderr.write(`${number(reported / 60, 1)} of ${minutes} min: ${parts.join(', ')}\n`)
    },
  },
)
const tookS = seconds()
ended.abort()
const outages = await flapping

const trend = trendOf(samples)
const { exported = 0, retried = 0, dropped = {}, spooled = 0 } = run.health?.logs ?? {}
const stored = scene.receiver.counts.logs
const whole = run.code === 0 && exported === events && Object.keys(dropped).length === 0 && stored >= events
const rows = samples.filter(
  (sample, i) =>
    i === 0 ||
    Math.floor(sample.seconds / REPORT_EVERY_S) > Math.floor((samples[i - 1]?.seconds ?? 0) / REPORT_EVERY_S),
)
const judgement = full ? (trend.flat ? 'yes' : 'NO') : `not judged under ${FULL_MINUTES} minutes`

const page = `# Soak: ${number(events)} events through a collector that keeps failing

Written by \`npm run soak\`; not edited by hand.

${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}. One process, ${CHUNK} events every ${EVERY_MS} ms, OTLP/HTTP
binary, everything that is on by default, a spool of ${SPOOL_BYTES / MIB} MiB. The collector, in turn: ${PHASES.map(({ name, ms }) => `${name} for ${ms / 1000} s`).join(', ')}.

| | |
|---|---|
| sent | ${number(events)} in ${number(tookS / 60, 1)} minutes, through ${outages} outages |
| accepted by the collector | ${number(exported)} |
| stored by it, repetitions included | ${number(stored)} |
| in attempts that failed and were made again | ${number(retried)} |
| left on disk | ${number(spooled)} |
| lost | ${number(Object.values(dropped).reduce((sum, count) => sum + count, 0))} |
| time to leave | ${number(run.leaveMs)} ms |
| heaps of both threads after collection, least of the second quarter | ${number(trend.heapEarlyMib, 1)} MiB |
| the same, least of the last quarter | ${number(trend.heapLateMib, 1)} MiB |
| slope of the least heap of every 10 s, from the second quarter on | ${number(trend.heapSlopeMibPerMinute, 2)} MiB a minute |
| resident memory, median of the second quarter | ${number(trend.residentEarlyMib, 1)} MiB |
| resident memory, median of the last quarter | ${number(trend.residentLateMib, 1)} MiB |
| resident memory, most | ${number(trend.residentPeakMib, 1)} MiB |
| slope of resident memory, from the second quarter on | ${number(trend.residentSlopeMibPerMinute, 2)} MiB a minute |
| flat: a slope of the heap of at most ${MAX_HEAP_SLOPE_MIB_PER_MINUTE} MiB a minute, of resident memory of at most ${MAX_RESIDENT_SLOPE_MIB_PER_MINUTE} | ${judgement} |

What is retained shows in the heap after a collection. Slopes are those of straight lines with the least squares; the first quarter
is the warm-up. The semi-space of the application's thread has ${APPLICATION_SEMI_SPACE_MIB} MiB from the beginning, since its young generation is the
application's to limit; that of the worker is limited by the library ([figures](benchmarks/young-generation.md)).

| minutes | resident MiB | heaps, MiB |
|---|---|---|
${rows.map(sample => `| ${number(sample.seconds / 60, 1)} | ${number(sample.residentMib, 1)} | ${number(sample.heapMib, 1)} |`).join('\n')}
`
process.stdout.write(page)
process.stderr.write(`slope of resident memory: ${number(trend.residentSlopeMibPerMinute, 2)} MiB a minute\n`)
if (minutes === FULL_MINUTES) writeFileSync(PAGE, page)
if (!whole)
  process.stderr.write(
    `Not everything arrived: ${JSON.stringify({ ...run.health?.logs, code: run.code, signal: run.signal })}\n`,
  )
process.exitCode = whole && (trend.flat || !full) ? 0 : 1
