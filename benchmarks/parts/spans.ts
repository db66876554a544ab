import type { SpansOptions, SpansResult } from '../children/spans.ts'
import { LABELS } from '../contenders/index.ts'
import type { SpansContenderName } from '../contenders/spans-index.ts'
import { runChild } from '../harness/child-process.ts'
import { microseconds, times } from '../harness/format.ts'
import type { Part } from '../harness/part.ts'
import { atMost } from '../harness/requirement.ts'
import { median, medianRatio } from '../harness/statistics.ts'

const CONTENDERS: Readonly<Record<SpansContenderName, string>> = {
  stock: 'OpenTelemetry SDK',
  codex: LABELS.codex,
  untraced: `${LABELS.codex}, spans not exported`,
}
const ROUNDS = 3
const TURNS = 100
/** A turn records a thousand at most. */
const PER_TURN = 900
/** Of what a span of the OpenTelemetry SDK costs its thread until it is exported. */
const LIMIT_OF_STOCK = 0.2
/** What opening and ending a span may take, in microseconds. */
const LIMIT_SPAN_US = 0.5
/** Of what an event takes while spans are not exported. */
const LIMIT_EMIT = 1.05

type Results = Record<SpansContenderName, SpansResult[]>

/** What a span costs the thread that opens and ends it, and what spans cost the events beside them. */
export const spans: Part = {
  name: 'spans',
  async run(bench) {
    const processes = bench.quick ? 3 : 5
    const names = Object.keys(CONTENDERS) as SpansContenderName[]
    const results = Object.fromEntries(names.map(name => [name, [] as SpansResult[]])) as Results
    // One beside the other, so that a busy minute of the machine is not told of one of them.
    for (let i = 1; i <= processes; i++) {
      for (const contender of names) {
        bench.progress(`process ${i} of ${processes}: ${CONTENDERS[contender]}`)
        const result = await runChild<SpansResult>(bench.bundles('children/spans'), {
          contender,
          endpoint: bench.receiver.endpoint.replace('/v1/logs', '/v1/traces'),
          codexHome: await bench.temporaryDirectory(),
          turns: TURNS,
          perTurn: PER_TURN,
          rounds: ROUNDS,
        } satisfies SpansOptions)
        results[contender].push(result)
      }
    }
    const all = (contender: SpansContenderName, of: keyof SpansResult): number[] =>
      results[contender].map(result => median(result[of]))
    const span = (contender: SpansContenderName): number => median(all(contender, 'spanUs'))
    const exported = (contender: SpansContenderName): number => median(all(contender, 'exportedUs'))
    const emit = (contender: SpansContenderName): number => median(all(contender, 'emitUs'))
    return {
      title: 'Spans',
      text:
        `${processes} processes of each, by turns, and ${ROUNDS} rounds in each of ${TURNS} turns with ${PER_TURN} spans, which have a name and nothing else, and then with as many events. ` +
        "What opening and ending a span takes the application's thread, and what an event does, is the median of the turns; with the export it is processor time of that thread until all spans are exported.",
      tables: [
        {
          columns: ['contender', 'a span', 'with its export', 'an event'],
          rows: names.map(contender => [
            CONTENDERS[contender],
            microseconds(span(contender)),
            contender === 'untraced' ? '-' : microseconds(exported(contender)),
            contender === 'stock' ? '-' : microseconds(emit(contender)),
          ]),
        },
      ],
      requirements: [
        atMost({
          what: "spans: opening and ending one, on the caller's thread",
          limit: LIMIT_SPAN_US,
          measured: span('codex'),
          format: microseconds,
          otherwise: 'a turn of ten spans costs some microseconds more than promised.',
        }),
        atMost({
          what: "spans: one on the caller's thread until it is exported, beside the OpenTelemetry SDK",
          limit: LIMIT_OF_STOCK * exported('stock'),
          measured: exported('codex'),
          format: microseconds,
          otherwise: 'most of what a span costs is on the thread that it should be away from.',
        }),
        atMost({
          what: 'spans: an event while spans are exported, beside one while they are not',
          limit: LIMIT_EMIT,
          measured: medianRatio(all('codex', 'emitUs'), all('untraced', 'emitUs')),
          format: times,
          otherwise: 'events pay for the spans that they belong to.',
        }),
      ],
    }
  },
}
