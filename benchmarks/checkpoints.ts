import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createTelemetry } from '@codex/otel-sdk'
import { APP_VERSION } from '@codex/test-kit/contender'
import { median } from './harness/statistics.ts'
import { SESSION } from './tool-result.ts'

const RESULTS = new URL('../docs/benchmarks/checkpoints.md', import.meta.url)
const ROUNDS = 3
const SECONDS = 10
/** Half of the series are sums, half are durations. */
const SCENARIOS: readonly Scenario[] = [
  { name: 'an agent at work', series: 40, changing: 20, perSecond: 100 },
  { name: 'many series, few of which change', series: 1000, changing: 10, perSecond: 100 },
  { name: 'many series, all of which change', series: 1000, changing: 1000, perSecond: 10_000 },
]

interface Scenario {
  name: string
  series: number
  /** Of the series, those that are recorded in each second after the first. */
  changing: number
  /** Measurements a second. */
  perSecond: number
}

/** In one second. */
interface Cost {
  workerCpuMs: number
  callerCpuMs: number
  writtenBytes: number
  /** At the end. */
  spoolBytes: number
}

/** Bytes that the process has handed to the kernel to write. */
const written = (): number => Number(/^wchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'latin1'))?.[1])

async function measure({ series, changing, perSecond }: Scenario, checkpoints: boolean): Promise<Cost> {
  const codexHome = mkdtempSync(join(tmpdir(), 'codex-otel-checkpoints-'))
  const telemetry = createTelemetry({
    // Nothing is exported meanwhile, so the address plays no part.
    config: {
      metrics_exporter: { 'otlp-http': { endpoint: 'http://127.0.0.1:9/v1/metrics', protocol: 'binary' } },
      spool: { enabled: checkpoints },
    },
    codexHome,
    serviceVersion: APP_VERSION,
    env: {},
  })
  const session = telemetry.session(SESSION)
  const tags = Array.from({ length: series / 2 }, (_, i) => ({ tool: `tool-${i}`, success: 'true' }))
  const record = (i: number): void => {
    const of = tags[(i >> 1) % tags.length]
    if (i % 2 === 0) session.counter('my.counter', 1, of)
    else session.recordDuration('my.duration_ms', i % 977, of)
  }
  for (let i = 0; i < series; i++) record(i)
  // The worker has started, and compiled what it does.
  await wait(3000)
  const before = { cpu: process.cpuUsage(), caller: process.threadCpuUsage(), io: written() }
  const begin = performance.now()
  const elapsedMs = (): number => performance.now() - begin
  for (let recorded = 0; elapsedMs() < SECONDS * 1000; await wait(10)) {
    for (const due = (elapsedMs() * perSecond) / 1000; recorded < due; recorded++) record(recorded % changing)
  }
  const seconds = elapsedMs() / 1000
  const cpu = process.cpuUsage(before.cpu)
  const caller = process.threadCpuUsage(before.caller)
  const io = written()
  const files = readdirSync(codexHome, { recursive: true, encoding: 'utf8' }).map(name =>
    statSync(join(codexHome, name)),
  )
  const cost: Cost = {
    workerCpuMs: (cpu.user + cpu.system - caller.user - caller.system) / 1000 / seconds,
    callerCpuMs: (caller.user + caller.system) / 1000 / seconds,
    writtenBytes: (io - before.io) / seconds,
    spoolBytes: files.filter(stat => stat.isFile()).reduce((sum, { size }) => sum + size, 0),
  }
  await telemetry.shutdown({ timeoutMs: 100 })
  rmSync(codexHome, { recursive: true, force: true })
  return cost
}

const inProcess = (scenario: Scenario, checkpoints: boolean): Promise<Cost> =>
  new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [JSON.stringify({ scenario, checkpoints })], { execArgv: [] })
    child.on('message', cost => resolve(cost as Cost))
    child.on('error', reject)
  })

async function page(): Promise<string> {
  const rows: string[] = []
  for (const scenario of SCENARIOS) {
    const costs = { without: [] as Cost[], with: [] as Cost[] }
    for (let round = 0; round < ROUNDS; round++) {
      costs.without.push(await inProcess(scenario, false))
      costs.with.push(await inProcess(scenario, true))
    }
    for (const [name, all] of Object.entries(costs)) {
      const of = (key: keyof Cost): number => median(all.map(cost => cost[key]))
      const { series, changing, perSecond } = scenario
      rows.push(
        `| ${scenario.name} | ${series} | ${changing} | ${perSecond.toLocaleString('en')} | ${name} | ${of('workerCpuMs').toFixed(2)} ms | ` +
          `${of('callerCpuMs').toFixed(2)} ms | ${kilobytes(of('writtenBytes'))} | ${kilobytes(of('spoolBytes'))} |`,
      )
      console.error(rows.at(-1))
    }
  }
  return `# Checkpoints of metrics: what they cost

Written by \`benchmarks/checkpoints.ts\`; do not edit. ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() || 'CPU'},
medians of ${ROUNDS} rounds of ${SECONDS} s in fresh processes.

Once a second, while something is recorded, the worker writes to disk what changed since it last did, and from time to time all that was recorded
since the last export ([why, and how](../decisions/delivery-and-spool.md#checkpoints-of-metrics)). The figures are for one second between two exports, without
checkpoints (\`spool.enabled = false\`) and with them; half of the series are sums, half are durations. The CPU of the worker is that of the process without
the application's thread. What is written goes to the page cache, with one call a second and three where one checkpoint takes
the place of all; the kernel puts it on the disk when it sees fit, and not at all what was cut off by then. The file is what is in the spool at the end.

| | series | changing | measurements a second | checkpoints | CPU of the worker | CPU of the application's thread | written | file |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`

if (process.argv[2] === undefined) {
  const text = await page()
  mkdirSync(new URL('.', RESULTS), { recursive: true })
  writeFileSync(RESULTS, text)
  console.log(text)
} else {
  const { scenario, checkpoints } = JSON.parse(process.argv[2]) as { scenario: Scenario; checkpoints: boolean }
  process.send?.(await measure(scenario, checkpoints), () => process.exit())
}
