// Which limit of the worker's young generation costs nothing and keeps resident memory flat. Writes docs/benchmarks/young-generation.md.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fittedSlope } from '@codex/test-kit/fitted-slope'
import { readArguments } from '@codex/test-kit/read-arguments'
import type { MemorySample, YoungGenerationOptions, YoungGenerationResult } from './children/young-generation.ts'
import { runChild } from './harness/child-process.ts'
import { digits } from './harness/format.ts'
import { startRemoteReceiver } from './harness/receiver.ts'
import { median } from './harness/statistics.ts'

const PAGE = new URL('../docs/benchmarks/young-generation.md', import.meta.url)
const CHILD = fileURLToPath(new URL('children/young-generation.ts', import.meta.url))
const MIB = 1024 * 1024
const BURST_EVENTS = 50_000
const EVENTS_PER_SECOND = 10_000
const PACED_SECONDS = 60
/** So that the application's thread, whose young generation is the application's to limit, does not grow meanwhile. */
const NODE_OPTIONS = ['--max-semi-space-size=4']
/** The process grows while it starts. */
const WARM_UP_SECONDS = 15
/** In MiB; `null` is V8's own limit. */
const LIMITS: readonly (number | null)[] = [null, 3, 6, 12, 24, 48]

const { values } = readArguments(
  {
    options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: String(PACED_SECONDS) } },
  },
  `node benchmarks/young-generation.ts [--rounds N] [--seconds N]   (defaults: 5, ${PACED_SECONDS})`,
)
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)

const load = loadavg()[0] ?? 0
const temporary = await mkdtemp(join(tmpdir(), 'codex-otel-young-'))
const receiver = await startRemoteReceiver()
const bursts: YoungGenerationResult[][] = LIMITS.map(() => [])
const paced: YoungGenerationResult[] = []

async function run(limitMb: number | null, how: Partial<YoungGenerationOptions>) {
  const codexHome = await mkdtemp(join(temporary, 'home-'))
  await receiver.reset()
  const options = { burstEvents: 0, eventsPerSecond: EVENTS_PER_SECOND, seconds: 0, ...how }
  const all: YoungGenerationOptions = { limitMb, endpoint: receiver.endpoint, codexHome, ...options }
  const result = await runChild<YoungGenerationResult>(CHILD, all, { nodeOptions: NODE_OPTIONS })
  const sent = 2 * options.burstEvents + options.eventsPerSecond * options.seconds
  const { records } = await receiver.counts()
  // The last turn of the rate ends up to some turns early.
  if (records < sent * 0.98) throw new Error(`${records} of ${sent} events arrived`)
  return result
}

try {
  for (let round = 0; round < rounds; round++) {
    for (const [index, limit] of LIMITS.entries()) {
      console.error(`bursts, round ${round + 1} of ${rounds}: ${nameOf(limit)}`)
      bursts[index]?.push(await run(limit, { burstEvents: BURST_EVENTS }))
    }
  }
  for (const limit of LIMITS) {
    console.error(`${seconds} s at ${EVENTS_PER_SECOND} events a second: ${nameOf(limit)}`)
    paced.push(await run(limit, { seconds }))
  }
} finally {
  await receiver.close()
  await rm(temporary, { recursive: true, force: true })
}

function nameOf(limit: number | null): string {
  return limit === null ? "V8's own" : `${limit} MiB`
}

/** In MiB a minute. */
const slopeOf = (samples: readonly MemorySample[], bytesOf: (sample: MemorySample) => number): number =>
  fittedSlope(samples.map(sample => [sample.seconds / 60, bytesOf(sample) / MIB]))

const warmUpSeconds = Math.min(WARM_UP_SECONDS, seconds / 3)
const rows = LIMITS.map((limit, index) => {
  const runs = bursts[index] ?? []
  const { limits, samples, pacedCpuUs } = paced[index] as YoungGenerationResult
  const warm = samples.filter(sample => sample.seconds >= warmUpSeconds)
  const cpu = runs.map(({ burstCpuUs }) => burstCpuUs / BURST_EVENTS)
  return [
    nameOf(limit),
    `${limits.maxYoungGenerationSizeMb} / ${limits.maxOldGenerationSizeMb}`,
    digits(median(runs.map(({ burstMs }) => BURST_EVENTS / burstMs))),
    `${digits(median(cpu))} (${digits(Math.min(...cpu))})`,
    digits(pacedCpuUs / (EVENTS_PER_SECOND * seconds)),
    digits(Math.max(...warm.map(({ workerHeap }) => workerHeap)) / MIB),
    digits(slopeOf(warm, ({ workerHeap }) => workerHeap)),
    digits(Math.max(...samples.map(({ resident }) => resident)) / MIB),
    digits(slopeOf(warm, ({ resident }) => resident)),
  ]
})

const page = `# The worker's young generation: which limit

Written by \`benchmarks/young-generation.ts\`; do not edit. ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() || 'CPU'}, load ${load.toFixed(1)} at the beginning.

V8 doubles the young generation of a thread while enough survives its collections, up to its limit, and gives nothing back while the
thread works: resident memory grows for a quarter of an hour although nothing leaks. A semi-space has a third of the limit, rounded up to
a power of two. Each limit in a process of its own, all in turn in each round. The application's own thread has a semi-space of 4 MiB.

- A burst: ${BURST_EVENTS.toLocaleString('en')} \`codex.tool_result\` events at once, after as many to warm up, until the collector has them; the median of ${rounds} rounds,
  of processor time also the least.
- A flow: ${EVENTS_PER_SECOND.toLocaleString('en')} events a second for ${seconds} s, once. Slopes are those of straight lines with the least squares after ${warmUpSeconds} s; the worker's heap is what
  V8 holds for it, used or not.

Processor time is that of the whole process.

| limit | young / old generation, MiB | burst, thousand events/s | burst, CPU us an event | flow, CPU us an event | worker's heap at most, MiB | its slope, MiB a minute | resident at most, MiB | its slope, MiB a minute |
|---|---|---|---|---|---|---|---|---|
${rows.map(cells => `| ${cells.join(' | ')} |`).join('\n')}
`
console.log(page)
if (rounds === 5 && seconds === PACED_SECONDS) await writeFile(PAGE, page)
