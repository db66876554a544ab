import type { SignalName } from '../../catalogue/signals.ts'
import { FIXED32, FIXED64, FieldReader, LENGTH_DELIMITED, MalformedMessageError, VARINT } from './field-reader.ts'
import { JsonBytes } from './json-bytes.ts'
import { type Field, type Kind, type Message, requestMessages } from './otlp-json-schema.ts'

/** OTLP itself nests ten levels deep; the rest is room for nested attribute values. */
const MAX_DEPTH = 100

/**
 * The OTLP/JSON form of an OTLP protobuf request: names in lower camel case, ids in hex, 64-bit integers as decimal
 * strings, enumerations as numbers, bytes in base64. Only fields that the request contains are written, and unknown
 * ones are left out. Throws `MalformedMessageError` when the bytes are no request.
 *
 * From bytes to bytes: with objects or strings in between it takes several times as long.
 */
export function toOtlpJson(request: Uint8Array, signal: SignalName): Uint8Array {
  const bytes = Buffer.from(request.buffer, request.byteOffset, request.byteLength)
  const json = new JsonBytes(bytes.length * 3)
  writeMessage(json, bytes, 0, bytes.length, requestMessages[signal], 0)
  return json.finish()
}

function writeMessage(
  json: JsonBytes,
  bytes: Buffer,
  start: number,
  end: number,
  message: Message,
  depth: number,
): void {
  if (depth > MAX_DEPTH) throw new MalformedMessageError('nested too deep')
  const reader = new FieldReader(bytes, start, end)
  json.byte(OPEN_BRACE)
  let separated = true
  let lists = 0
  while (reader.next()) {
    const field = message[reader.field]
    // A list is written where its first item stands; its others may stand anywhere.
    if (field === undefined || (field.repeated === true && lists & (1 << reader.field))) continue
    if (!separated) json.byte(COMMA)
    separated = false
    json.bytes(field.key)
    if (field.repeated === true) {
      lists |= 1 << reader.field
      writeList(json, bytes, reader, field, depth)
    } else writeValue(json, bytes, reader, field.kind, depth)
  }
  json.byte(CLOSE_BRACE)
}

function writeList(json: JsonBytes, bytes: Buffer, first: FieldReader, { kind }: Field, depth: number): void {
  const reader = new FieldReader(bytes, first.tagStart, first.end)
  json.byte(OPEN_BRACKET)
  let separated = true
  while (reader.next()) {
    if (reader.field !== first.field) continue
    const packed = reader.wire === LENGTH_DELIMITED && isNumeric(kind)
    if (packed && reader.valueStart === reader.valueEnd) continue
    if (!separated) json.byte(COMMA)
    separated = false
    if (packed) json.ascii(packedNumbers(bytes, reader, kind).join())
    else writeValue(json, bytes, reader, kind, depth)
  }
  json.byte(CLOSE_BRACKET)
}

function writeValue(json: JsonBytes, bytes: Buffer, at: FieldReader, kind: Kind, depth: number): void {
  const { valueStart, valueEnd } = at
  const expected = typeof kind === 'function' ? LENGTH_DELIMITED : wireTypes[kind]
  if (at.wire !== expected) throw new MalformedMessageError(`field ${at.field} with wire type ${at.wire}`)
  if (typeof kind === 'function') writeMessage(json, bytes, valueStart, valueEnd, kind(), depth + 1)
  else if (kind === 'string') json.text(bytes, valueStart, valueEnd)
  else if (kind === 'hex' || kind === 'base64') json.ascii(`"${bytes.toString(kind, valueStart, valueEnd)}"`)
  else json.ascii(numberText(bytes, valueStart, kind))
}

const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COMMA = 0x2c

type Numeric = Exclude<Kind, 'string' | 'hex' | 'base64' | (() => Message)>

const wireTypes = {
  string: LENGTH_DELIMITED,
  hex: LENGTH_DELIMITED,
  base64: LENGTH_DELIMITED,
  bool: VARINT,
  uint32: VARINT,
  enum: VARINT,
  sint32: VARINT,
  int64: VARINT,
  uint64: VARINT,
  fixed32: FIXED32,
  fixed64: FIXED64,
  sfixed64: FIXED64,
  double: FIXED64,
} as const

const isNumeric = (kind: Kind): kind is Numeric => typeof kind === 'string' && wireTypes[kind] !== LENGTH_DELIMITED

function packedNumbers(bytes: Buffer, at: FieldReader, kind: Numeric): string[] {
  const wire = wireTypes[kind]
  const items: string[] = []
  let position = at.valueStart
  while (position < at.valueEnd) {
    const start = position
    if (wire === VARINT) while (position < at.valueEnd && (bytes[position++] ?? 0) >= 0x80);
    else position += wire === FIXED64 ? 8 : 4
    if (position > at.valueEnd) throw new MalformedMessageError('packed field past its end')
    items.push(numberText(bytes, start, kind))
  }
  return items
}

/** A 64-bit integer is a text in JSON, and so is a number that JSON does not have. */
function numberText(bytes: Buffer, start: number, kind: Numeric): string {
  switch (kind) {
    case 'bool':
      return readVarint(bytes, start) === 0n ? 'false' : 'true'
    case 'uint32':
    case 'enum':
      return BigInt.asUintN(32, readVarint(bytes, start)).toString()
    case 'sint32': {
      const zigzag = Number(BigInt.asUintN(32, readVarint(bytes, start)))
      return String((zigzag >>> 1) ^ -(zigzag & 1))
    }
    case 'int64':
      return `"${BigInt.asIntN(64, readVarint(bytes, start))}"`
    case 'uint64':
      return `"${BigInt.asUintN(64, readVarint(bytes, start))}"`
    case 'fixed32':
      return String(bytes.readUInt32LE(start))
    case 'fixed64':
      return `"${bytes.readBigUInt64LE(start)}"`
    case 'sfixed64':
      return `"${bytes.readBigInt64LE(start)}"`
    case 'double': {
      const value = bytes.readDoubleLE(start)
      return Number.isFinite(value) ? String(value) : `"${value}"`
    }
  }
}

function readVarint(bytes: Buffer, start: number): bigint {
  const first = bytes[start] ?? 0
  if (first < 0x80) return BigInt(first)
  let value = 0n
  for (let shift = 0n, position = start; shift < 70n; shift += 7n) {
    const byte = bytes[position++] ?? 0
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return value
}
