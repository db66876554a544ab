import type { Encoding, ReceivedLog } from '@codex/otlp-receiver'
import { flag, number, readLog } from '../agents/read-log.ts'
import { beginning } from '../beginning.ts'
import type { Answers, Parameters } from '../queries/queries.ts'
import { type EventTexts, record } from '../queries/record.ts'
import { idsOf } from '../queries/texts.ts'
import { decompress, keepInChunk, messagesIn, recordsOf } from './chunk.ts'
import type { Database } from './open-database.ts'
import { readSpanRecord } from './read-span-record.ts'
import { readSpans } from './read-spans.ts'
import { recordsAt } from './records-at.ts'
import { searchRecords } from './search-records.ts'

/** The questions whose answers are in the records themselves, and not in their rows. */
type RecordQuestions = {
  [N in 'record' | 'texts' | 'search' | 'spans' | 'spanRecord']: (parameters: Parameters[N]) => Answers[N]
}

interface RecordPlace extends Omit<Answers['record'][number], keyof EventTexts | 'otlp' | 'trace_id'> {
  place: number
  signal: 'logs'
  encoding: Encoding
  body: Uint8Array
}

export function recordReaders(db: Database): RecordQuestions {
  const findRecord = db.prepare(record)

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
      return [{ ...columns, ...textsOf(log), trace_id: log.traceId || null, otlp }]
    },

    texts: ({ events, length }) =>
      [...recordsAt(db, 'logs', idsOf(events))].map(([id, log]) => shortened(id, textsOf(log), length)),

    search: choice => searchRecords(db, choice),

    spans: ({ trace }) => readSpans(db, trace),

    spanRecord: ({ span }) => readSpanRecord(db, span),
  }
}

/** All agents that say these two name them alike. */
function textsOf(log: ReceivedLog): EventTexts {
  const { facts } = readLog(log)
  const truncated = flag(log.attributes.output_truncated)
  return {
    prompt: facts.prompt ?? null,
    prompt_length: number(log.attributes.prompt_length) ?? null,
    arguments: facts.arguments ?? null,
    output: facts.result ?? null,
    output_truncated: truncated === undefined ? null : truncated ? 1 : 0,
    error: facts.error ?? null,
  }
}

function shortened(event_id: number, whole: EventTexts, length: number): Answers['texts'][number] {
  const first = (text: string | null): string | null => (text === null ? null : beginning(text, length))
  const parts: EventTexts = {
    ...whole,
    prompt: first(whole.prompt),
    arguments: first(whole.arguments),
    output: first(whole.output),
    error: first(whole.error),
  }
  const cut = Object.values(whole).some(text => typeof text === 'string' && text.length > length)
  return { event_id, ...parts, cut: cut ? 1 : 0 }
}
