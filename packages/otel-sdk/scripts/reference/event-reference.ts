import { readFileSync } from 'node:fs'
import type { CodexEventName, SessionOptions } from '@codex/otel-api'
import { type Column, EVENT_TABLE, LIMITS, METRIC_FIELDS, type SessionFields } from '../../src/catalogue/event-table.ts'
import { MAX_NAME_LENGTH } from '../../src/catalogue/own-names.ts'
import { sessionAttributes } from '../../src/catalogue/session-attributes.ts'
import { ATTRIBUTE_LIMITS, MAX_ITEMS } from '../../src/client/session/read-attributes.ts'
import { resolveConfig } from '../../src/config/resolve-config.ts'
import { type IdentityField, REDACTED, type TextField } from '../../src/content/policy.ts'
import { code } from './markdown.ts'
import { type EventDocs, type FieldDocs, type PayloadDocs, readEventDocs } from './payload-docs.ts'

const CATALOGUE = new URL('../../../otel-api/src/events.ts', import.meta.url)

const CONTENT_KEYS: Readonly<Record<TextField | IdentityField, string>> = {
  prompt: 'prompt',
  toolArguments: 'tool_arguments',
  toolOutput: 'tool_output',
  errorText: 'error_text',
  agentResponse: 'response',
  guardianRationale: 'log_guardian_assessments',
  ownEvents: 'own_events',
  email: 'email',
  accountId: 'account_id',
}

const WIRE_TYPES: Readonly<Record<Column['type'], string>> = {
  text: 'string',
  'free-text': 'string',
  int: 'int',
  'int-text': 'string, a whole number',
  bool: 'bool',
  'bool-text': 'string, `true` or `false`',
  list: 'string, names joined by `, `',
}

/** What the catalogue cannot say, because the caller does not give it. */
const ADDED_BY_SESSION: {
  readonly [Name in keyof SessionFields]: Readonly<
    Record<keyof SessionFields[Name], { doc: string; optional?: boolean }>
  >
} = {
  'codex.user_prompt': { promptLength: { doc: 'In Unicode code points; sent also when the prompt is not.' } },
  'codex.tool_result': { sequence: { doc: 'Counts the tool results of a conversation, from 1.' } },
  'codex.agent_response': { responseLength: { doc: 'In bytes of UTF-8, before the cut.' } },
  'codex.guardian_assessment': {
    rationaleLength: { doc: 'In bytes of UTF-8, before the cut.', optional: true },
  },
}

const SESSION_DOCS: Readonly<Record<string, readonly [doc: string, content?: IdentityField]>> = {
  'conversation.id': ['A UUIDv7, or whatever other text the application has for an id.'],
  'app.version': ["The application's version."],
  auth_mode: ['How the user is signed in: `ApiKey` or `Chatgpt`. Absent when nobody is.'],
  originator: ['The program that speaks to the provider, for example `codex_exec`.'],
  'user.account_id': ['ChatGPT sign-in only.', 'accountId'],
  'user.email': ['ChatGPT sign-in only.', 'email'],
  'terminal.type': ['What kind of terminal is attached, for example `xterm-256color`.'],
  model: [''],
  slug: ["The model's short name; the same as `model` where there is none."],
  'auth.env_openai_api_key_present': ['Whether `OPENAI_API_KEY` is set; never its value.'],
  'auth.env_codex_api_key_present': ['Whether `CODEX_API_KEY` is set; never its value.'],
  'auth.env_codex_api_key_enabled': ['Whether this way of running uses `CODEX_API_KEY`.'],
  'auth.env_provider_key_name': ['`configured` when the provider names a variable for its key; never which.'],
  'auth.env_provider_key_present': ['Whether that variable is set.'],
  'auth.env_refresh_token_url_override_present': ['Whether the address for refreshing tokens is overridden.'],
}

const LEAST: SessionOptions = { conversationId: 'id', model: 'm', originator: 'o', terminalType: 't' }
const ENVIRONMENT = {
  openaiApiKeyPresent: true,
  codexApiKeyPresent: true,
  codexApiKeyEnabled: true,
  refreshTokenUrlOverridePresent: true,
}

type Row = readonly [attribute: string, type: string, always: boolean, content: string, doc: string]

