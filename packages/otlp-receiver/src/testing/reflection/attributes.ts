import type { OtlpMessage } from '../../codec/otlp-messages.ts'
import type { Attributes, AttributeValue, ReceivedResource, ReceivedScope } from '../../codec/records.ts'

export function readAttributes(pairs: readonly OtlpMessage<'KeyValue'>[]): Attributes {
  const attributes: Attributes = {}
  for (const { key, value } of pairs) {
    const read = readAnyValue(value)
    // A plain assignment to `__proto__` would set the prototype of the object.
    if (key === '__proto__')
      Object.defineProperty(attributes, key, { value: read, enumerable: true, configurable: true })
    else attributes[key] = read
  }
  return attributes
}

export function readAnyValue(any: OtlpMessage<'AnyValue'> | undefined): AttributeValue {
  const value = any?.value
  switch (value?.case) {
    case 'stringValue':
      return { type: 'string', value: value.value }
    case 'boolValue':
      return { type: 'bool', value: value.value }
    case 'intValue':
      return { type: 'int', value: exactInteger(value.value) }
    case 'doubleValue':
      return { type: 'double', value: value.value }
    case 'bytesValue':
      // A copy, because the decoder returns a view that keeps the whole request in memory.
      return { type: 'bytes', value: new Uint8Array(value.value) }
    case 'arrayValue':
      return { type: 'array', value: value.value.values.map(readAnyValue) }
    case 'kvlistValue':
      return { type: 'kvlist', value: readAttributes(value.value.values) }
    default:
      return { type: 'empty', value: undefined }
  }
}

/** A number where the number is exact, else the bigint itself. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

export function readId(bytes: Uint8Array): string {
  return bytes.length === 0 ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

export function readResource(resource: OtlpMessage<'Resource'> | undefined, schemaUrl: string): ReceivedResource {
  return {
    attributes: readAttributes(resource?.attributes ?? []),
    droppedAttributesCount: resource?.droppedAttributesCount ?? 0,
    schemaUrl,
  }
}

export function readScope(scope: OtlpMessage<'InstrumentationScope'> | undefined, schemaUrl: string): ReceivedScope {
  return {
    name: scope?.name ?? '',
    version: scope?.version ?? '',
    attributes: readAttributes(scope?.attributes ?? []),
    schemaUrl,
  }
}
