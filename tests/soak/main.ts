// A million events through a collector that keeps failing. Writes docs/soak.md; exit code 1 when something is lost or memory grows.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runAgent } from '../agent/run-agent.ts'
import { openScene } from '../faults/scene.ts'
import { flap, PHASES } from './flap.ts'
import { MAX_HEAP_SLOPE_MIB_PER_MINUTE, MAX_RESIDENT_GROWTH_MIB, type Sample, trendOf } from './memory.ts'

const PAGE = fileURLToPath(new URL('../../docs/soak.md', import.meta.url))
const MIB = 1024 * 1024
/** After an outage the next attempt comes up to as late as the outage was long, and more: at this rate 7 MB a second wait meanwhile. */
const SPOOL_BYTES = 512 * MIB
const LIMIT_MS = 290_000
const ROW_EVERY_S = 10

const { values } = parseArgs({ options: { events: { type: 'string', default: '1000000' } } })
const events = Number(values.events)
if (!Number.isSafeInteger(events) || events < 1) {
  process.stderr.write(`--events is ${values.events}; give a whole number from 1\n`)
  process.exit(2)
}

await using scene = await openScene('http', { retain: 'counts' })
const begin = performance.now()
const seconds = (): number => (performance.now() - begin) / 1000
const samples: Sample[] = []
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
    chunk: 100,
    everyMs: 10,
    recovers: 0,
    memoryEveryMs: 250,
    ending: 'shutdown',
  },
  {
    limitMs: LIMIT_MS,
    onReport(report) {
      if (report.type !== 'memory') return
      samples.push({ seconds: seconds(), residentMib: report.rss / MIB, heapMib: report.heap / MIB })
      if (samples.length % 40 === 0) {
        process.stderr.write(
          `${Math.round(seconds())} s: ${scene.receiver.counts.logs} arrived, ${Math.round(report.rss / MIB)} MiB\n`,
        )
      }
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
const number = (value: number, digits = 0): string => value.toLocaleString('en-US', { maximumFractionDigits: digits })
const rows = samples.filter(
  (sample, i) =>
    i === 0 || Math.floor(sample.seconds / ROW_EVERY_S) > Math.floor((samples[i - 1]?.seconds ?? 0) / ROW_EVERY_S),
)

const page = `# Soak: ${number(events)} events through a collector that keeps failing

Written by \`npm run soak\`; not edited by hand.

${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}. One process, 100 events every 10 ms, OTLP/HTTP
binary, everything that is on by default, a spool of ${SPOOL_BYTES / MIB} MiB. The collector, in turn: ${PHASES.map(({ name, ms }) => `${name} for ${ms / 1000} s`).join(', ')}.

| | |
|---|---|
| sent | ${number(events)} in ${number(tookS)} s, through ${outages} outages |
| accepted by the collector | ${number(exported)} |
| stored by it, repetitions included | ${number(stored)} |
| in attempts that failed and were made again | ${number(retried)} |
| left on disk | ${number(spooled)} |
| lost | ${number(Object.values(dropped).reduce((sum, count) => sum + count, 0))} |
| time to leave | ${number(run.leaveMs)} ms |
| heaps of both threads after collection, least of the second quarter | ${number(trend.heapEarlyMib, 1)} MiB |
| the same, least of the last quarter | ${number(trend.heapLateMib, 1)} MiB |
| slope of the least heap of every 10 s, from the second quarter on | ${number(trend.heapSlopeMibPerMinute, 1)} MiB a minute |
| resident memory, median of the second quarter | ${number(trend.residentEarlyMib, 1)} MiB |
| resident memory, median of the last quarter | ${number(trend.residentLateMib, 1)} MiB |
| resident memory, most | ${number(trend.residentPeakMib, 1)} MiB |
| flat: a slope of the heap of at most ${MAX_HEAP_SLOPE_MIB_PER_MINUTE} MiB a minute, resident at most ${MAX_RESIDENT_GROWTH_MIB} MiB more | ${trend.flat ? 'yes' : 'NO'} |

What is retained shows in the heap after a collection. Resident memory follows the peaks of the outages: the allocator gives
back late, or not, what it had then.

| seconds | resident MiB | heaps, MiB |
|---|---|---|
${rows.map(sample => `| ${number(sample.seconds)} | ${number(sample.residentMib, 1)} | ${number(sample.heapMib, 1)} |`).join('\n')}
`
process.stdout.write(page)
if (events === 1_000_000) writeFileSync(PAGE, page)
if (!whole)
  process.stderr.write(
    `Not everything arrived: ${JSON.stringify({ ...run.health?.logs, code: run.code, signal: run.signal })}\n`,
  )
process.exitCode = whole && trend.flat ? 0 : 1