const introduction = `# Events

This page is generated from the catalogue and from the table that the records are made of (\`npm run docs\`); edit
\`packages/otel-api/src/events.ts\` and \`packages/otel-sdk/src/catalogue/event-table.ts\`, not the page.

Each event is one log record: scope \`codex_otel\`, severity \`INFO\` (9), no body, its name in the attribute \`event.name\`
and in the field \`eventName\`. Names and types are those of the Codex CLI, so dashboards made for it work unchanged; that
is why some counts and durations are strings.

An attribute without a value is left out: "always" are those that every record has. What stands under *content* is
free text or an identity; the key of that name in [\`[otel.content]\`](configuration.md#otelcontent) decides whether it is
sent, and a key that begins with \`log_\`, of [\`[otel]\`](configuration.md#otel), whether the event is. Free text is scrubbed of secrets,
then cut: tool output at ${bytes(LIMITS.toolOutput.wireBytes)}, or \`max_bytes\` of [\`[otel.tool_result]\`](configuration.md#oteltool_result), all other text at ${bytes(LIMITS.prompt.wireBytes)}. Without
\`log_user_prompt = true\` a prompt reads \`${REDACTED}\`. All other attributes are names and codes, scrubbed likewise, numbers and switches.
`

const SESSION_LIMITS = ATTRIBUTE_LIMITS.session
const EVENT_LIMITS = ATTRIBUTE_LIMITS.event

const ownEvents = `## Own events

An agent has events of its own: a plan, a mode, a sub-agent. \`session.emit\` takes them beside those of the catalogue, under
the agent's own prefix: \`eventPrefix\` of \`createTelemetry\`, or else the \`originator\` of the session where that is neither one
of Codex's own programs nor something that no name can begin with. Declared once, their attributes are checked by the compiler, in
a build without telemetry, too:

\`\`\`ts
declare module '@codex/otel-api' {
  interface OwnEvents {
    'my_agent.plan_changed': { steps: number; mode: 'fast' | 'careful'; files?: readonly string[] }
  }
}

session.emit('my_agent.plan_changed', { steps: 3, mode: 'fast' })
\`\`\`

The declaration belongs into a module: a file that imports or exports something. The record has the attributes as they are given, beside
those that are [on every event](#on-every-event); there is no metric of it unless you record one.

| | |
|---|---|
| name | the prefix, a dot, then letters, digits, \`.\`, \`_\` and \`-\`; at most ${MAX_NAME_LENGTH} characters. Names under \`codex.\` are the catalogue's. |
| name of an attribute | letters, digits, \`.\`, \`_\`, \`-\` and \`/\`, a letter first; at most ${MAX_NAME_LENGTH} characters; none of those on every event |
| value | a text, a finite number, a boolean, or a list of up to ${MAX_ITEMS} of one of these; \`undefined\` and \`null\` are absent. A whole number is sent as an integer, any other as a double. |
| at most | ${EVENT_LIMITS.count} attributes, with ${EVENT_LIMITS.units.toLocaleString('en')} characters together; each text is cut at ${bytes(EVENT_LIMITS.text.wireBytes)} |
| content | texts are scrubbed of secrets, also where the attribute's name alone tells one, and follow \`own_events\` of [\`[otel.content]\`](configuration.md#otelcontent); ${freeTextNames()} are withheld wherever they are withheld in the events below, too |

An event with another name, or with something else than an object of attributes, is dropped, counted as \`invalid\` in
\`telemetry.health()\`, and reported once for each name (\`event-invalid\`). An attribute that cannot be sent is left out, counted in the
record's \`dropped_attributes_count\`, and reported once for each name (\`attribute-invalid\`); the event is sent without it.
\`createTestTelemetry\` applies the same rules in the tests of the agent.

### Attributes of a session

\`attributes\` of \`telemetry.session({ ... })\` go on each event of the session, its own and the catalogue's, and on no metric, where each
value would be a series of its own. The same rules hold, with smaller limits: ${SESSION_LIMITS.count} attributes with ${SESSION_LIMITS.units.toLocaleString('en')} characters together,
each text cut at ${SESSION_LIMITS.text.keepUnits.toLocaleString('en')} characters; and their names are none of all the attributes on this page. An own event's attribute of the
same name has precedence.
`

function freeTextNames(): string {
  const columns: Column[] = Object.values(EVENT_TABLE).flatMap(row => Object.values<Column>(row.columns))
  const names = columns.flatMap(({ attribute, type }) => (type === 'free-text' ? [code(attribute)] : []))
  return [...new Set(names)].join(', ')
}

/** The page `docs/events.md`. @throws Error when the catalogue, the table and this page do not fit together. */
export function eventReference(): string {
  const parts = [
    introduction,
    table('## On every event', commonRows()),
    table(
      '## Credentials in the environment\n\nOn the events that say so below: that they are there, never what they are.',
      environmentRows(),
    ),
    ownEvents,
    ...readEventDocs(readFileSync(CATALOGUE, 'utf8')).map(eventSection),
  ]
  return `${parts.map(part => part.trimEnd()).join('\n\n')}\n`
}

