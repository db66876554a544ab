import type { MetricsOptions, MetricsResult } from '../children/metrics.ts'
import { LABELS } from '../contenders/index.ts'
import type { MetricsContenderName } from '../contenders/metrics-index.ts'
import { runChild } from '../harness/child-process.ts'
import { megabytes, microseconds } from '../harness/format.ts'
import type { Part } from '../harness/part.ts'
import { median } from '../harness/statistics.ts'

const CONTENDERS: Readonly<Record<MetricsContenderName, string>> = {
  stock: 'OpenTelemetry SDK, attributes made beforehand',
  codex: LABELS.codex,
}
const SERIES = 1000
const MEASUREMENTS = 1_000_000
/** Memory settles in so many rounds: by then each series and each buffer is there. */
const SETTLED_AFTER = 2
const LIMIT_US = 0.5
/** Less than the number itself, round by round: V8 makes room for new objects in steps, but nothing recorded stays. */
const LIMIT_BYTES = 8

/** What a measurement costs the thread that records it, and whether memory stays where it is. */
export const metrics: Part = {
  name: 'metrics',
  async run(bench) {
    const rounds = bench.quick ? 5 : 10
    const results = {} as Record<MetricsContenderName, MetricsResult>
    for (const contender of Object.keys(CONTENDERS) as MetricsContenderName[]) {
      bench.progress(`metrics: ${CONTENDERS[contender]}`)
      results[contender] = await runChild<MetricsResult>(bench.bundles('children/metrics'), {
        contender,
        endpoint: bench.receiver.endpoint.replace('/v1/logs', '/v1/metrics'),
        codexHome: await bench.temporaryDirectory(),
        series: SERIES,
        measurements: MEASUREMENTS,
        rounds,
      } satisfies MetricsOptions)
    }
    const growth = ({ rssBytes }: MetricsResult): number => {
      const settled = rssBytes.slice(SETTLED_AFTER)
      const byRound = settled.slice(1).map((bytes, i) => bytes - (settled[i] ?? Number.NaN))
      return median(byRound) / MEASUREMENTS
    }
    const { codex } = results
    const dearest = Math.max(median(codex.counterUs), median(codex.durationUs))
    return {
      title: 'Measurements',
      text:
        `${rounds} rounds of ${MEASUREMENTS.toLocaleString('en')} measurements each on ${SERIES.toLocaleString('en')} series, with two tags ` +
        "of their own and five of the session. The time is processor time of the application's thread; the memory is that of the whole " +
        `process after a flush and a garbage collection, and its growth the median of what a round after number ${SETTLED_AFTER + 1} added, for each measurement.`,
      columns: ['contender', 'an increment', 'a duration', 'memory', 'growth'],
      rows: (Object.keys(CONTENDERS) as MetricsContenderName[]).map(contender => {
        const result = results[contender]
        return [
          CONTENDERS[contender],
          microseconds(median(result.counterUs)),
          microseconds(median(result.durationUs)),
          megabytes(result.rssBytes.at(-1) ?? Number.NaN),
          `${growth(result).toFixed(1)} bytes`,
        ]
      }),
      requirements: [
        {
          what: "metrics: a measurement on the caller's thread",
          required: `at most ${LIMIT_US} us`,
          measured: microseconds(dearest),
          holds: dearest <= LIMIT_US,
        },
        {
          what: 'metrics: memory that each further measurement takes',
          required: `at most ${LIMIT_BYTES} bytes`,
          measured: `${growth(codex).toFixed(1)} bytes`,
          holds: growth(codex) <= LIMIT_BYTES,
        },
      ],
    }
  },
}
