import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Encoding } from './encoding.ts'
import { MalformedRequest } from './malformed-request.ts'
import { fieldsOf, type MessageField } from './message-fields.ts'
import { type MessageName, otlpMessages } from './otlp-messages.ts'
import { SIGNALS, type SignalName } from './signals.ts'

/**
 * Whether a value is hidden: the one of an attribute with this key, at any depth of maps and lists, the `body` of a log record, or
 * the `status.message` of a span. `text` is the value where it is a text; of other values only the key decides.
 */
export type Hides = (key: string, text: string | undefined) => boolean

/** Stands for a value that is hidden. */
export const REDACTED = '[REDACTED]'

const BODY = 'body'
const STATUS_MESSAGE = 'status.message'

/**
 * Copies a request with `[REDACTED]` in place of the values that are hidden. Names, times, numbers and booleans stay; bytes are
 * hidden always, and fields that OTLP does not have are left out.
 * @throws Error that names what is malformed
 */
export function redactRequest(signal: SignalName, body: Uint8Array, encoding: Encoding, hides: Hides): Uint8Array {
  const { request } = SIGNALS[signal]
  if (encoding === 'binary') return redactMessage(request, body, hides)
  const document = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString())
  return Buffer.from(JSON.stringify(redactJson(request, document, hides)))
}

/** The messages that have values in them, at any depth. */
const withValues = new Map<string, boolean>()

function hasValues(type: string): boolean {
  let known = withValues.get(type)
  if (known === undefined) {
    // For a message within itself, its other fields decide.
    withValues.set(type, false)
    known =
      ['AnyValue', 'KeyValue', 'SpanStatus'].includes(type) ||
      [...fieldsOf(type as MessageName).values()].some(({ type: inner, message }) => message && hasValues(inner))
    withValues.set(type, known)
  }
  return known
}

function redactMessage(name: MessageName, bytes: Uint8Array, hides: Hides): Uint8Array {
  const known = fieldsOf(name)
  const reader = new BinaryReader(bytes)
  const writer = new BinaryWriter()
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [number, wireType] = reader.tag()
    const field = known.get(number)
    if (!field) {
      reader.skip(wireType, number)
    } else if (wireType === WireType.LengthDelimited && field.message && hasValues(field.type)) {
      writer.tag(number, wireType).bytes(redactField(name, field, reader.bytes(), hides))
    } else if (wireType === WireType.LengthDelimited && name === 'SpanStatus' && field.type === 'string') {
      const text = reader.string()
      writer.tag(number, wireType).string(hides(STATUS_MESSAGE, text) && text !== '' ? REDACTED : text)
    } else {
      reader.skip(wireType, number)
      writer.raw(bytes.subarray(start, reader.pos))
    }
  }
  return writer.finish()
}

function redactField(parent: MessageName, { type }: MessageField, bytes: Uint8Array, hides: Hides): Uint8Array {
  if (type === 'KeyValue') return redactKeyValue(bytes, hides)
  if (type === 'AnyValue' && parent === 'LogRecord') return redactValue(BODY, bytes, hides)
  return redactMessage(type as MessageName, bytes, hides)
}

function redactKeyValue(bytes: Uint8Array, hides: Hides): Uint8Array {
  let key = ''
  let value: Uint8Array | undefined
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    if (number === 1 && wireType === WireType.LengthDelimited) key = reader.string()
    else if (number === 2 && wireType === WireType.LengthDelimited) value = joined(value, reader.bytes())
    else reader.skip(wireType, number)
  }
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(key)
  if (value !== undefined) writer.tag(2, WireType.LengthDelimited).bytes(redactValue(key, value, hides))
  return writer.finish()
}

/** Of a message that comes twice, the parts are one. */
const joined = (before: Uint8Array | undefined, next: Uint8Array): Uint8Array =>
  before === undefined ? next : Buffer.concat([before, next])

const HIDDEN_VALUE: Uint8Array = new BinaryWriter().tag(1, WireType.LengthDelimited).string(REDACTED).finish()

function redactValue(key: string, bytes: Uint8Array, hides: Hides): Uint8Array {
  if (hides(key, undefined)) return HIDDEN_VALUE
  const fields = fieldsOf('AnyValue')
  const reader = new BinaryReader(bytes)
  const writer = new BinaryWriter()
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [number, wireType] = reader.tag()
    const name = fields.get(number)?.name
    if (name === undefined || wireType !== WireType.LengthDelimited) {
      reader.skip(wireType, number)
      if (name !== undefined) writer.raw(bytes.subarray(start, reader.pos))
      continue
    }
    const value = reader.bytes()
    if (name === 'arrayValue') writer.tag(number, wireType).bytes(redactList(key, value, hides))
    else if (name === 'kvlistValue') writer.tag(number, wireType).bytes(redactMessage('KeyValueList', value, hides))
    else if (name === 'bytesValue' || hides(key, textOf(value))) return HIDDEN_VALUE
    else writer.tag(number, wireType).bytes(value)
  }
  return writer.finish()
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()

function redactList(key: string, bytes: Uint8Array, hides: Hides): Uint8Array {
  const reader = new BinaryReader(bytes)
  const writer = new BinaryWriter()
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    if (number === 1 && wireType === WireType.LengthDelimited) {
      writer.tag(number, wireType).bytes(redactValue(key, reader.bytes(), hides))
    } else reader.skip(wireType, number)
  }
  return writer.finish()
}

type Json = Record<string, unknown>

function redactJson(name: MessageName, message: unknown, hides: Hides): unknown {
  if (message === null || typeof message !== 'object' || Array.isArray(message)) {
    throw new MalformedRequest(`cannot decode ${name} from JSON: expected an object`)
  }
  const copy: Json = {}
  for (const field of fieldsOf(name).values()) {
    const value = (message as Json)[field.name]
    if (value === undefined || value === null) continue
    const one = (item: unknown): unknown => redactJsonField(name, field, item, hides)
    copy[field.name] = Array.isArray(value) ? value.map(one) : one(value)
  }
  return copy
}

function redactJsonField(parent: MessageName, field: MessageField, value: unknown, hides: Hides): unknown {
  if (field.type === 'KeyValue') {
    const { key = '', value: inner } = (value ?? {}) as { key?: string; value?: unknown }
    return inner === undefined || inner === null ? { key } : { key, value: redactJsonValue(String(key), inner, hides) }
  }
  if (field.type === 'AnyValue') return redactJsonValue(BODY, value, hides)
  if (field.message && hasValues(field.type)) return redactJson(field.type as MessageName, value, hides)
  const isMessage = parent === 'SpanStatus' && field.type === 'string'
  return isMessage && value !== '' && hides(STATUS_MESSAGE, String(value)) ? REDACTED : value
}

function redactJsonValue(key: string, value: unknown, hides: Hides): unknown {
  const { stringValue, bytesValue, arrayValue, kvlistValue, ...plain } = (value ?? {}) as Json
  const hidden = { stringValue: REDACTED }
  if (hides(key, undefined) || (bytesValue ?? null) !== null) return hidden
  if (typeof stringValue === 'string') return hides(key, stringValue) ? hidden : { stringValue }
  const list = (arrayValue as { values?: unknown } | undefined)?.values
  if (Array.isArray(list)) return { arrayValue: { values: list.map(item => redactJsonValue(key, item, hides)) } }
  if (kvlistValue) return { kvlistValue: redactJson('KeyValueList', kvlistValue, hides) }
  return Object.fromEntries(Object.entries(plain).filter(([name]) => name in otlpMessages.AnyValue))
}
