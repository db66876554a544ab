import type { PacedOptions, PacedResult } from '../children/paced.ts'
import { type ContenderName, LABELS } from '../contenders/index.ts'
import { runChild } from '../harness/child-process.ts'
import { microseconds, milliseconds, percent, times } from '../harness/format.ts'
import type { Bench, Part } from '../harness/part.ts'
import { median, medianDifference } from '../harness/statistics.ts'

const CONTENDERS = ['noop', 'stock-large', 'codex'] as const satisfies readonly ContenderName[]
const EVENTS_PER_SECOND = 10_000
/** The flow runs this long before it is measured. */
const WARM_UP_SECONDS = 1

interface Round extends PacedResult {
  delivered: number
}

async function runRound(bench: Bench, contender: ContenderName): Promise<Round> {
  await bench.receiver.reset()
  const result = await runChild<PacedResult>(bench.bundles('children/paced'), {
    contender,
    endpoint: bench.receiver.endpoint,
    codexHome: await bench.temporaryDirectory(),
    eventsPerSecond: EVENTS_PER_SECOND,
    seconds: 2,
  } satisfies PacedOptions)
  return { ...result, delivered: (await bench.receiver.counts()).records - EVENTS_PER_SECOND * WARM_UP_SECONDS }
}

/** A steady flow of events, and what the event loop notices of it. */
export const flow: Part = {
  name: 'flow',
  async run(bench) {
    const rounds: Record<(typeof CONTENDERS)[number], Round[]> = { noop: [], 'stock-large': [], codex: [] }
    for (let round = 0; round < (bench.quick ? 1 : 5); round++) {
      for (const contender of CONTENDERS) {
        bench.progress(`flow, round ${round + 1}: ${LABELS[contender]}`)
        rounds[contender].push(await runRound(bench, contender))
      }
    }
    const of = (contender: keyof typeof rounds, value: (round: Round) => number): number[] =>
      rounds[contender].map(value)
    const above = (contender: keyof typeof rounds, value: (round: Round) => number): number =>
      medianDifference(of(contender, value), of('noop', value))
    const threadCpu = (round: Round): number => round.threadCpuUs / round.events
    const processCpu = (round: Round): number => round.processCpuUs / round.events
    const callersShare = above('codex', threadCpu) / above('stock-large', threadCpu)
    const processShare = above('codex', processCpu) / above('stock-large', processCpu)
    const delay = above('codex', round => round.delayP99Ms)
    return {
      title: 'A steady flow',
      text:
        `${EVENTS_PER_SECOND.toLocaleString('en')} events a second, about ten every millisecond. CPU is what an event costs above the ` +
        'same flow in a build without the feature, which stands for the idle application. The delay is that of a 1 ms timer.',
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
      requirements: [
        {
          what: "flow: CPU an event on the caller's thread, against the stock SDK",
          required: 'at most 0.20 times',
          measured: times(callersShare),
          holds: callersShare <= 0.2,
          otherwise: "the hand-over to the worker costs the agent's thread more than promised.",
        },
        {
          what: 'flow: CPU of the whole process an event, against the same',
          required: 'at most 1.00 times',
          measured: times(processShare),
          holds: processShare <= 1,
          otherwise:
            'the worker takes over what came in within a millisecond, so it scrubs, stores and sends few events at a time; larger batches cost less and delay the agent more ([why](decisions/delivery-and-spool.md#requests-on-the-wire)). The difference is spent in the worker.',
        },
        {
          what: 'flow: event-loop delay p99 above the idle one',
          required: 'at most 1 ms',
          measured: milliseconds(delay),
          holds: delay <= 1,
          otherwise: "the worker competes with the agent for the machine's cores.",
        },
      ],
    }
  },
}
