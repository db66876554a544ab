import { type ApprovalsRow, approvals } from './approvals.ts'
import { type BelongingsRow, belongings } from './belongings.ts'
import { type CacheRow, cache } from './cache.ts'
import { clickhouse, type Dialect, type Period, type Scope, sqlite } from './dialect.ts'
import { type ErrorGroupRow, errorGroups } from './error-groups.ts'
import { type FacetRow, facets } from './facets.ts'
import { type FirstTokenRow, firstToken } from './first-token.ts'
import { hasFullHours, hoursFromSums, tokensFromSums } from './from-sums.ts'
import { type HoursRow, hours } from './hours.ts'
import { type LatencyRow, latency } from './latency.ts'
import { type MetricCheckRow, metricCheck } from './metric-check.ts'
import { type PendingRow, pending } from './pending.ts'
import type { RecordRow } from './record.ts'
import { type RefusalRow, refusals } from './refusals.ts'
import { type ResponsesRow, responses } from './responses.ts'
import type { SearchChoice, SearchRow } from './search.ts'
import { type SessionRow, session, sessions } from './sessions.ts'
import type { SpanRecordRow } from './span-record.ts'
import type { SpansRow } from './spans.ts'
import { stream } from './stream.ts'
import type { TextsRow } from './texts.ts'
import { type TimelineRow, timeline } from './timeline.ts'
import { type TokensRow, tokens } from './tokens.ts'
import { type ToolsRow, tools } from './tools.ts'
import { type TraceRow, trace, tracesOfSession } from './traces.ts'
import { type UsageRow, usage } from './usage.ts'

/** What each question asks with. */
export interface Parameters {
  sessions: Period & { limit: number }
  session: { session: string }
  belongings: { session: string }
  /** `stream` 1 has the parts of the model's stream, too; `after` 0 has every event. */
  timeline: { session: string; stream: 0 | 1; after: number; limit: number; offset: number }
  stream: Period & { session: string; limit: number }
  record: { event: number }
  /** `events` are ids with commas between them; `length` is how much of each text the answer has. */
  texts: { events: string; length: number }
  pending: { from: number }
  usage: { from: number }
  tokens: Scope
  cache: Scope
  latency: Scope
  firstToken: Scope
  responses: Scope
  hours: Scope
  tools: Scope
  approvals: Scope
  errorGroups: Scope & { limit: number }
  metricCheck: Period
  facets: object
  /** The SQL that asks ClickHouse a question of this name; no row where SQLite alone is asked. */
  clickhouse: { question: string }
  search: SearchChoice
  /** A trace by its id in hex; its spans, 100,000 of them at most; one of them by its row's id, in full. */
  trace: { trace: string }
  spans: { trace: string }
  spanRecord: { span: number }
  tracesOfSession: { session: string; limit: number }
  refusals: { limit: number }
}

/** What each question is answered with. */
export interface Answers {
  sessions: SessionRow[]
  session: SessionRow[]
  belongings: BelongingsRow[]
  timeline: TimelineRow[]
  stream: TimelineRow[]
  record: RecordRow[]
  texts: TextsRow[]
  pending: PendingRow[]
  usage: UsageRow[]
  tokens: TokensRow[]
  cache: CacheRow[]
  latency: LatencyRow[]
  firstToken: FirstTokenRow[]
  responses: ResponsesRow[]
  hours: HoursRow[]
  tools: ToolsRow[]
  approvals: ApprovalsRow[]
  errorGroups: ErrorGroupRow[]
  metricCheck: MetricCheckRow[]
  facets: FacetRow[]
  clickhouse: { sql: string }[]
  trace: TraceRow[]
  spans: SpansRow[]
  spanRecord: SpanRecordRow[]
  tracesOfSession: TraceRow[]
  search: SearchRow[]
  refusals: RefusalRow[]
}

export type QueryName = keyof Parameters

type KindOf<T> = T extends string ? 'text' : 'number'

