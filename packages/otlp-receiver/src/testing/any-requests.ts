import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import fc from 'fast-check'
import { type MessageName, otlpMessages } from '../codec/otlp-messages.ts'

const MAX_LEVELS = 9
/** Numbers that no message has. */
const UNKNOWN_NUMBERS = [99, 31, 32, 1_000_000]

type Spec = readonly [number, string, string?]
const specsOf = (name: MessageName): [string, Spec][] => Object.entries(otlpMessages[name]) as [string, Spec][]
const typeOf = (written: string): string => written.replace(/\[\]$|\?$/, '')
const isMessage = (type: string): type is MessageName => type in otlpMessages

const anyText = fc.oneof(
  fc.constantFrom(
    '',
    'codex.sse_event',
    'größer',
    '__proto__',
    'constructor',
    '7',
    '\ufffd',
    '\ufeffx',
    'a'.repeat(60),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const anyUint64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 2n ** 53n, 2n ** 53n - 1n))

/**
 * Bytes of a message as any encoder may write it, and as none does: fields in any order, more than once, in both forms of
 * a list, and unknown ones.
 */
export function anyWire(name: MessageName, levels = 0): fc.Arbitrary<Uint8Array> {
  // A message holds its like only up to a depth.
  const fields = specsOf(name)
    .filter(([, [, written]]) => levels < MAX_LEVELS || !isMessage(typeOf(written)))
    .map(([, [number, written]]) => ({
      // So that most requests have records, although their messages have many other fields.
      weight: isMessage(typeOf(written)) && levels < 4 ? 8 : 2,
      arbitrary: anyField(number, written, levels),
    }))
  const field = fc.oneof(...fields, { weight: 1, arbitrary: anyUnknownField })
  return fc
    .array(field, { minLength: levels < 3 ? 1 : 0, maxLength: levels < 3 ? 3 : 6 })
    .map(pieces => Buffer.concat(pieces))
}

function anyField(number: number, written: string, levels: number): fc.Arbitrary<Uint8Array> {
  const type = typeOf(written)
  const single = anyScalar(type, levels).map(({ wireType, write }) => {
    const writer = new BinaryWriter().tag(number, wireType)
    write(writer)
    return writer.finish()
  })
  if (!written.endsWith('[]') || isMessage(type)) return single
  const packed = fc.array(anyScalar(type, levels), { maxLength: 4 }).map(items => {
    const writer = new BinaryWriter()
    for (const { write } of items) write(writer)
    return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(writer.finish()).finish()
  })
  return fc.oneof(single, packed)
}

interface Written {
  wireType: WireType
  write: (writer: BinaryWriter) => unknown
}