function commonRows(): Row[] {
  const auth = { mode: 'Chatgpt', accountId: 'a', email: 'e' } as const
  return [
    ['event.name', 'string', true, '', 'The name, as in the headings below.'],
    ['event.timestamp', 'string', true, '', 'When it was emitted: RFC 3339 in UTC, with milliseconds.'],
    ...sessionRows('common', LEAST, { ...LEAST, auth }),
  ]
}

function environmentRows(): Row[] {
  const least = { ...LEAST, authEnvironment: ENVIRONMENT }
  const most = { ...LEAST, authEnvironment: { ...ENVIRONMENT, providerKeyPresent: true } }
  return sessionRows('authEnvironment', least, most)
}

/** What a session adds, found by asking for it: with as little said of it as can be, and with everything. */
function sessionRows(group: 'common' | 'authEnvironment', least: SessionOptions, most: SessionOptions): Row[] {
  const { config: defaults } = resolveConfig({ table: undefined, file: '', codexHome: '/', env: {} })
  const attributesOf = (options: SessionOptions) => sessionAttributes(options, '1', defaults.content)[group]
  const always = attributesOf(least)
  return Object.entries(attributesOf(most)).map(([attribute, value]) => {
    const docs = SESSION_DOCS[attribute]
    if (docs === undefined) throw new Error(`the session's attribute ${attribute} is not described`)
    const [doc, content] = docs
    const type = typeof value === 'boolean' ? 'bool' : 'string'
    return [attribute, type, attribute in always, content === undefined ? '' : code(CONTENT_KEYS[content]), doc]
  })
}

function eventSection({ name, doc, payloads }: EventDocs): string {
  const row = EVENT_TABLE[name as CodexEventName]
  if (row === undefined) throw new Error(`the event ${name} has no row in the table`)
  const notes = [
    row.authEnvironment ? 'With the [credentials in the environment](#credentials-in-the-environment).' : [],
    row.common === undefined ? [] : `Of what is [on every event](#on-every-event), only ${commonNames(row.common)}.`,
  ].flat()
  const tables = payloads.map(payload =>
    table(payloads.length > 1 ? payload.doc : '', payloadRows(name, row.columns, payload)),
  )
  return [`## \`${name}\``, doc, ...notes, ...tables.map(text => text.trim())].join('\n\n')
}

function commonNames(common: readonly string[]): string {
  return ['event.name', 'event.timestamp', ...common].map(code).join(', ')
}

function payloadRows(name: string, columns: Readonly<Record<string, Column>>, payload: PayloadDocs): Row[] {
  const ofSession =
    (ADDED_BY_SESSION as Record<string, Record<string, { doc: string; optional?: boolean }>>)[name] ?? {}
  const added = Object.entries(ofSession).map(
    ([field, { doc, optional = false }]): FieldDocs => ({ name: field, doc, optional, choices: [] }),
  )
  const sent = payload.fields.filter(({ name: field }) => !(METRIC_FIELDS as readonly string[]).includes(field))
  // In the order of the table, which is that of the record.
  const order = Object.keys(columns)
  const fields = [...added, ...sent].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  return fields.flatMap(field => {
    const column = columns[field.name]
    if (column === undefined) throw new Error(`${name}: the field ${field.name} has no column in the table`)
    return columnRows(column, field)
  })
}

function columnRows(column: Column, { name: field, doc, optional, choices }: FieldDocs): Row[] {
  const absent = column.type === 'text' ? column.absent : undefined
  const content = column.type === 'free-text' ? code(CONTENT_KEYS[column.content]) : ''
  const notes = [doc === '' && field.endsWith('Ms') ? 'In milliseconds.' : doc]
  if (choices.length > 0) notes.push(`${choices.map(code).join(', ')}.`)
  if (absent === '') notes.push('Empty when there is none.')
  const rows: Row[] = [
    [
      column.attribute,
      WIRE_TYPES[column.type],
      !optional || absent !== undefined,
      content,
      notes.filter(note => note !== '').join(' '),
    ],
  ]
  if (column.type === 'free-text' && column.truncated !== undefined) {
    rows.push([column.truncated, 'bool', !optional, '', `Whether \`${column.attribute}\` was cut.`])
  }
  return rows
}

function table(heading: string, rows: readonly Row[]): string {
  const lines = rows.map(
    ([attribute, type, always, content, doc]) =>
      `| ${code(attribute)} | ${type} | ${always ? 'always' : 'sometimes'} | ${content} | ${doc.replaceAll('|', '\\|')} |`,
  )
  return `${heading}\n\n| attribute | type | when | content | meaning |\n|---|---|---|---|---|\n${lines.join('\n')}\n`
}

function bytes(count: number): string {
  return `${count.toLocaleString('en')} bytes`
}
