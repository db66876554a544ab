import type { MetricsOptions, MetricsResult } from '../children/metrics.ts'
import { LABELS } from '../contenders/index.ts'
import type { MetricsContenderName } from '../contenders/metrics-index.ts'
import { runChild } from '../harness/child-process.ts'
import { megabytes, microseconds } from '../harness/format.ts'
import type { Part } from '../harness/part.ts'
import { atMost } from '../harness/requirement.ts'
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
/** Of a measurement that stayed there would be at least its number, eight bytes; a heap at rest moves by some kilobytes. */
const LIMIT_BYTES = 0.5

/** What a measurement costs the thread that records it, and whether memory stays where it is. */
export const metrics: Part = {
  name: 'metrics',
  async run(bench) {
    const rounds = bench.quick ? 5 : 7
    const results = {} as Record<MetricsContenderName, MetricsResult>
    for (const contender of Object.keys(CONTENDERS) as MetricsContenderName[]) {
      bench.progress(CONTENDERS[contender])
      results[contender] = await runChild<MetricsResult>(bench.bundles('children/metrics'), {
        contender,
        endpoint: bench.receiver.endpoint.replace('/v1/logs', '/v1/metrics'),
        codexHome: await bench.temporaryDirectory(),
        series: SERIES,
        measurements: MEASUREMENTS,
        rounds,
      } satisfies MetricsOptions)
    }
    /** From the first round after memory has settled to the last, for each measurement between. */
    const growth = (bytes: readonly number[]): number => {
      const settled = bytes.slice(SETTLED_AFTER)
      const grown = (settled.at(-1) ?? Number.NaN) - (settled[0] ?? Number.NaN)
      return grown / (MEASUREMENTS * (settled.length - 1))
    }
    const callerGrowth = ({ heapBytes }: MetricsResult): number => growth(heapBytes.map(({ caller }) => caller))
    const workerGrowth = ({ heapBytes }: MetricsResult): number => growth(heapBytes.map(({ workers }) => workers))
    const bytes = (count: number): string => `${count.toFixed(2)} bytes`
    const { codex } = results
    return {
      title: 'Measurements',
      text:
        `${rounds} rounds of ${MEASUREMENTS.toLocaleString('en')} measurements each on ${SERIES.toLocaleString('en')} series, with two tags ` +
        "of their own and five of the session. The time is processor time of the application's thread; the memory is that of the whole " +
        `process (RSS) after a flush and a garbage collection. Growth is from round ${SETTLED_AFTER + 1} to the last, for each measurement: of the process, which ` +
        'takes and gives memory back in steps, and of what is in use in the heaps of the two threads.',
      tables: [
        {
          columns: ['contender', 'an increment', 'a duration', 'memory', 'growth', "caller's heap", "worker's heap"],
          rows: (Object.keys(CONTENDERS) as MetricsContenderName[]).map(contender => {
            const result = results[contender]
            return [
              CONTENDERS[contender],
              microseconds(median(result.counterUs)),
              microseconds(median(result.durationUs)),
              megabytes(result.rssBytes.at(-1) ?? Number.NaN),
              bytes(growth(result.rssBytes)),
              bytes(callerGrowth(result)),
              contender === 'stock' ? '-' : bytes(workerGrowth(result)),
            ]
          }),
        },
      ],
      requirements: [
        atMost({
          what: "metrics: a measurement on the caller's thread",
          limit: LIMIT_US,
          measured: Math.max(median(codex.counterUs), median(codex.durationUs)),
          format: microseconds,
          otherwise: 'measurements in a tight loop slow the agent down more than promised.',
        }),
        {
          what: "metrics: what each further measurement leaves in the caller's heap, and in the worker's",
          required: `at most ${LIMIT_BYTES} bytes each`,
          measured: `${bytes(callerGrowth(codex))}, ${bytes(workerGrowth(codex))}`,
          holds: callerGrowth(codex) <= LIMIT_BYTES && workerGrowth(codex) <= LIMIT_BYTES,
          otherwise: 'memory grows with the number of measurements and not of series alone.',
        },
      ],
    }
  },
}
