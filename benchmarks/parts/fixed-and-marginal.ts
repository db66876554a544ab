import { type ContenderName, LABELS } from '../contenders/index.ts'
import { digits, microseconds, milliseconds, percent } from '../harness/format.ts'
import type { Part } from '../harness/part.ts'
import { median } from '../harness/statistics.ts'
import { type BurstRound, runBurst } from './burst.ts'

const CONTENDERS = ['noop', 'stock-large', 'pino', 'codex'] as const satisfies ContenderName[]
type Name = (typeof CONTENDERS)[number]
const FEW = 50_000
const MANY = 400_000

/** A cost as a straight line over the number of events. */
interface Line {
  /** In microseconds. */
  anEvent: number
  /** What is paid once, in microseconds. */
  once: number
}

/** What is paid for each event, and what is paid once a process. */
export const fixedAndMarginal: Part = {
  name: 'fixed-and-marginal',
  async run(bench) {
    const few = Object.fromEntries(CONTENDERS.map(name => [name, [] as BurstRound[]])) as Record<Name, BurstRound[]>
    const many = structuredClone(few)
    const count = bench.quick ? 1 : 2
    for (let round = 0; round < count; round++) {
      for (const contender of CONTENDERS) {
        bench.progress(`round ${round + 1} of ${count}: ${LABELS[contender]}`)
        few[contender].push(await runBurst(bench, { contender, events: FEW, warmUpEvents: 0 }))
        many[contender].push(await runBurst(bench, { contender, events: MANY, warmUpEvents: 0 }))
      }
    }
    const line = (contender: Name, value: (round: BurstRound) => number): Line => {
      const [atFew, atMany] = [median(few[contender].map(value)), median(many[contender].map(value))]
      const anEvent = (atMany - atFew) / (MANY - FEW)
      return { anEvent, once: atFew - FEW * anEvent }
    }
    const idle = (value: (round: BurstRound) => number): number => line('noop', value).once
    const cells = (contender: Name, value: (round: BurstRound) => number): string[] => {
      const { anEvent, once } = line(contender, value)
      return [microseconds(anEvent), milliseconds((once - idle(value)) / 1000)]
    }
    const delivered = many.codex.map(round => round.delivered)
    const rivals = CONTENDERS.filter(contender => contender !== 'noop')
    return {
      title: 'Once, and for each event',
      text:
        `${FEW.toLocaleString('en')} and ${MANY.toLocaleString('en')} events, each number in one synchronous go in a fresh process without a warm-up. An event's cost is ` +
        `the difference of the two over ${(MANY - FEW).toLocaleString('en')}; the rest is paid once: what is loaded, compiled and started, above ` +
        `a process without telemetry (${milliseconds(idle(({ whole }) => whole.processCpuUs) / 1000)} of CPU). Time ends when all are delivered. A negative rest means that events cost more the more of them wait.`,
      tables: [
        {
          columns: [
            'contender',
            "CPU an event, caller's thread",
            "CPU once, caller's thread",
            'CPU an event, process',
            'CPU once, process',
            'time an event',
            'time once',
            'events/s',
            'delivered',
          ],
          rows: rivals.map(contender => [
            LABELS[contender],
            ...cells(contender, ({ whole }) => whole.threadCpuUs),
            ...cells(contender, ({ whole }) => whole.processCpuUs),
            ...cells(contender, ({ whole }) => whole.ms * 1000),
            digits(1e6 / line(contender, ({ whole }) => whole.ms * 1000).anEvent),
            percent(Math.min(...many[contender].map(round => round.delivered)), MANY),
          ]),
        },
      ],
      requirements: [
        {
          what: `once, and for each event: delivered of ${MANY.toLocaleString('en')} in one go`,
          required: '100 %, once',
          measured: percent(Math.min(...delivered), MANY),
          holds: delivered.every(count => count === MANY),
          otherwise:
            'a burst of this size exceeds a queue, and the rest is counted as dropped in `telemetry.health()`.',
        },
      ],
    }
  },
}
