import type { RunOptions } from '../children/run.ts'
import { type ContenderName, LABELS } from '../contenders/index.ts'
import { timeProcess } from '../harness/child-process.ts'
import { milliseconds, percent } from '../harness/format.ts'
import type { Bench, Part, Requirement } from '../harness/part.ts'
import { atMost } from '../harness/requirement.ts'
import { median, medianDifference } from '../harness/statistics.ts'

const CONTENDERS = [
  'noop',
  'bare-worker',
  'stock-default',
  'node-sdk',
  'pino',
  'codex',
] as const satisfies ContenderName[]
type Name = (typeof CONTENDERS)[number]
const EVENTS = 20

const leavesLate = (): string =>
  'the last request and its answer take longer than promised, within the budget for leaving.'
/** `bareWorker` is what an empty worker thread adds to the same run. */
const waitsForWorker = (bareWorker: string): string =>
  `such a run waits until its worker has started. Node takes ${bareWorker} of it for an empty worker thread, the rest is the worker's program and the first request; the worker of a run that works 300 ms starts meanwhile.`

type Ending = Pick<RunOptions, 'waitMs' | 'ending'>

/** The runs, and how much longer each may take than without telemetry. */
const CASES: readonly (Ending & { label: string; limitMs: number; otherwise: (bareWorker: string) => string })[] = [
  { label: 'works 300 ms, `await shutdown()`', waitMs: 300, ending: 'shutdown', limitMs: 50, otherwise: leavesLate },
  { label: 'works 300 ms, `process.exit()`', waitMs: 300, ending: 'exit', limitMs: 50, otherwise: leavesLate },
  { label: 'ends at once, `await shutdown()`', waitMs: 0, ending: 'shutdown', limitMs: 90, otherwise: waitsForWorker },
  { label: 'ends at once, `process.exit()`', waitMs: 0, ending: 'exit', limitMs: 90, otherwise: waitsForWorker },
]

interface Round {
  ms: number
  delivered: number
}

async function runRound(bench: Bench, contender: ContenderName, ending: Ending): Promise<Round> {
  await bench.receiver.reset()
  const ms = await timeProcess(bench.bundles('children/run'), {
    module: bench.bundles(`contenders/${contender}`),
    endpoint: bench.receiver.endpoint,
    codexHome: await bench.temporaryDirectory(),
    events: EVENTS,
    waitMs: ending.waitMs,
    ending: ending.ending,
  } satisfies RunOptions)
  return { ms, delivered: (await bench.receiver.counts()).records }
}

/** Whole runs of an application, from outside. */
export const run: Part = {
  name: 'run',
  async run(bench) {
    const rows: string[][] = []
    const requirements: Requirement[] = []
    const count = bench.quick ? 3 : 9
    for (const { label, limitMs, otherwise, ...ending } of CASES) {
      bench.progress(label)
      const rounds = Object.fromEntries(CONTENDERS.map(name => [name, [] as Round[]])) as Record<Name, Round[]>
      for (let round = 0; round < count; round++) {
        for (const contender of CONTENDERS) rounds[contender].push(await runRound(bench, contender, ending))
      }
      const ms = (contender: Name): number[] => rounds[contender].map(round => round.ms)
      const delivered = (contender: Name): string =>
        percent(
          rounds[contender].reduce((sum, round) => sum + round.delivered, 0),
          count * EVENTS,
        )
      for (const contender of CONTENDERS) {
        rows.push([
          label,
          LABELS[contender],
          milliseconds(median(ms(contender))),
          contender === 'noop' ? '-' : milliseconds(medianDifference(ms(contender), ms('noop'))),
          contender === 'noop' || contender === 'bare-worker' ? '-' : delivered(contender),
        ])
      }
      requirements.push(
        atMost({
          what: `run that ${label}: longer than without telemetry`,
          limit: limitMs,
          measured: medianDifference(ms('codex'), ms('noop')),
          format: milliseconds,
          otherwise: otherwise(milliseconds(medianDifference(ms('bare-worker'), ms('noop')))),
        }),
        {
          what: `run that ${label}: delivered`,
          required: '100 %, once',
          measured: delivered('codex'),
          holds: rounds.codex.every(round => round.delivered === EVENTS),
          otherwise: 'the budget for leaving ends before the last request, and the next run sends the rest from disk.',
        },
      )
    }
    return {
      title: 'Whole runs',
      text: `Processes that record ${EVENTS} events, the last one at their end, timed from outside against a healthy collector. An empty worker thread is what Node alone takes to start one and to end with it: the least that telemetry on a thread of its own can cost.`,
      tables: [{ columns: ['the run', 'contender', 'takes', 'more than without', 'delivered'], rows }],
      requirements,
    }
  },
}
