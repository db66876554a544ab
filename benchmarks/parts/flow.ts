import type { PacedOptions, PacedResult } from '../children/paced.ts'
import { type ContenderName, LABELS } from '../contenders/index.ts'
import { runChild } from '../harness/child-process.ts'
import { microseconds, milliseconds, percent, times } from '../harness/format.ts'
import type { Bench, Part } from '../harness/part.ts'
import { atMost } from '../harness/requirement.ts'
import { median, medianDifference } from '../harness/statistics.ts'

const CONTENDERS = ['noop', 'stock-large', 'node-sdk', 'pino', 'codex'] as const satisfies ContenderName[]
type Name = (typeof CONTENDERS)[number]
const EVENTS_PER_SECOND = 10_000
/** The flow runs this long before it is measured: what compiles in the beginning is in the part of what is paid once. */
const WARM_UP_SECONDS = 3
const MEASURED_SECONDS = 3

interface Round extends PacedResult {
  delivered: number
}

async function runRound(bench: Bench, contender: ContenderName): Promise<Round> {
  await bench.receiver.reset()
  const arrived = async (): Promise<number> => (await bench.receiver.counts()).records
  const options: PacedOptions = {
    module: bench.bundles(`contenders/${contender}`),
    endpoint: bench.receiver.endpoint,
    codexHome: await bench.temporaryDirectory(),
    eventsPerSecond: EVENTS_PER_SECOND,
    warmUpSeconds: WARM_UP_SECONDS,
    seconds: MEASURED_SECONDS,
  }
  const result = await runChild<PacedResult>(bench.bundles('children/paced'), options, { arrived })
  return { ...result, delivered: (await arrived()) - EVENTS_PER_SECOND * WARM_UP_SECONDS }
}

/** A steady flow of events, and what the event loop notices of it. */
export const flow: Part = {
  name: 'flow',
  async run(bench) {
    const rounds = Object.fromEntries(CONTENDERS.map(name => [name, [] as Round[]])) as Record<Name, Round[]>
    const count = bench.quick ? 1 : 5
    for (let round = 0; round < count; round++) {
      for (const contender of CONTENDERS) {
        bench.progress(`round ${round + 1} of ${count}: ${LABELS[contender]}`)
        rounds[contender].push(await runRound(bench, contender))
      }
    }
    const of = (contender: Name, value: (round: Round) => number): number[] => rounds[contender].map(value)
    const above = (contender: Name, value: (round: Round) => number): number =>
      medianDifference(of(contender, value), of('noop', value))
    const threadCpu = (round: Round): number => round.threadCpuUs / round.events
    const processCpu = (round: Round): number => round.processCpuUs / round.events
    const share = (value: (round: Round) => number): number => above('codex', value) / above('stock-large', value)
    return {
      title: 'A steady flow',
      text:
        `${EVENTS_PER_SECOND.toLocaleString('en')} events a second, about ten every millisecond, for ${MEASURED_SECONDS} s after ${WARM_UP_SECONDS} s that are not measured. CPU is what an event costs above the ` +
        'same flow in a build without the feature, which stands for the idle application. The delay is that of a 1 ms timer.',
      tables: [
        {
          columns: [
            'contender',
            "CPU an event, caller's thread",
            'CPU an event, process',
            'event-loop delay, p99',
            'delivered',
          ],
          rows: CONTENDERS.map(contender => [
            LABELS[contender],
            contender === 'noop' ? '0' : microseconds(above(contender, threadCpu)),
            contender === 'noop' ? '0' : microseconds(above(contender, processCpu)),
            milliseconds(median(of(contender, round => round.delayP99Ms))),
            contender === 'noop' ? '-' : percent(Math.min(...of(contender, r => r.delivered / r.events)), 1),
          ]),
        },
      ],
      requirements: [
        atMost({
          what: "flow: CPU an event on the caller's thread, against the stock SDK",
          limit: 0.1,
          measured: share(threadCpu),
          format: times,
          otherwise: "the hand-over to the worker costs the agent's thread more than promised.",
        }),
        atMost({
          what: 'flow: CPU of the whole process an event, against the same',
          limit: 0.5,
          measured: share(processCpu),
          format: times,
          otherwise:
            'the worker takes over what came in within a short time, so it scrubs, stores and sends few events at a time; larger batches cost less ([why](decisions/delivery-and-spool.md#requests-on-the-wire)). The difference is spent in the worker.',
        }),
        atMost({
          what: 'flow: event-loop delay p99 above the idle one',
          limit: 0.5,
          measured: above('codex', round => round.delayP99Ms),
          format: milliseconds,
          otherwise: "the worker competes with the agent for the machine's cores.",
        }),
        {
          what: 'flow: delivered',
          required: '100 %, once',
          measured: percent(Math.min(...of('codex', round => round.delivered / round.events)), 1),
          holds: rounds.codex.every(({ delivered, events }) => delivered === events),
          otherwise:
            'events come faster than the worker sends them, and the rest is counted as dropped in `telemetry.health()`.',
        },
      ],
    }
  },
}