const PERIOD = { from: 'number', to: 'number' } as const
const SCOPE = { ...PERIOD, model: 'text', agent: 'text' } as const

/** The parameters of each question, for one that comes as text. */
export const PARAMETERS: {
  readonly [N in QueryName]: { readonly [P in keyof Parameters[N]]: KindOf<Parameters[N][P]> }
} = {
  sessions: { ...PERIOD, limit: 'number' },
  session: { session: 'text' },
  belongings: { session: 'text' },
  timeline: { session: 'text', stream: 'number', after: 'number', limit: 'number', offset: 'number' },
  stream: { ...PERIOD, session: 'text', limit: 'number' },
  record: { event: 'number' },
  texts: { events: 'text', length: 'number' },
  pending: { from: 'number' },
  usage: { from: 'number' },
  tokens: SCOPE,
  cache: SCOPE,
  latency: SCOPE,
  firstToken: SCOPE,
  responses: SCOPE,
  hours: SCOPE,
  tools: SCOPE,
  approvals: SCOPE,
  errorGroups: { ...SCOPE, limit: 'number' },
  metricCheck: PERIOD,
  facets: {},
  clickhouse: { question: 'text' },
  search: { words: 'text', limit: 'number' },
  trace: { trace: 'text' },
  spans: { trace: 'text' },
  spanRecord: { span: 'number' },
  tracesOfSession: { session: 'text', limit: 'number' },
  refusals: { limit: 'number' },
}

/** The SQL of the questions that any database with the view `codex_events` answers. */
export const COMMON_SQL: Readonly<Partial<Record<QueryName, (dialect: Dialect) => string>>> = {
  timeline,
  tokens,
  cache,
  latency,
  firstToken,
  responses,
  hours,
  tools,
  approvals,
  errorGroups,
}

const OWN_SQL: Readonly<Partial<Record<QueryName, string>>> = {
  sessions,
  session,
  belongings,
  metricCheck,
  facets,
  trace,
  tracesOfSession,
  refusals,
  stream,
  pending,
  usage,
}

/** Questions of `COMMON_SQL` that the sums of hours answer where the period has full hours alone. */
const FROM_SUMS: Readonly<Partial<Record<QueryName, string>>> = { tokens: tokensFromSums, hours: hoursFromSums }

/** Columns with an array, which SQLite gives as JSON. */
const ARRAYS: ReadonlySet<string> = new Set(['headers_ms', 'ttft_ms', 'response_ms', 'duration_ms'])

interface Prepares {
  prepare(sql: string): {
    setReturnArrays(enabled: boolean): void
    columns(): { name: string }[]
    all(parameters: Record<string, string | number>): unknown
  }
}

/** Answers a question that one statement answers. */
export function answer<N extends QueryName>(db: Prepares, name: N, parameters: Parameters[N]): Answers[N] {
  if (name === 'clickhouse') return clickhouseSql(parameters as Parameters['clickhouse']) as Answers[N]
  const fromSums = name in FROM_SUMS && hasFullHours(parameters as Scope) ? FROM_SUMS[name] : undefined
  const sql = fromSums ?? COMMON_SQL[name]?.(sqlite) ?? OWN_SQL[name] ?? ''
  const statement = db.prepare(sql)
  const columns = statement.columns().map(column => column.name)
  // An array for each row takes a third of the time of an object.
  statement.setReturnArrays(true)
  const rows = statement.all({ ...parameters }) as unknown[][]
  return rows.map(row =>
    Object.fromEntries(columns.map((column, index) => [column, readColumn(column, row[index])])),
  ) as unknown as Answers[N]
}

function clickhouseSql({ question }: Parameters['clickhouse']): Answers['clickhouse'] {
  const sql = Object.hasOwn(COMMON_SQL, question) ? COMMON_SQL[question as QueryName]?.(clickhouse) : undefined
  return sql === undefined ? [] : [{ sql: sql.trim() }]
}

const readColumn = (column: string, value: unknown): unknown =>
  typeof value === 'string' && ARRAYS.has(column) ? JSON.parse(value) : value
