import type { SpanAttribute, SpanEventAttributes } from '../../src/catalogue/span-row.ts'
import { EVERY_SPAN, SPAN_TABLE } from '../../src/catalogue/span-table.ts'
import { code, table } from './markdown.ts'

const introduction = `# Traces

This page is generated from the table that the spans are made of (\`npm run docs\`); edit
\`packages/otel-sdk/src/catalogue/span-table.ts\`, not the page.

Each turn is a trace of few spans, every one of them something that its user knows:

\`\`\`
codex.session_init            a trace of its own, once a session
invoke_agent codex-cli        a turn; below the span in whose trace the agent was started, where there is one
├─ chat gpt-5.1-codex         a request to the model, with all attempts and the stream to its end
├─ codex.approval             only where somebody was asked
├─ execute_tool exec_command  a tool at work
│  └─ invoke_agent explorer   the turn of a sub-agent
└─ chat gpt-5.1-codex
\`\`\`

A turn of *m* requests, *t* tool calls and *a* questions has exactly 1 + *m* + *t* + *a* spans. An attempt that is repeated stays in the span of its
request; a stream that breaks off and is asked for again is a second one. Spans that the application opens itself with \`session.span()\` come on top.

Names and types are those of OpenTelemetry's conventions for GenAI 1.41, and \`codex.*\` where these have none. What a
model read and wrote stands on the \`chat\` spans alone, and no other span names a model: a receiver that adds up tokens counts each once. The sums
of a turn have names of their own. Of prompts, and of what tools are called with and answer, spans have the length alone; with \`content = true\` of
[\`[otel.traces]\`](configuration.md#oteltraces) they have those texts that [\`[otel.content]\`](configuration.md#otelcontent) sends in full, too. All texts are
scrubbed of secrets.

Scope \`codex_otel\` with the version of the library and the schema URL \`https://opentelemetry.io/schemas/1.41.0\`; the resource is that of log events
without \`host.name\`. The status is \`ERROR\` or unset; it has a description only where \`error_text\` of
[\`[otel.content]\`](configuration.md#otelcontent) lets errors be sent. A span has at most 128 attributes, 128 events and 128 links, a turn at most
1,000 spans. A turn whose end the application does not report ends with the next one of its conversation, or when it is the one of 256 in which
nothing happened for longest. A process that is killed leaves its open turns, and what is open above other spans, as \`process_killed\`.

Log events of a turn have \`trace_id\`, \`span_id\` and \`flags\` of the span that they belong to. The pieces of an answer
(\`codex.sse_event\`) have none, except the one with its tokens and one of a failure; what belongs to no span has the ids of the trace that the agent was started in,
where there is one. What is recorded at all, and what learns of it: [\`[otel.traces]\`](configuration.md#oteltraces).
`

/** The page `docs/traces.md`. */
export function traceReference(): string {
  const everywhere = [
    '## On every span',
    'Those of the application included, which have its own attributes besides, and all those of `[otel.span_attributes]`.',
    attributeTable(EVERY_SPAN),
  ]
  const types = Object.values(SPAN_TABLE).flatMap(({ name, label, kind, doc, attributes, events }) => [
    `## \`${name}${label === undefined ? '' : ' ...'}\``,
    `${doc} Kind \`${kind.toUpperCase()}\`${label === undefined ? '' : `; the name goes on with ${label}`}.`,
    attributeTable(attributes),
    eventTable(events),
  ])
  return `${[introduction, ...everywhere, ...types]
    .filter(part => part !== '')
    .map(part => part.trimEnd())
    .join('\n\n')}\n`
}

function attributeTable(attributes: Readonly<Record<string, SpanAttribute>>): string {
  return table(
    ['attribute', 'type', 'when', ''],
    Object.entries(attributes).map(([name, { type, when, doc }]) => [code(name), code(type), when ?? 'always', doc]),
  )
}

function eventTable(events: Partial<Readonly<Record<string, SpanEventAttributes>>>): string {
  const rows = Object.entries(events).map(([name, attributes]) => [
    code(name),
    Object.entries(attributes ?? {})
      .map(([attribute, { type }]) => `${code(attribute)} ${type}`)
      .join(', '),
  ])
  if (rows.length === 0) return ''
  return `Its span events are those [log events](events.md) without their texts; an attempt that failed has \`error.type\`, too.\n\n${table(['span event', 'attributes'], rows)}`
}
