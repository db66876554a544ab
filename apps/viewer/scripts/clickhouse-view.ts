import { type Agent, type Fact, tellsRequestsWhole } from '../src/agents/agent.ts'
import { AGENTS } from '../src/agents/read-log.ts'
import { declinedSql } from '../src/queries/declined.ts'

/** How the Collector's exporter writes attributes: into a map of texts, or into a column of JSON (its setting `json: true`). */
export type AttributeType = 'Map' | 'JSON'

/** How the text of an attribute becomes a value; an empty one is none. */
type Reading = (text: string) => string

const text: Reading = value => `nullIf(${value}, '')`
/** A store has this much of an error's text in a column, too. */
const startOfText: Reading = value => `nullIf(substringUTF8(${value}, 1, 500), '')`
const number: Reading = value => `toFloat64OrNull(${value})`
const whole: Reading = value => `toInt64OrNull(${value})`
const flag: Reading = value => `multiIf(${value} = 'true', 1, ${value} = 'false', 0, NULL)`

/** Whose event one of another name is that has a conversation's id. */
const AGENT_OF_OWN_NAMES = 'codex'

/**
 * The view `codex_events` of ClickHouse over the table of log records that the Collector's exporter writes: its columns have the
 * names, the types and the values of those in a store's view.
 */
