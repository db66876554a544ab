import type { ImportReport } from '../files/import-report.ts'
import type { SessionRow } from '../queries/sessions.ts'

/** What `GET /api/info` answers with. Times are milliseconds since the epoch. */
export interface Info {
  version: string
  store: {
    path: string
    bytes: number
    /** The size and age that the oldest sessions go at; `null` where nothing is removed. */
    maxBytes: number | null
    retainMs: number | null
    /** Log records that it holds. */
    events: number
    /** Whether the page can add files and forget sessions. */
    isWritable: boolean
  }
  /** The addresses that OTLP is received at. */
  receiving: { http: string | null; grpc: string | null }
  now: number
  prices: Prices
  /** What was opened, where the store is that of files alone. */
  file: string | null
}

/** What models cost, in US dollars for 1,000,000 tokens. */
export interface Prices {
  /** The day on which the list was written, `2026-11-01`; `null` for an empty one. */
  date: string | null
  models: ModelPrice[]
}

export interface ModelPrice {
  /** The model as events name it, or a beginning of its name with `*` behind. */
  model: string
  /** The first day, `2026-11-01`, in UTC. */
  validFrom: string
  input: number
  cached: number
  cacheWrite: number
  output: number
  /** Where the price was read. */
  source: string
}

/** A message of `GET /api/live`. */
export interface LiveMessage {
  /** The sessions that have changed since the message before. */
  sessions: SessionRow[]
  /** The newest event's id. */
  lastEvent: number
  /** Requests that were refused, as far as they are kept. */
  refusals: number
  /** How often sessions were removed: what a page shows of some may be gone when it changes. */
  removals: number
  /** Events that were stored in the last second. */
  perSecond: number
}

/** How far a file is that a page adds. */
export interface ImportState {
  id: string
  /** Bytes that came, and those of them that were read. */
  received: number
  read: number
  /** Records that were added. */
  added: number
  /** Whether the next piece is taken; else an empty one asks again. */
  hasRoom: boolean
  /** What came of it, at the end. */
  report: ImportReport | null
  /** Why it ended before. */
  error: string | null
}
