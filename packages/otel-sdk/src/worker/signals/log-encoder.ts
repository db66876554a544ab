import { Buffer } from 'node:buffer'
import { type Column, ROWS } from '../../catalogue/event-table.ts'
import type { SessionAttributes } from '../../catalogue/session-attributes.ts'
import { passesAsItIs, sanitizeText } from '../../content/sanitize-text.ts'
import type { Scrubber } from '../../content/secrets/scrub.ts'
import type { TextLimit } from '../../content/text-limits.ts'
import { FieldTag, MAX_SESSIONS } from '../../protocol/event-chunk.ts'
import { leftOutOf, NO_SPAN } from '../../protocol/event-tuple.ts'
import type { EventEntry } from '../event-entry.ts'
import type { ProtobufBytes } from '../otlp/protobuf-bytes.ts'
import { attributesOfOwn, plainValue, timestamp } from './log-attributes.ts'
import { type LogTemplate, logTemplate, ownLogTemplate } from './log-template.ts'

/** Makes log records of events, as bytes. */
export interface LogEncoder {
  /** Events with this number are of this session; it is read when it is new. The sessions that were described last are remembered. */
  describe(session: number, read: () => SessionAttributes): void
  /** Appends the record of an event, as a field of `ScopeLogs` in OTLP. */
  encode(entry: EventEntry): void
}

interface Session {
  attributes: SessionAttributes
  /** By the row and the fields that are present. */
  templates: Map<number, LogTemplate>
}

/** The tag of a record in `ScopeLogs`. */
const RECORD = 0x12
/** More than a tag and a length take. */
const MARGIN = 8

/** Gives the ids that a record of an event of the span with this number has, as fields of the record. */
export type SpanIds = (span: number) => Uint8Array | undefined

export function createLogEncoder(
  bytes: ProtobufBytes,
  scrubber: Scrubber,
  toolOutputBytes: number,
  idsOf?: SpanIds | undefined,
): LogEncoder {
  const sessions = new Map<number, Session>()
  let last: Session | undefined
  let lastNumber = 0
  let timeMs = Number.NaN
  /** The attribute that says when the event happened. */
  let time: Buffer = Buffer.alloc(0)

  function templateFor(entry: EventEntry): LogTemplate {
    if (last === undefined || entry.session !== lastNumber) {
      last = sessions.get(entry.session) as Session
      lastNumber = entry.session
    }
    const { attributes, templates } = last
    const row = ROWS[entry.row]
    // Of the application's own events each may have other attributes.
    if (row === undefined) {
      const own = entry.tuple()
      return ownLogTemplate(attributesOfOwn(own, attributes, scrubber, toolOutputBytes), leftOutOf(own))
    }
    const kind = entry.present * ROWS.length + row.id
    let template = templates.get(kind)
    if (template === undefined) {
      template = logTemplate(row, entry.tuple(), attributes, toolOutputBytes)
      templates.set(kind, template)
    }
    return template
  }

  /** Writes an attribute with a text of the event; returns whether it was cut. */
  function writeText(key: Uint8Array, entry: EventEntry, field: number, limit: TextLimit): boolean {
    if (entry.tags[field] === FieldTag.ascii) {
      const start = entry.starts[field] as number
      const end = entry.ends[field] as number
      if (passesAsItIs(entry.bytes, start, end, scrubber, limit)) {
        bytes.beginKeyText(key, end - start)
        bytes.copy(entry.bytes, start, end)
        return false
      }
    }
    const { text, truncated } = sanitizeText(entry.value(field) as string, scrubber, limit)
    bytes.keyValue(key, text)
    return truncated
  }

  /** Writes a record without the length before it. */
  function write(entry: EventEntry): void {
    const { steps, tail, observedAt } = templateFor(entry)
    const columns = ROWS[entry.row]?.columns
    if (entry.timeMs !== timeMs) {
      timeMs = entry.timeMs
      time = Buffer.from(timestamp(timeMs))
    }
    const timeAt = bytes.position + 1
    let truncated = false
    for (const { before, key, source } of steps) {
      bytes.reserve(before.length)
      bytes.copy(before)
      switch (source.kind) {
        case 'field':
          if (source.limit !== undefined) truncated = writeText(key, entry, source.column, source.limit)
          else bytes.keyValue(key, plainValue(columns?.[source.column] as Column, entry.value(source.column)))
          break
        case 'truncated':
          bytes.keyValue(key, truncated)
          break
        case 'timestamp':
          bytes.beginKeyText(key, time.length)
          bytes.copy(time)
      }
    }
    const ids = entry.span === NO_SPAN ? undefined : idsOf?.(entry.span)
    let tailAt: number
    if (ids === undefined) {
      bytes.reserve(tail.length)
      tailAt = bytes.position
      bytes.copy(tail)
    } else {
      bytes.reserve(tail.length + ids.length)
      // The tag of the time stands before it: in the order of the fields, ids come before that.
      bytes.copy(tail, 0, observedAt - 1)
      bytes.copy(ids)
      tailAt = bytes.position - observedAt + 1
      bytes.copy(tail, observedAt - 1)
    }
    bytes.time(timeMs, timeAt)
    bytes.time(timeMs, tailAt + observedAt)
  }

  return {
    describe(number, read) {
      const session = sessions.get(number) ?? { attributes: read(), templates: new Map() }
      // The map keeps the order in which sessions were described.
      sessions.delete(number)
      sessions.set(number, session)
      if (sessions.size <= MAX_SESSIONS) return
      const [oldest] = sessions.keys()
      if (oldest !== undefined) sessions.delete(oldest)
    },
    encode(entry) {
      bytes.reserve(MARGIN)
      bytes.byte(RECORD)
      const at = bytes.openMessage()
      write(entry)
      bytes.closeMessage(at)
    },
  }
}