function anyScalar(type: string, levels: number): fc.Arbitrary<Written> {
  const varint = <T>(any: fc.Arbitrary<T>, write: (writer: BinaryWriter, value: T) => unknown): fc.Arbitrary<Written> =>
    any.map(value => ({ wireType: WireType.Varint, write: writer => write(writer, value) }))
  const delimited = (any: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Written> =>
    any.map(value => ({ wireType: WireType.LengthDelimited, write: writer => writer.bytes(value) }))
  switch (type) {
    case 'string':
      return delimited(anyText.map(text => Buffer.from(text)))
    case 'bytes':
      return delimited(fc.uint8Array({ maxLength: 17 }))
    case 'bool':
      return varint(fc.boolean(), (writer, value) => writer.bool(value))
    case 'int32':
      return varint(fc.oneof(fc.integer(), fc.nat(7)), (writer, value) => writer.int32(value))
    case 'sint32':
      return varint(fc.integer(), (writer, value) => writer.sint32(value))
    case 'uint32':
      return varint(fc.nat(), (writer, value) => writer.uint32(value))
    case 'int64':
    case 'uint64':
      return varint(anyUint64, (writer, value) => writer.uint64(value))
    case 'fixed32':
      return fc.nat().map(value => ({ wireType: WireType.Bit32, write: writer => writer.fixed32(value) }))
    case 'double':
      return fc.double().map(value => ({ wireType: WireType.Bit64, write: writer => writer.double(value) }))
    case 'fixed64':
    case 'sfixed64':
      return anyUint64.map(value => ({ wireType: WireType.Bit64, write: writer => writer.fixed64(value) }))
    default:
      return delimited(fc.constant(null).chain(() => anyWire(type as MessageName, levels + 1)))
  }
}

const anyUnknownField = fc
  .tuple(fc.constantFrom(...UNKNOWN_NUMBERS), fc.nat(3), fc.uint8Array({ maxLength: 8 }))
  .map(([number, form, bytes]) => {
    const writer = new BinaryWriter()
    if (form === 0) writer.tag(number, WireType.Varint).uint32(bytes.length)
    else if (form === 1) writer.tag(number, WireType.Bit64).double(1)
    else if (form === 2) writer.tag(number, WireType.LengthDelimited).bytes(bytes)
    else writer.tag(number, WireType.StartGroup).tag(1, WireType.Varint).uint32(1).tag(number, WireType.EndGroup)
    return writer.finish()
  })

/** Bytes with one or two of them changed, left out or added, or cut off. */
export function corrupted(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const fault = fc.record({ at: fc.nat(), kind: fc.nat(3), byte: fc.nat(255) })
  return fc.tuple(bytes, fc.array(fault, { minLength: 1, maxLength: 2 })).map(([whole, faults]) =>
    faults.reduce<Uint8Array>((left, { at, kind, byte }) => {
      const place = left.length === 0 ? 0 : at % left.length
      const rest = left.subarray(place + (kind === 1 ? 0 : 1))
      if (kind === 0) return left.subarray(0, place)
      return Buffer.concat([left.subarray(0, place), kind === 3 ? [] : [byte], rest].map(part => Uint8Array.from(part)))
    }, whole),
  )
}

const anyWrongJson = fc.constantFrom<unknown>(
  null,
  0,
  -1,
  1.5,
  '',
  ' 1',
  'x',
  '0x10',
  'NaN',
  true,
  [],
  {},
  [null],
  '\ud800',
)

/** A message in OTLP/JSON; `wrong` of a hundred values have a form that is none of their field's, or an odd one. */
export function anyJson(name: MessageName, wrong: number, levels = 0): fc.Arbitrary<object> {
  const specs = specsOf(name).filter(([, [, written]]) => levels < MAX_LEVELS || !isMessage(typeOf(written)))
  // Of a choice one field at a time, except for a few wrong messages.
  const chosen = fc.nat({ max: 1_000 })
  const entries = specs.map(([key, [, written]]) => anyJsonField(key, written, wrong, levels))
  return fc.tuple(chosen, fc.nat(99), ...entries).map(([choice, luck, ...values]) => {
    const object: Record<string, unknown> = {}
    const inOneof = specs.filter(([, spec]) => spec[2] !== undefined)
    const kept = inOneof[choice % (inOneof.length + 1)]?.[0]
    for (const [index, [key, spec]] of specs.entries()) {
      const value = values[index]
      if (value !== undefined && (spec[2] === undefined || key === kept || luck < wrong)) object[key] = value
    }
    if (luck % 8 === 0)
      Object.assign(object, { traceIdentity: 'zz', news: { traceId: 'zz', toString: 'x' }, toString: 'x' })
    return object
  })
}

function anyJsonField(key: string, written: string, wrong: number, levels: number): fc.Arbitrary<unknown> {
  const type = typeOf(written)
  const one = isMessage(type)
    ? fc.constant(null).chain(() => anyJson(type, wrong, levels + 1))
    : anyJsonScalar(key, type)
  const right = written.endsWith('[]') ? fc.array(one, { maxLength: levels < 3 ? 2 : 3 }) : one
  return fc.oneof(
    { weight: 100, arbitrary: right },
    { weight: levels < 4 ? 10 : 60, arbitrary: fc.constant(undefined) },
    ...(wrong > 0 ? [{ weight: wrong, arbitrary: anyWrongJson }] : []),
  )
}

function anyJsonScalar(key: string, type: string): fc.Arbitrary<unknown> {
  const asText = <T>(any: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
    fc.oneof(any.map(String), fc.constant('12'), fc.nat())
  switch (type) {
    case 'string':
      return anyText
    case 'bytes': {
      const ids: Record<string, number> = { traceId: 16, spanId: 8, parentSpanId: 8 }
      const length = ids[key]
      if (length === undefined)
        return fc.uint8Array({ maxLength: 9 }).map(bytes => Buffer.from(bytes).toString('base64'))
      const bytes = fc.uint8Array({ minLength: length, maxLength: length })
      return fc.oneof(
        bytes.map(id => Buffer.from(id).toString('hex')),
        fc.constantFrom('', 'AB'.repeat(length)),
      )
    }
    case 'bool':
      return fc.boolean()
    case 'double':
      return fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom('NaN', '-Infinity', '1e3', 7),
      )
    case 'int32':
    case 'sint32':
      return fc.oneof(fc.nat(7), fc.integer(), fc.integer().map(String))
    case 'uint32':
    case 'fixed32':
      return fc.nat()
    case 'int64':
    case 'sfixed64':
      return asText(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
    default:
      return asText(anyUint64)
  }
}
