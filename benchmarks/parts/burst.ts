import type { BurstOptions, BurstResult } from '../children/burst.ts'
import { type ContenderName, LABELS } from '../contenders/index.ts'
import { runChild } from '../harness/child-process.ts'
import { digits, megabytes, microseconds, percent, times } from '../harness/format.ts'
import type { Bench, Part } from '../harness/part.ts'
import { atLeast, atMost } from '../harness/requirement.ts'
import { median, medianRatio } from '../harness/statistics.ts'
import { compareRecords } from './records.ts'

const CONTENDERS = ['stock-default', 'stock-large', 'node-sdk', 'pino', 'codex'] as const satisfies ContenderName[]
type Name = (typeof CONTENDERS)[number]
const EVENTS = 100_000
const WARM_UP_EVENTS = 1_000

export interface BurstRound extends BurstResult {
  delivered: number
}

/** One burst in a process of its own. */
export async function runBurst(
  bench: Bench,
  { contender, ...burst }: { contender: ContenderName } & Pick<BurstOptions, 'events' | 'warmUpEvents'>,
): Promise<BurstRound> {
  await bench.receiver.reset()
  const arrived = async (): Promise<number> => (await bench.receiver.counts()).records
  const result = await runChild<BurstResult>(
    bench.bundles('children/burst'),
    {
      ...burst,
      module: bench.bundles(`contenders/${contender}`),
      endpoint: bench.receiver.endpoint,
      codexHome: await bench.temporaryDirectory(),
    } satisfies BurstOptions,
    { arrived },
  )
  return { ...result, delivered: (await arrived()) - burst.warmUpEvents }
}

/** Everything about 100,000 events that are recorded in one go. */
export const burst: Part = {
  name: 'burst',
  async run(bench) {
    const records = await compareRecords(bench, CONTENDERS)
    const rounds = Object.fromEntries(CONTENDERS.map(name => [name, [] as BurstRound[]])) as Record<Name, BurstRound[]>
    const count = bench.quick ? 1 : 5
    for (let round = 0; round < count; round++) {
      for (const contender of CONTENDERS) {
        bench.progress(`round ${round + 1} of ${count}: ${LABELS[contender]}`)
        rounds[contender].push(await runBurst(bench, { contender, events: EVENTS, warmUpEvents: WARM_UP_EVENTS }))
      }
    }
    const of = (contender: Name, value: (round: BurstRound) => number): number[] => rounds[contender].map(value)
    const ratio = (value: (round: BurstRound) => number): number =>
      medianRatio(of('codex', value), of('stock-large', value))
    const perSecond = (round: BurstRound): number => (round.delivered * 1000) / round.deliveredMs
    const delivered = of('codex', round => round.delivered)
    return {
      title: 'A burst',
      text:
        `${EVENTS.toLocaleString('en')} \`codex.tool_result\` events of ${records.bytesPerRecord} bytes on the wire, recorded in one synchronous go, ` +
        `after ${WARM_UP_EVENTS.toLocaleString('en')} to warm up; OTLP over HTTP, binary. ` +
        "Caller's time is that of the calls that record. CPU is processor time until everything was delivered, of the " +
        'thread that records and of the whole process with all of its threads. What is compared with the large queue ' +
        'is compared because it delivers everything too.',
      tables: [
        {
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
            digits(median(of(contender, perSecond))),
            percent(Math.min(...of(contender, round => round.delivered)), EVENTS),
            megabytes(median(of(contender, round => round.peakRssBytes))),
          ]),
        },
      ],
      requirements: [
        records.requirement,
        atMost({
          what: "burst: caller's time an event, against the stock SDK with a large queue",
          limit: 0.1,
          measured: ratio(round => round.emitMs),
          format: times,
          otherwise: 'an event holds the agent longer than promised while it records many at once.',
        }),
        atMost({
          what: 'burst: CPU of the whole process an event, against the same',
          limit: 0.33,
          measured: ratio(round => round.processCpuUs),
          format: times,
          otherwise:
            'scrubbing secrets and writing to disk, which the stock SDK does not do, take back a part of what the cheaper records save.',
        }),
        atLeast({
          what: 'burst: events delivered a second, against the same',
          limit: 4,
          measured: ratio(perSecond),
          format: times,
          otherwise: 'one worker takes over, scrubs, stores and sends all events, one after the other.',
        }),
        atMost({
          what: 'burst: peak RSS, against the same',
          limit: 0.35,
          measured: ratio(round => round.peakRssBytes),
          format: times,
          otherwise: 'what was recorded waits in memory faster than the worker takes it over.',
        }),
        {
          what: `burst: delivered of ${EVENTS.toLocaleString('en')} in one go`,
          required: '100 %, once',
          measured: percent(Math.min(...delivered), EVENTS),
          holds: delivered.every(count => count === EVENTS),
          otherwise:
            'a burst of this size exceeds a queue, and the rest is counted as dropped in `telemetry.health()`.',
        },
      ],
    }
  },
}
