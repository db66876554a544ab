import type { Encoding, SignalName } from '@codex/otlp-receiver'
import { type Answers, answer, type Parameters, type QueryName } from '../queries/queries.ts'
import { ChangeFinder, type Changes, type Position } from './changes.ts'
import { type Chunk, decompress, keepInChunk, messagesIn } from './chunk.ts'
import { addFunctions } from './functions.ts'
import type { Database } from './open-database.ts'
import { recordReaders } from './record-readers.ts'
import { redact } from './redact.ts'

/** Which records are exported, and how. */
export interface ExportChoice {
  encoding: Encoding
  /** A session's key; `undefined` for everything. */
  session: string | undefined
  redact: boolean
  /** The chunks after this one. */
  after: number
}

export interface ExportedPart {
  signal: SignalName
  /** OTLP messages. */
  messages: Uint8Array[]
  records: number
  /** Its chunk, for the next call. */
  chunk: number
}

export interface StoreSize {
  /** Log records. */
  events: number
  /** Of the file, with what a checkpoint is about to write into it. */
  bytes: number
}

interface ChunkRow extends Chunk {
  id: number
  records: number
}

export type ReaderMethods = {
  /** Answers once the file is open. */
  ready(): void
  query<N extends QueryName>(argument: { name: N; parameters: Parameters[N] }): Answers[N]
  /** The answer as JSON, which is quicker handed over than its rows. */
  queryJson<N extends QueryName>(argument: { name: N; parameters: Parameters[N] }): string
  /** What has come in after a position. */
  changes(after: Position | undefined): Changes
  /** How much is in the file. */
  size(): StoreSize
  countRecords(session: string | undefined): number | undefined
  exportNext(choice: ExportChoice): ExportedPart | undefined
}

/** From sums and an index: the table of the chunks has all of the records in it. */
const SIZE = `SELECT (SELECT coalesce(sum(events), 0) FROM session) +
  (SELECT count(*) FROM event WHERE session IS NULL) AS events,
  (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes`

/** What the reader's thread can be asked. */
export function readerMethods(db: Database): ReaderMethods {
  addFunctions(db)
  const changes = new ChangeFinder(db)
  const nextChunk = db.prepare('SELECT * FROM chunk WHERE id > ? ORDER BY id LIMIT 1')
  const fromRecords: Partial<{ [N in QueryName]: (parameters: Parameters[N]) => Answers[N] }> = recordReaders(db)
  const findSession = db.prepare('SELECT id FROM session WHERE key = ?')
  const places: Record<SignalName, ReturnType<Database['prepare']>> = {
    logs: db.prepare('SELECT place FROM event WHERE id BETWEEN ?1 AND ?2 AND chunk = ?3 AND session = ?4'),
    metrics: db.prepare(
      'SELECT place FROM point WHERE id BETWEEN ?1 AND ?2 AND chunk = ?3 AND series IN (SELECT id FROM series WHERE session = ?4)',
    ),
    traces: db.prepare(
      'SELECT place FROM span WHERE id BETWEEN ?1 AND ?2 AND chunk = ?3 AND (session = ?4 OR session IS NULL AND trace IN (SELECT id FROM trace WHERE session = ?4))',
    ),
  }

  const ask = <N extends QueryName>(name: N, parameters: Parameters[N]): Answers[N] =>
    fromRecords[name]?.(parameters as never) ?? answer(db, name, parameters)

  const sessionNumber = (key: string): number | undefined => (findSession.get(key) as { id: number } | undefined)?.id

  function keepSession(chunk: ChunkRow & { row: number; rows: number }, session: number): ChunkRow | undefined {
    const found = places[chunk.signal].all(chunk.row, chunk.row + chunk.rows - 1, chunk.id, session)
    const own = new Set(found.map(({ place }) => place))
    if (own.size === 0) return undefined
    const kept = keepInChunk(chunk, place => own.has(place))
    return kept && { ...chunk, ...kept, records: own.size }
  }

  return {
    ready() {},

    query: ({ name, parameters }) => ask(name, parameters),

    queryJson: ({ name, parameters }) => JSON.stringify(ask(name, parameters)),

    changes: after => changes.since(after),

    size: () => db.prepare(SIZE).get() as unknown as StoreSize,

    /** How many records an export has; `undefined` when there is no such session. */
    countRecords(session) {
      if (session === undefined) {
        return (db.prepare('SELECT coalesce(sum(records), 0) AS records FROM chunk').get() as { records: number })
          .records
      }
      const id = sessionNumber(session)
      if (id === undefined) return undefined
      return (db.prepare('SELECT events + spans AS records FROM session WHERE id = ?').get(id) as { records: number })
        .records
    },

    /** The next part of an export; `undefined` when there is none. */
    exportNext({ encoding, session, redact: redacted, after }) {
      const id = session === undefined ? undefined : sessionNumber(session)
      for (let from = after; ; ) {
        const row = nextChunk.get(from) as unknown as (ChunkRow & { row: number; rows: number }) | undefined
        if (!row) return undefined
        from = row.id
        const whole = { ...row, body: decompress(row.body) }
        const chunk = session === undefined ? whole : id === undefined ? undefined : keepSession(whole, id)
        if (!chunk) continue
        const messages = redacted ? redact(chunk, encoding) : messagesIn(chunk, encoding)
        return { signal: chunk.signal, messages, records: chunk.records, chunk: row.id }
      }
    },
  }
}
