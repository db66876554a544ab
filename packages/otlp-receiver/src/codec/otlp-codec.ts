import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  toBinary,
  toJson,
} from '@bufbuild/protobuf'
import {
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt'
import { checkWire } from './check-wire.ts'
import { type MessageName, type OtlpMessage, type OtlpMessageInit, otlpMessages } from './otlp-messages.ts'

// One package for all messages: the names appear in error messages, never on the wire.
const PACKAGE = 'otlp'
const registry = createFileRegistry(create(FileDescriptorProtoSchema, describeFile()), () => undefined)
const schemas = new Map<string, DescMessage>()

/**
 * Reads a message in binary form. Unknown fields are skipped.
 * @throws Error that names the message or field when the bytes are malformed, a field has another type on the
 * wire or reaches beyond its message, or messages are nested deeper than 100.
 */
export function decodeBinary<N extends MessageName>(name: N, bytes: Uint8Array): OtlpMessage<N> {
  const schema = schemaOf(name)
  checkWire(name, bytes)
  return fromBinary(schema, bytes, { readUnknownFields: false }) as unknown as OtlpMessage<N>
}

/** Writes a message in binary form. */
export function encodeBinary<N extends MessageName>(name: N, message: OtlpMessageInit<N>): Uint8Array<ArrayBuffer> {
  return toBinary(schemaOf(name), build(name, message))
}

/**
 * Reads a message in OTLP/JSON: ids in hex, 64-bit integers as decimal strings (or numbers), enumerations as numbers,
 * lowerCamelCase keys; unknown keys are ignored.
 * @throws Error that names the field when the text is not JSON or a value has the wrong form.
 */
export function decodeJson<N extends MessageName>(name: N, text: string): OtlpMessage<N> {
  const json: JsonValue = JSON.parse(text)
  const schema = schemaOf(name)
  rewriteIds(json, name, base64OfHex)
  return fromJson(schema, json, { ignoreUnknownFields: true }) as unknown as OtlpMessage<N>
}

/** Writes a message in OTLP/JSON. Fields with their zero value are left out. */
export function encodeJson<N extends MessageName>(name: N, message: OtlpMessageInit<N>): string {
  const json = toJson(schemaOf(name), build(name, message))
  rewriteIds(json, name, hexOfBase64)
  return JSON.stringify(json)
}

function build<N extends MessageName>(name: N, message: OtlpMessageInit<N>): Message {
  return create(schemaOf(name), message as Record<string, unknown>)
}

function schemaOf(name: MessageName): DescMessage {
  let schema = schemas.get(name)
  if (!schema) {
    schema = registry.getMessage(`${PACKAGE}.${name}`)
    if (!schema) throw new Error(`"${name}" is not an OTLP message; known are ${Object.keys(otlpMessages).join(', ')}`)
    schemas.set(name, schema)
  }
  return schema
}

type FieldSpec = readonly [number, string] | readonly [number, string, string]

function describeFile(): { name: string; package: string; syntax: string; messageType: object[] } {
  const messageType = Object.entries(otlpMessages).map(([name, fields]) => {
    const specs: [string, FieldSpec][] = Object.entries(fields)
    const oneofs = [...new Set(specs.flatMap(([, spec]) => (spec[2] === undefined ? [] : [spec[2]])))]
    // In a descriptor `optional` is a oneof with one field, and such oneofs must follow the real ones.
    const optional = specs.flatMap(([field, spec]) => (spec[1].endsWith('?') ? [`_${field}`] : []))
    const oneofDecl = [...oneofs, ...optional].map(oneof => ({ name: oneof }))
    const field = specs.map(([fieldName, [number, written, oneof]]) => {
      const type = written.replace(/\[\]$|\?$/, '')
      const scalar = Type[type.toUpperCase() as keyof typeof Type]
      const group = oneof ?? (written.endsWith('?') ? `_${fieldName}` : undefined)
      return {
        name: fieldName,
        jsonName: fieldName,
        number,
        label: written.endsWith('[]') ? Label.REPEATED : Label.OPTIONAL,
        ...(scalar === undefined ? { type: Type.MESSAGE, typeName: `.${PACKAGE}.${type}` } : { type: scalar }),
        ...(group === undefined ? {} : { oneofIndex: oneofDecl.findIndex(decl => decl.name === group) }),
        ...(written.endsWith('?') ? { proto3Optional: true } : {}),
      }
    })
    return { name, field, oneofDecl }
  })
  return { name: 'otlp.proto', package: PACKAGE, syntax: 'proto3', messageType }
}

const ID_BYTES: Record<string, number> = { traceId: 16, spanId: 8, parentSpanId: 8 }
// No id is below these messages, and they hold most of a request: the walk skips them.
const WITHOUT_IDS = new Set<string>(['KeyValue', 'AnyValue', 'Resource', 'InstrumentationScope'])

/** OTLP/JSON writes ids in hex; the library reads and writes the protobuf JSON form, which has base64. */
function rewriteIds(json: unknown, name: MessageName, rewrite: (id: string, key: string) => string): void {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return
  const object = json as JsonObject
  const fields: Record<string, readonly [number, string, string?]> = otlpMessages[name]
  for (const key of Object.keys(object)) {
    const spec = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (!spec) continue
    const value = object[key]
    const type = spec[1].replace('[]', '')
    if (typeof value === 'string') {
      if (type === 'bytes' && Object.hasOwn(ID_BYTES, key)) object[key] = rewrite(value, key)
    } else if (type in otlpMessages && !WITHOUT_IDS.has(type)) {
      for (const item of Array.isArray(value) ? value : [value]) rewriteIds(item, type as MessageName, rewrite)
    }
  }
}

function base64OfHex(id: string, key: string): string {
  const digits = (ID_BYTES[key] ?? 0) * 2
  if (id !== '' && (id.length !== digits || !/^[0-9a-f]+$/i.test(id))) {
    throw new Error(
      `cannot decode ${key} from JSON: expected ${digits} hex digits or an empty text, got "${id.slice(0, 64)}"`,
    )
  }
  return Buffer.from(id, 'hex').toString('base64')
}

function hexOfBase64(id: string): string {
  return Buffer.from(id, 'base64').toString('hex')
}
