import type { Encoding } from '@codex/otlp-receiver'
import { type ReadLog, readLog } from '../agents/read-log.ts'
import type { Answers, Parameters } from '../queries/queries.ts'
import { type EventTexts, record } from '../queries/record.ts'
import { idsOf, texts } from '../queries/texts.ts'
import { type Chunk, decompress, keepInChunk, messagesIn, recordsOf } from './chunk.ts'
import type { Database } from './open-database.ts'

/** The questions whose answers are in the records themselves, and not in their rows. */
type RecordQuestions = { [N in 'record' | 'texts']: (parameters: Parameters[N]) => Answers[N] }

interface PlaceRow {
  event_id: number
  place: number
  chunk: number
}

interface RecordPlace extends Omit<Answers['record'][number], keyof EventTexts | 'otlp' | 'trace_id'> {
  place: number
  signal: 'logs'
  encoding: Encoding
  body: Uint8Array
}

export function recordReaders(db: Database): RecordQuestions {
  const findRecord = db.prepare(record)
  const findTexts = db.prepare(texts)
  const findChunk = db.prepare('SELECT signal, encoding, body FROM chunk WHERE id = ?')

  return {
    record(parameters) {
      const row = findRecord.get({ ...parameters }) as unknown as RecordPlace | undefined
      if (!row) return []
      const { place, signal, encoding, body, ...columns } = row
      const kept = keepInChunk({ signal, encoding, body: decompress(body) }, index => index === place)
      if (!kept) return []
      const [log] = recordsOf({ ...kept, signal })
      const [message] = messagesIn(kept, 'json')
      if (!log || !message) return []
      const otlp: unknown = JSON.parse(Buffer.from(message).toString())
      return [{ ...columns, ...textsOf(readLog(log)), trace_id: log.traceId || null, otlp }]
    },

    texts({ events, length }) {
      const byChunk = new Map<number, PlaceRow[]>()
      for (const row of findTexts.all({ events: idsOf(events) }) as unknown as PlaceRow[]) {
        const rows = byChunk.get(row.chunk)
        if (rows) rows.push(row)
        else byChunk.set(row.chunk, [row])
      }
      return [...byChunk].flatMap(([id, rows]) => {
        const chunk = findChunk.get(id) as unknown as (Chunk & { signal: 'logs' }) | undefined
        if (!chunk) return []
        const wanted = new Set(rows.map(({ place }) => place))
        const kept = keepInChunk({ ...chunk, body: decompress(chunk.body) }, place => wanted.has(place))
        if (!kept) return []
        // The kept records are in the order of their places, as the rows are.
        return recordsOf({ ...kept, signal: chunk.signal }).map((log, index) =>
          shortened(rows[index]?.event_id ?? 0, textsOf(readLog(log)), length),
        )
      })
    },
  }
}

const textsOf = ({ facts }: ReadLog): EventTexts => ({
  prompt: facts.prompt ?? null,
  arguments: facts.arguments ?? null,
  output: facts.result ?? null,
  error: facts.error ?? null,
})

function shortened(event_id: number, whole: EventTexts, length: number): Answers['texts'][number] {
  const first = (text: string | null): string | null => text?.slice(0, length) ?? null
  const parts: EventTexts = {
    prompt: first(whole.prompt),
    arguments: first(whole.arguments),
    output: first(whole.output),
    error: first(whole.error),
  }
  const cut = Object.values(whole).some(text => text !== null && text.length > length)
  return { event_id, ...parts, cut: cut ? 1 : 0 }
}
