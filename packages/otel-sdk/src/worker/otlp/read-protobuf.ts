import { FieldReader, LENGTH_DELIMITED, VARINT } from './field-reader.ts'

/** One field of a message: bytes, an integer, or a value of fixed width, which is not decoded. */
export interface ProtobufField {
  number: number
  value: Uint8Array | bigint | undefined
}

/**
 * The fields of a small answer, decoded as far as the transports need it.
 *
 * @throws MalformedMessageError when the bytes are not a protobuf message.
 */
export function readProtobuf(bytes: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = []
  const reader = new FieldReader(bytes, 0, bytes.length)
  while (reader.next()) {
    const value = bytes.subarray(reader.valueStart, reader.valueEnd)
    if (reader.wire === LENGTH_DELIMITED) fields.push({ number: reader.field, value })
    else fields.push({ number: reader.field, value: reader.wire === VARINT ? decodeVarint(value) : undefined })
  }
  return fields
}

/** The last value of a field that holds bytes, which is the one that counts. */
export function bytesField(fields: readonly ProtobufField[], number: number): Uint8Array | undefined {
  const value = fields.findLast(field => field.number === number)?.value
  return value instanceof Uint8Array ? value : undefined
}

/** The last value of a field that holds an integer, signed; 0 when it is absent. */
export function integerField(fields: readonly ProtobufField[], number: number): number {
  const value = fields.findLast(field => field.number === number)?.value
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0
}

function decodeVarint(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 7n) | BigInt(byte & 0x7f), 0n)
}
