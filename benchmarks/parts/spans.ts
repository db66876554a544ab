import type { SpansOptions, SpansResult } from '../children/spans.ts'
import { LABELS } from '../contenders/index.ts'
import type { SpansContenderName } from '../contenders/spans-index.ts'
import { runChild } from '../harness/child-process.ts'
import { microseconds } from '../harness/format.ts'
import type { Part } from '../harness/part.ts'
import { atMost } from '../harness/requirement.ts'
import { median } from '../harness/statistics.ts'

const CONTENDERS: Readonly<Record<SpansContenderName, string>> = {
  stock: 'OpenTelemetry SDK',
  codex: LABELS.codex,
  untraced: `${LABELS.codex}, spans not exported`,
}
const TURNS = 100
/** A turn records a thousand at most. */
const PER_TURN = 900
/** Of what a span of the OpenTelemetry SDK costs its thread until it is exported. */
const LIMIT_OF_STOCK = 0.2
/** What opening and ending a span may take, in microseconds. */
const LIMIT_SPAN_US = 0.5
/** Of what an event costs while spans are not exported. */
const LIMIT_EMIT = 1.05

/** What a span costs the thread that opens and ends it, and what spans cost the events beside them. */
export const spans: Part = {
  name: 'spans',
  async run(bench) {
    const rounds = bench.quick ? 5 : 9
    const results = {} as Record<SpansContenderName, SpansResult>
    for (const contender of Object.keys(CONTENDERS) as SpansContenderName[]) {
      bench.progress(CONTENDERS[contender])
      results[contender] = await runChild<SpansResult>(bench.bundles('children/spans'), {
        contender,
        endpoint: bench.receiver.endpoint.replace('/v1/logs', '/v1/traces'),
        codexHome: await bench.temporaryDirectory(),
        turns: TURNS,
        perTurn: PER_TURN,
        rounds,
      } satisfies SpansOptions)
    }
    const span = (contender: SpansContenderName): number => median(results[contender].spanUs)
    const exported = (contender: SpansContenderName): number => median(results[contender].exportedUs)
    const emit = (contender: SpansContenderName): number => median(results[contender].emitUs)
    return {
      title: 'Spans',
      text:
        `${rounds} rounds of ${TURNS} turns with ${PER_TURN} spans each, which have a name and nothing else, and then with as many events. ` +
        "The time is processor time of the application's thread, for opening and ending one span, for the same until all are exported, and for one event.",
      tables: [
        {
          columns: ['contender', 'a span', 'with its export', 'an event'],
          rows: (Object.keys(CONTENDERS) as SpansContenderName[]).map(contender => [
            CONTENDERS[contender],
            microseconds(span(contender)),
            contender === 'untraced' ? '-' : microseconds(exported(contender)),
            results[contender].emitUs.length === 0 ? '-' : microseconds(emit(contender)),
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
          limit: LIMIT_EMIT * emit('untraced'),
          measured: emit('codex'),
          format: microseconds,
          otherwise: 'events pay for the spans that they belong to.',
        }),
      ],
    }
  },
}
