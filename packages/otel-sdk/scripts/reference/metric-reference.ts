import { INSTRUMENT_FORMS, type InstrumentKind, OVERFLOW_TAG, SERIES_BUDGET } from '../../src/catalogue/instrument.ts'
import { METRICS, type MetricEntry } from '../../src/catalogue/metric-table.ts'
import { code, table } from './markdown.ts'

const introduction = `# Metrics

This page is generated from the catalogue that the recorder uses (\`npm run docs\`); edit
\`packages/otel-sdk/src/catalogue/metric-table.ts\`, not the page.

Metrics go where \`metrics_exporter\` in \`[otel]\` says; without it nothing is recorded. Their scope is \`codex\`. Sums are
whole numbers that only grow. By default each export says what happened since the one before (delta temporality);
\`metrics = { temporality = "cumulative" }\` makes it the whole since the start. They are sent every minute
(\`OTEL_METRIC_EXPORT_INTERVAL\`, in milliseconds), with each \`flush\`, and when the process leaves, whichever way; what cannot be
delivered waits on disk as events do. Until then they are added up in memory, and a checkpoint in the spool says once a second
what changed: a process that is killed outright (SIGKILL) loses at most what it recorded in the last second, and the next
process sends the rest. So does a telemetry worker that crashes, whose successor sends the rest; what is lost is counted, as
\`worker-crashed\` in \`health().metrics.dropped\`. Without a spool both lose what was recorded since the last export.

## Recorded with the events

The calls that emit the events record these, so the numbers of both add up. Each carries the tags of its session besides its
own: \`app.version\`, \`auth_mode\` (when signed in), \`model\`, \`originator\` and \`session_source\`; with
\`metricTags: false\` in the session's options it has none of them. An unknown value reads \`unknown\`; characters that a tag cannot have become \`_\`.
`

const byHand = `## Recorded by hand

\`\`\`ts
session.counter('my_agent.cache', 1, { outcome: 'hit' })
session.histogram('my_agent.context_size', bytes)
session.recordDuration('my_agent.index.duration_ms', ms)
await session.time('my_agent.compact.duration_ms', { reason: 'full' }, () => compact())
using timer = session.startTimer('my_agent.review.duration_ms')   // or timer.end({ outcome: 'ok' })
telemetry.counter('my_agent.updates', 1)                          // of the process: without the session's tags
\`\`\`

| | may be |
|---|---|
| name | letters, digits, \`.\`, \`_\` and \`-\`; a name stands for one kind of metric, that of its first use |
| tag key, tag value | the same and \`/\`; not the key \`le\`, and neither a key of a conversation, a user, an account or an e-mail address, however it is spelled, nor the ids of a session as a value |
| tags of one measurement | up to 128, besides those of the session |
| increment of a sum | a whole number, not negative |
| value of a histogram, duration | a finite number, not negative; durations are cut to whole milliseconds |
| sum of a series since the start | up to 2^53 - 1; of a histogram, half of the largest number |

Anything else is dropped: \`health().metrics.dropped.invalid\` counts it, and \`onDiagnostic\` hears of each name once. Nothing
throws. Each combination of tags is a series; a metric has up to ${SERIES_BUDGET.toLocaleString('en')} of them, and the rest is added up in one with the tag
\`${OVERFLOW_TAG}\`, of which \`onDiagnostic\` hears once.

A turn is measured from its prompt to its end when it runs inside \`session.observeTurn({ prompt }, run)\`.
\`session.runtimeSummary()\` gives what the conversation came to so far, whether or not anything is exported. Tests of an
application find all of it in memory: \`createTestTelemetry()\` of \`@codex/otel-sdk/testing\`.

## On the wire
`

/** The page `docs/metrics.md`. */
export function metricReference(): string {
  const rows = (entries: readonly [string, MetricEntry][]): string =>
    table(
      ['metric', 'kind', 'own tags', 'one for each of'],
      entries.map(([name, { kind, tags, doc, sessionTags }]) => [
        code(name),
        KINDS[kind],
        tags.map(code).join(', '),
        sessionTags ? doc : `${doc} Without the tags of a session.`,
      ]),
    )
  const forms = Object.entries(INSTRUMENT_FORMS).map(([kind, { unit, description, bounds }]) => [
    KINDS[kind as InstrumentKind],
    unit === '' ? '' : code(unit),
    description,
    bounds?.join(', ') ?? '',
  ])
  const resource = RESOURCE.map(([attribute, doc]) => [code(attribute), doc])
  return [
    introduction,
    rows(Object.entries(METRICS)),
    byHand,
    table(['kind', 'unit', 'description', 'upper limits of the buckets'], forms),
    'A histogram whose name ends in `_ms` is one of durations.\n',
    table(['resource attribute', ''], resource),
  ]
    .map(part => part.trimEnd())
    .join('\n\n')
    .concat('\n')
}

const KINDS: Readonly<Record<InstrumentKind, string>> = {
  counter: 'sum',
  histogram: 'histogram',
  duration: 'durations',
}

const RESOURCE: readonly (readonly [string, string])[] = [
  ['service.name', 'as on all signals; so are `service.version`, `env`, `telemetry.sdk.*` and `[otel.resource]`'],
  ['os', 'the system as its user knows it: `Debian`, `macOS`, `Windows`, `Windows Server`'],
  ['os_version', '`12.0.0`, `14.5.0`, `11.0.22631`, `2022.0.20348` on these; absent when the system names none'],
  ['host.arch', '`amd64`, `arm64`; the host itself is not named'],
  ['user_id', 'a pseudonym of who is signed in: see [who is identified by what](identity.md)'],
]
