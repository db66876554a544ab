import type { AttributeValue } from '@codex/otel-api'
import { type Column, type CompiledRow, ROWS } from '../../catalogue/event-table.ts'
import type { SessionAttributes } from '../../catalogue/session-attributes.ts'
import { sanitizeText } from '../../content/sanitize-text.ts'
import type { Scrubber } from '../../content/secrets/scrub.ts'
import {
  type EventTuple,
  fieldOf,
  isOwn,
  leftOutOf,
  presentFields,
  rowOf,
  slotOf,
  timeOf,
} from '../../protocol/event-tuple.ts'
import { type ProtobufBytes, stringValueBytes, textBytes, valueBytes, varintBytes } from '../otlp/protobuf-bytes.ts'
import { attributesOfOwn, plainValue, timestamp } from './log-attributes.ts'
import { type LogTemplate, logTemplate, ownLogTemplate } from './log-template.ts'

/** Makes log records of events, as bytes. */
export interface LogEncoder {
  /** Events that come with this slot are of this session from now on. */
  open(slot: number, session: SessionAttributes): void
  /** Appends the record of an event, as a field of `ScopeLogs` in OTLP. */
  encode(tuple: EventTuple): void
}

/** The tag of a record in `ScopeLogs`. */
const RECORD = 0x12
/** More than a tag and three lengths take. */
const MARGIN = 24

export function createLogEncoder(bytes: ProtobufBytes, scrubber: Scrubber, toolOutputBytes: number): LogEncoder {
  const slots: { session: SessionAttributes; templates: Map<number, LogTemplate> }[] = []

  function templateFor(tuple: EventTuple): LogTemplate {
    const { session, templates } = slots[slotOf(tuple)] as (typeof slots)[number]
    // Each may have other attributes.
    if (isOwn(tuple))
      return ownLogTemplate(attributesOfOwn(tuple, session, scrubber, toolOutputBytes), leftOutOf(tuple))
    const row = ROWS[rowOf(tuple)] as CompiledRow
    const kind = presentFields(tuple) * ROWS.length + row.id
    let template = templates.get(kind)
    if (template === undefined) {
      template = logTemplate(row, tuple, session, toolOutputBytes)
      templates.set(kind, template)
    }
    return template
  }

  function writeText(key: Uint8Array, text: string): void {
    const length = textBytes(text)
    const valueLength = stringValueBytes(length)
    bytes.reserve(key.length + valueLength + MARGIN)
    bytes.varint(key.length + varintBytes(valueLength) + valueLength)
    bytes.copy(key)
    bytes.varint(valueLength)
    bytes.textValue(text, length)
  }

  function writePlain(key: Uint8Array, value: AttributeValue): void {
    const length = valueBytes(value)
    bytes.reserve(key.length + length + MARGIN)
    bytes.varint(key.length + varintBytes(length) + length)
    bytes.copy(key)
    bytes.varint(length)
    bytes.value(value)
  }

  /** Writes a record without the length before it. */
  function write(tuple: EventTuple): void {
    const { steps, tail, observedAt } = templateFor(tuple)
    const columns = ROWS[rowOf(tuple)]?.columns
    const timeAt = bytes.position + 1
    let truncated = false
    for (const { before, key, source } of steps) {
      bytes.reserve(before.length)
      bytes.copy(before)
      switch (source.kind) {
        case 'field': {
          const value = fieldOf(tuple, source.column)
          if (source.limit === undefined) {
            writePlain(key, plainValue(columns?.[source.column] as Column, value))
          } else {
            const limited = sanitizeText(value as string, scrubber, source.limit)
            truncated = limited.truncated
            writeText(key, limited.text)
          }
          break
        }
        case 'truncated':
          writePlain(key, truncated)
          break
        case 'timestamp':
          writeText(key, timestamp(timeOf(tuple)))
      }
    }
    bytes.reserve(tail.length)
    const tailAt = bytes.position
    bytes.copy(tail)
    bytes.time(timeOf(tuple), timeAt)
    bytes.time(timeOf(tuple), tailAt + observedAt)
  }

  return {
    open(slot, session) {
      slots[slot] = { session, templates: new Map() }
    },
    encode(tuple) {
      bytes.reserve(MARGIN)
      bytes.byte(RECORD)
      const at = bytes.openMessage()
      write(tuple)
      bytes.closeMessage(at)
    },
  }
}