export function clickhouseView(type: AttributeType): string {
  const log = attributesOf('LogAttributes', type)
  const resource = attributesOf('ResourceAttributes', type)

  const fact = (name: Fact, reading: Reading): string => {
    const ofEvents = AGENTS.flatMap(({ instead = {} }) => Object.entries(instead)).flatMap(
      ([event, { [name]: key }]) =>
        key === undefined ? [] : [`event_name = ${quoted(event)} AND ${log(key)} <> ''`, reading(log(key))],
    )
    return chosen(
      [
        ...ofEvents,
        ...byAgent(
          agent => agent.attributes[name],
          key => reading(log(key)),
        ),
      ],
      'NULL',
    )
  }
  /** As in a store, tokens are those of a response that says how large its input was. */
  const ofInput = (name: Fact): string => `if(own_input IS NULL, NULL, ${fact(name, whole)})`
  const isEventOf = (agent: Agent): string => `startsWith(event_name, ${quoted(agent.prefix)})`
  const conversation = text(log('conversation.id'))
  const isDeclined = `ifNull(${declinedSql('decision')}, 0)`
  const withoutCache = AGENTS.filter(agent => agent.inputWithoutCache).map(({ id }) => id)

  const columns: Record<string, string> = {
    event_id: 'toUnixTimestamp64Nano(Timestamp)',
    time_ms: 'toUnixTimestamp64Milli(Timestamp)',
    agent: `if(conversation_id IS NULL, NULL, coalesce(read_as, 'other'))`,
    conversation_id: chosen(
      byAgent(
        ({ session }) => session,
        key => `coalesce(${text(log(key))}, ${text(resource(key))})`,
      ),
      `coalesce(${conversation}, ${text(log('session.id'))})`,
    ),
    event_name: 'event_name',
    role: chosen(
      [...namesByRole()].flatMap(([role, names]) => [
        `event_name IN (${names.map(quoted).join(', ')})`,
        role === 'stream' ? `if(input_tokens IS NULL, 'stream', 'response')` : quoted(role),
      ]),
      `'other'`,
    ),
    event_kind: fact('kind', text),
    model: fact('model', text),
    tool_name: fact('tool', text),
    duration_ms: fact('duration', number),
    success: fact('success', flag),
    status: fact('status', whole),
    attempt: fact('attempt', whole),
    call_id: fact('call', text),
    decision: fact('decision', text),
    source: fact('source', text),
    wait_ms: `if(role = 'decision' AND time_us_before IS NOT NULL AND ${chosen(
      AGENTS.flatMap(({ id, decidedByUser: { source, flags } }) => [
        `read_as = ${quoted(id)}`,
        `match(source, ${quoted((flags === 'i' ? '(?i)' : '') + source)})`,
      ]),
      '0',
    )}, greatest(time_us - time_us_before, 0) / 1000, NULL)`,
    input_tokens: `own_input + if(read_as IN (${withoutCache.map(quoted).join(', ')}), ifNull(cached_tokens, 0) + ifNull(cache_write_tokens, 0), 0)`,
    output_tokens: ofInput('output'),
    cached_tokens: ofInput('cached'),
    cache_write_tokens: ofInput('cacheWrite'),
    reasoning_tokens: ofInput('reasoning'),
    ttft_ms: fact('ttft', number),
    error_message: fact('error', startOfText),
    is_request: `if(role = 'request' OR role = 'response' AND (status IS NOT NULL OR read_as IN (${AGENTS.filter(
      tellsRequestsWhole,
    )
      .map(({ id }) => quoted(id))
      .join(', ')})), 1, NULL)`,
    declined: `if(role = 'tool' AND success = 0, toInt64(${isDeclined} OR (conversation_id IS NOT NULL AND call_id IS NOT NULL
    AND max(${isDeclined}) OVER (PARTITION BY conversation_id, call_id) = 1)), 0)`,
  }
  return `-- The view codex_events over the log records that the ClickHouse exporter of the Collector writes${type === 'JSON' ? ', with json: true' : ''}:
-- the columns that a store of codex-otel-viewer has. Written by \`npm run docs\` from the tables of apps/viewer/src/agents.
--
-- Run it in the database of the exporter; its table is otel_logs unless the exporter is told another name. The view uses no
-- column that depends on the table's key. A question without wait_ms and declined reads no more than what it asks for; one with
-- either sorts the events of the sessions that it asks for, or those of all.
CREATE OR REPLACE VIEW codex_events AS
WITH
  ${text(log('event.name'))} AS name,
  multiIf(${AGENTS.map(({ prefix }) => `startsWith(name, ${quoted(prefix)})`).join(' OR ')}, name,
    endsWith(Body, concat('.', name)), Body, name) AS event_name,
  ${chosen(
    [
      ...AGENTS.flatMap(agent => [isEventOf(agent), quoted(agent.id)]),
      `event_name IS NOT NULL AND ${conversation} IS NOT NULL`,
      quoted(AGENT_OF_OWN_NAMES),
    ],
    'NULL',
  )} AS read_as,
  ${fact('input', whole)} AS own_input,
  toUnixTimestamp64Micro(Timestamp) AS time_us,
  lagInFrame(toNullable(time_us)) OVER (
    PARTITION BY conversation_id ORDER BY Timestamp ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
  ) AS time_us_before
SELECT
${Object.entries(columns)
  .map(([name, sql]) => `  ${sql === name ? sql : `${sql} AS ${name}`}`)
  .join(',\n')}
FROM otel_logs;
`
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** How the view names an attribute: the text of it, and nothing or `''` where it is not there. */
function attributesOf(column: string, type: AttributeType): (key: string) => string {
  if (type === 'Map') return key => `${column}[${quoted(key)}]`
  // The dots of a key make a path.
  return key => `${column}.${key}::Nullable(String)`
}

/** The value that follows the first condition that holds. */
const chosen = (conditionsAndValues: readonly string[], otherwise: string): string => {
  const pairs: string[] = []
  for (let index = 0; index < conditionsAndValues.length; index += 2) {
    pairs.push(conditionsAndValues.slice(index, index + 2).join(', '))
  }
  return `multiIf(${[...pairs, otherwise].join(',\n    ')})`
}

/** A condition and a value for each attribute that agents have something in. */
function byAgent(
  attributeOf: (agent: Agent) => string | undefined,
  readingOf: (attribute: string) => string,
): string[] {
  const agents = new Map<string, string[]>()
  for (const agent of AGENTS) {
    const key = attributeOf(agent)
    if (key !== undefined) agents.set(key, [...(agents.get(key) ?? []), agent.id])
  }
  return [...agents].flatMap(([key, ids]) => [`read_as IN (${ids.map(quoted).join(', ')})`, readingOf(key)])
}

function namesByRole(): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const [name, role] of AGENTS.flatMap(({ roles }) => Object.entries(roles))) {
    names.set(role, [...(names.get(role) ?? []), name])
  }
  return names
}
