import type { BurstOptions, BurstResult } from '../children/burst.ts'
import { type ContenderName, LABELS } from '../contenders/index.ts'
import { runChild } from '../harness/child-process.ts'
import { digits, megabytes, microseconds, percent, times } from '../harness/format.ts'
import type { Bench, Part } from '../harness/part.ts'
import { median, medianRatio } from '../harness/statistics.ts'
import { compareRecords } from './records.ts'

const CONTENDERS = ['stock-default', 'stock-large', 'codex'] as const satisfies readonly ContenderName[]
const EVENTS = 100_000
const WARM_UP_EVENTS = 1_000

interface Round extends BurstResult {
  delivered: number
}

async function runRound(bench: Bench, contender: ContenderName): Promise<Round> {
  await bench.receiver.reset()
  const result = await runChild<BurstResult>(bench.bundles('children/burst'), {
    contender,
    endpoint: bench.receiver.endpoint,
    codexHome: await bench.temporaryDirectory(),
    events: EVENTS,
    warmUpEvents: WARM_UP_EVENTS,
  } satisfies BurstOptions)
  return { ...result, delivered: (await bench.receiver.counts()).records - WARM_UP_EVENTS }
}

/** Everything about 100,000 events that are recorded in one go. */
export const burst: Part = {
  name: 'burst',
  async run(bench) {
    const records = await compareRecords(bench, CONTENDERS)
    const rounds: Record<(typeof CONTENDERS)[number], Round[]> = { 'stock-default': [], 'stock-large': [], codex: [] }
    for (let round = 0; round < (bench.quick ? 1 : 5); round++) {
      for (const contender of CONTENDERS) {
        bench.progress(`burst, round ${round + 1}: ${LABELS[contender]}`)
        rounds[contender].push(await runRound(bench, contender))
      }
    }
    const of = (contender: keyof typeof rounds, value: (round: Round) => number): number[] =>
      rounds[contender].map(value)
    const ratio = (value: (round: Round) => number): number => medianRatio(of('codex', value), of('stock-large', value))
    const callersTime = ratio(round => round.emitMs)
    const cpu = ratio(round => round.processCpuUs)
    const memory = ratio(round => round.peakRssBytes)
    const delivered = Math.min(...of('codex', round => round.delivered))
    return {
      title: 'A burst',
      text:
        `${EVENTS.toLocaleString('en')} \`codex.tool_result\` events of ${records.bytesPerRecord} bytes on the wire, recorded in one synchronous go, ` +
        `after ${WARM_UP_EVENTS.toLocaleString('en')} to warm up; OTLP over HTTP, binary. ` +
        "Caller's time is that of the calls that record. CPU is processor time until everything was delivered, of the " +
        'thread that records and of the whole process with all of its threads. What is compared with the large queue ' +
        'is compared because it delivers everything too.',
      columns: [
        'contender',
        "caller's time an event",
        'CPU of the calls',
        'CPU an event, that thread',
        'CPU an event, process',
        'events/s',
        'delivered',
        'peak RSS',
      ],
      rows: CONTENDERS.map(contender => [
        LABELS[contender],
        microseconds(median(of(contender, round => (round.emitMs * 1000) / EVENTS))),
        microseconds(median(of(contender, round => round.emitCpuUs / EVENTS))),
        microseconds(median(of(contender, round => round.threadCpuUs / EVENTS))),
        microseconds(median(of(contender, round => round.processCpuUs / EVENTS))),
        digits(median(of(contender, round => (round.delivered * 1000) / round.deliveredMs))),
        percent(Math.min(...of(contender, round => round.delivered)), EVENTS),
        megabytes(median(of(contender, round => round.peakRssBytes))),
      ]),
      requirements: [
        records.requirement,
        {
          what: "burst: caller's time an event, against the stock SDK with a large queue",
          required: 'at most 0.20 times',
          measured: times(callersTime),
          holds: callersTime <= 0.2,
          otherwise: 'an event holds the agent longer than promised while it records many at once.',
        },
        {
          what: 'burst: CPU of the whole process an event, against the same',
          required: 'at most 1.00 times',
          measured: times(cpu),
          holds: cpu <= 1,
          otherwise:
            'scrubbing secrets and writing to disk, which the stock SDK does not do, cost more than the cheaper records save.',
        },
        {
          what: 'burst: peak RSS, against the same',
          required: 'at most 1.00 times',
          measured: times(memory),
          holds: memory <= 1,
          otherwise: 'what was recorded waits in memory faster than the worker takes it over.',
        },
        {
          what: `burst: delivered of ${EVENTS.toLocaleString('en')} in one go`,
          required: '100 %',
          measured: percent(delivered, EVENTS),
          holds: rounds.codex.every(round => round.delivered === EVENTS),
          otherwise:
            'a burst of this size exceeds a queue, and the rest is counted as dropped in `telemetry.health()`.',
        },
      ],
    }
  },
}
