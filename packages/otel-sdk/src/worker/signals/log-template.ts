import { Buffer } from 'node:buffer'
import type { CompiledRow } from '../../catalogue/event-table.ts'
import type { SessionAttributes } from '../../catalogue/session-attributes.ts'
import type { TextLimit } from '../../content/text-limits.ts'
import { type EventTuple, fieldOf } from '../../protocol/event-tuple.ts'
import { ProtobufBytes, textBytes } from '../otlp/protobuf-bytes.ts'
import { attributesTemplate, columnLimit, type LogAttributeValues, TIMESTAMP } from './log-attributes.ts'

/** What an attribute says that differs from one record of a template to the next. */
export type StepSource =
  | { kind: 'timestamp' }
  /** A field, and of a text how much of it is sent. */
  | { kind: 'field'; column: number; limit: TextLimit | undefined }
  /** Whether the text of the step before was cut. */
  | { kind: 'truncated' }

/** An attribute of which only the value differs. */
export interface Step {
  /** What stands before it, and the tag of the attribute. */
  readonly before: Uint8Array
  /** Its key, and the tag of its value. */
  readonly key: Uint8Array
  readonly source: StepSource
}

/**
 * The records of one event, one session and the same fields present, in `LogRecord` of OTLP: they have the same keys, and
 * most bytes in common, which are written once.
 */
export interface LogTemplate {
  /** The first one begins with the tag of the time and its eight bytes. */
  readonly steps: readonly Step[]
  /** What follows the last step; `observedAt` is where the eight bytes of the time are. */
  readonly tail: Uint8Array
  readonly observedAt: number
}

/** Tags of `LogRecord`: number of the field and wire type. */
const TIME = 0x09
const SEVERITY_NUMBER = 0x10
const SEVERITY_TEXT = 0x1a
const ATTRIBUTE = 0x32
const DROPPED_ATTRIBUTES = 0x38
const OBSERVED_TIME = 0x59
const EVENT_NAME = 0x62
/** Tags of `KeyValue`. */
const KEY = 0x0a
const VALUE = 0x12

const SEVERITY_INFO = 9
const TIME_BYTES = 8
/** More than some tags and a number take. */
const SMALL_BYTES = 24

/** Builds the template for an event like this one. */
export function logTemplate(
  row: CompiledRow,
  tuple: EventTuple,
  session: SessionAttributes,
  toolOutputBytes: number,
): LogTemplate {
  return template(attributesTemplate(row, tuple, session), sourcesOf(row, tuple, toolOutputBytes), 0)
}

/** Builds the template for this one event of the application's own, which has these attributes: there are no steps. */
export const ownLogTemplate = (attributes: LogAttributeValues, leftOut: number): LogTemplate =>
  template(attributes, new Map(), leftOut)

function template(
  attributes: LogAttributeValues,
  sources: ReadonlyMap<string, StepSource>,
  leftOut: number,
): LogTemplate {
  const bytes = new ProtobufBytes(1024)
  const steps: Step[] = []
  const cut = (): Uint8Array => {
    const part = Buffer.from(bytes.bytes.subarray(0, bytes.position))
    bytes.position = 0
    return part
  }
  const text = (tag: number, value: string): void => {
    const length = textBytes(value)
    bytes.reserve(length + SMALL_BYTES)
    bytes.byte(tag)
    bytes.varint(length)
    bytes.text(value, length)
  }
  const keyOf = (name: string): Uint8Array => {
    const before = cut()
    text(KEY, name)
    bytes.byte(VALUE)
    const key = cut()
    bytes.copy(before)
    return key
  }

  bytes.byte(TIME)
  bytes.position += TIME_BYTES
  bytes.byte(SEVERITY_NUMBER)
  bytes.byte(SEVERITY_INFO)
  text(SEVERITY_TEXT, 'INFO')
  for (const [name, value] of Object.entries(attributes)) {
    const key = keyOf(name)
    const source = sources.get(name)
    bytes.reserve(SMALL_BYTES)
    bytes.byte(ATTRIBUTE)
    if (source === undefined) bytes.keyValue(key, value)
    else steps.push({ before: cut(), key, source })
  }
  bytes.reserve(SMALL_BYTES)
  bytes.byte(DROPPED_ATTRIBUTES)
  bytes.varint(leftOut)
  bytes.byte(OBSERVED_TIME)
  const observedAt = bytes.position
  bytes.reserve(TIME_BYTES)
  bytes.position += TIME_BYTES
  text(EVENT_NAME, attributes['event.name'])
  return { steps, tail: cut(), observedAt }
}

/** By the name of the attribute: where the values come from that differ. */
function sourcesOf(row: CompiledRow, tuple: EventTuple, toolOutputBytes: number): ReadonlyMap<string, StepSource> {
  const sources = new Map<string, StepSource>()
  row.columns.forEach((column, i) => {
    if (fieldOf(tuple, i) === undefined) return
    sources.set(column.attribute, { kind: 'field', column: i, limit: columnLimit(column, toolOutputBytes) })
    if (column.type === 'free-text' && column.truncated !== undefined) {
      sources.set(column.truncated, { kind: 'truncated' })
    }
  })
  return sources.set(TIMESTAMP, { kind: 'timestamp' })
}
