import { type ApprovalsRow, approvals } from './approvals.ts'
import { type CacheRow, cache } from './cache.ts'
import { type Dialect, type Period, sqlite } from './dialect.ts'
import { type ErrorRow, errors } from './errors.ts'
import { type FirstTokenRow, firstToken } from './first-token.ts'
import { type LatencyRow, latency } from './latency.ts'
import { type PendingRow, pending } from './pending.ts'
import type { RecordRow } from './record.ts'
import { type RequestRow, requests } from './requests.ts'
import { matchOf, type SearchRow, search } from './search.ts'
import { type SessionRow, session, sessions } from './sessions.ts'
import { stream } from './stream.ts'
import type { TextsRow } from './texts.ts'
import { type TimelineRow, timeline } from './timeline.ts'
import { type TokensRow, tokens } from './tokens.ts'
import { type ToolsRow, tools } from './tools.ts'

/** What each question asks with. */
export interface Parameters {
  sessions: Period & { limit: number }
  session: { session: string }
  /** `stream` 1 has the parts of the model's stream, too; `after` 0 has every event. */
  timeline: { session: string; stream: 0 | 1; after: number; limit: number; offset: number }
  stream: Period & { session: string; limit: number }
  record: { event: number }
  /** `events` are ids with commas between them; `length` is how much of each text the answer has. */
  texts: { events: string; length: number }
  pending: { from: number }
  tokens: Period
  cache: Period
  latency: Period
  firstToken: Period
  tools: Period
  approvals: Period
  errors: Period & { limit: number }
  search: { words: string; limit: number }
  requests: { limit: number }
}

/** What each question is answered with. */
export interface Answers {
  sessions: SessionRow[]
  session: SessionRow[]
  timeline: TimelineRow[]
  stream: TimelineRow[]
  record: RecordRow[]
  texts: TextsRow[]
  pending: PendingRow[]
  tokens: TokensRow[]
  cache: CacheRow[]
  latency: LatencyRow[]
  firstToken: FirstTokenRow[]
  tools: ToolsRow[]
  approvals: ApprovalsRow[]
  errors: ErrorRow[]
  search: SearchRow[]
  requests: RequestRow[]
}

export type QueryName = keyof Parameters

type KindOf<T> = T extends string ? 'text' : 'number'

const PERIOD = { from: 'number', to: 'number' } as const

/** The parameters of each question, for one that comes as text. */
export const PARAMETERS: {
  readonly [N in QueryName]: { readonly [P in keyof Parameters[N]]: KindOf<Parameters[N][P]> }
} = {
  sessions: { ...PERIOD, limit: 'number' },
  session: { session: 'text' },
  timeline: { session: 'text', stream: 'number', after: 'number', limit: 'number', offset: 'number' },
  stream: { ...PERIOD, session: 'text', limit: 'number' },
  record: { event: 'number' },
  texts: { events: 'text', length: 'number' },
  pending: { from: 'number' },
  tokens: PERIOD,
  cache: PERIOD,
  latency: PERIOD,
  firstToken: PERIOD,
  tools: PERIOD,
  approvals: PERIOD,
  errors: { ...PERIOD, limit: 'number' },
  search: { words: 'text', limit: 'number' },
  requests: { limit: 'number' },
}

/** The SQL of the questions that any database with the view `codex_events` answers. */
export const COMMON_SQL: Readonly<Partial<Record<QueryName, (dialect: Dialect) => string>>> = {
  timeline,
  tokens,
  cache,
  latency,
  firstToken,
  tools,
  approvals,
  errors,
}

const OWN_SQL: Readonly<Partial<Record<QueryName, string>>> = {
  sessions,
  session,
  search,
  requests,
  stream,
  pending,
}

/** Columns with an array, which SQLite gives as JSON. */
const ARRAYS: ReadonlySet<string> = new Set(['headers_ms', 'ttft_ms', 'duration_ms'])

interface Prepares {
  prepare(sql: string): {
    setReturnArrays(enabled: boolean): void
    columns(): { name: string }[]
    all(parameters: Record<string, string | number>): unknown
  }
}

/** Answers a question from the file of a store. */
export function answer<N extends QueryName>(db: Prepares, name: N, parameters: Parameters[N]): Answers[N] {
  const sql = COMMON_SQL[name]?.(sqlite) ?? OWN_SQL[name] ?? ''
  const bound: Record<string, string | number> = { ...parameters }
  if (name === 'search') {
    bound.words = matchOf(String(bound.words))
    if (bound.words === '') return [] as Answers[N]
  }
  const statement = db.prepare(sql)
  const columns = statement.columns().map(column => column.name)
  // An array for each row takes a third of the time of an object.
  statement.setReturnArrays(true)
  const rows = statement.all(bound) as unknown[][]
  return rows.map(row =>
    Object.fromEntries(columns.map((column, index) => [column, readColumn(column, row[index])])),
  ) as unknown as Answers[N]
}

const readColumn = (column: string, value: unknown): unknown =>
  typeof value === 'string' && ARRAYS.has(column) ? JSON.parse(value) : value
