import type { RunOptions } from '../children/run.ts'
import { type ContenderName, LABELS } from '../contenders/index.ts'
import { timeProcess } from '../harness/child-process.ts'
import { milliseconds } from '../harness/format.ts'
import type { Bench, Part } from '../harness/part.ts'
import { startRemoteReceiver } from '../harness/receiver.ts'
import { atMost } from '../harness/requirement.ts'
import { median, medianDifference } from '../harness/statistics.ts'

const CONTENDERS = ['noop', 'stock-default', 'codex'] as const satisfies readonly ContenderName[]
const EVENTS = 1_000
/** The budget for leaving, `shutdown_timeout_ms`, and what it may take beyond that. */
const LIMIT_MS = 500 + 100

interface Round {
  ms: number
  /** Records that were there when the next run had ended, of `2 * EVENTS`. */
  delivered: number
}

/** One run while nothing listens, then one while the collector is back at the same address. */
async function runRound(bench: Bench, contender: ContenderName): Promise<Round> {
  const gone = await startRemoteReceiver()
  await gone.close()
  const options: RunOptions = {
    module: bench.bundles(`contenders/${contender}`),
    endpoint: gone.endpoint,
    codexHome: await bench.temporaryDirectory(),
    events: EVENTS,
    waitMs: 300,
    ending: 'exit',
  }
  const script = bench.bundles('children/run')
  const ms = await timeProcess(script, options)
  const back = await startRemoteReceiver({ port: Number(new URL(gone.endpoint).port) })
  try {
    await timeProcess(script, { ...options, ending: 'shutdown' })
    return { ms, delivered: (await back.counts()).records }
  } finally {
    await back.close()
  }
}

/** Leaving while the collector is down, and what becomes of the events. */
export const deadCollector: Part = {
  name: 'dead-collector',
  async run(bench) {
    const rounds: Record<(typeof CONTENDERS)[number], Round[]> = { noop: [], 'stock-default': [], codex: [] }
    const count = bench.quick ? 1 : 5
    for (let round = 0; round < count; round++) {
      bench.progress(`round ${round + 1} of ${count}`)
      for (const contender of CONTENDERS) rounds[contender].push(await runRound(bench, contender))
    }
    const ms = (contender: keyof typeof rounds): number[] => rounds[contender].map(round => round.ms)
    const delivered = (contender: keyof typeof rounds): number =>
      Math.min(...rounds[contender].map(round => round.delivered))
    return {
      title: 'A dead collector',
      text:
        `A run that records ${EVENTS.toLocaleString('en')} events, works 300 ms and leaves with \`process.exit()\` while nothing listens at the ` +
        `endpoint; then a second one with as many, while the collector is back.`,
      tables: [
        {
          columns: [
            'contender',
            'first run takes',
            `arrived after the second run, of ${(2 * EVENTS).toLocaleString('en')}`,
          ],
          rows: CONTENDERS.map(contender => [
            LABELS[contender],
            milliseconds(median(ms(contender))),
            contender === 'noop' ? '-' : delivered(contender).toLocaleString('en'),
          ]),
        },
      ],
      requirements: [
        atMost({
          what: 'dead collector: leaving takes longer than without telemetry',
          limit: LIMIT_MS,
          measured: medianDifference(ms('codex'), ms('noop')),
          format: milliseconds,
          otherwise: 'leaving waits longer for an unreachable collector than its budget and the margin allow.',
        }),
        {
          what: 'dead collector: delivered by the next run, with its own',
          required: (2 * EVENTS).toLocaleString('en'),
          measured: delivered('codex').toLocaleString('en'),
          holds: rounds.codex.every(round => round.delivered === 2 * EVENTS),
          otherwise: 'the next run does not send all that the first one left on disk.',
        },
      ],
    }
  },
}
