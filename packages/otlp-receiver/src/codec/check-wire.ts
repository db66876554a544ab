import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { MalformedRequest } from './malformed-request.ts'
import { fieldsOf } from './message-fields.ts'
import type { MessageName } from './otlp-messages.ts'

const MAX_DEPTH = 100

/**
 * Checks what the reflecting codec does not: that each known field has its wire type, and that none reaches beyond its message.
 * @throws MalformedRequest
 */
export function checkWire(name: MessageName, bytes: Uint8Array): void {
  checkMessage(name, new BinaryReader(bytes), bytes.length, 1)
}

function checkMessage(name: MessageName, reader: BinaryReader, end: number, depth: number): void {
  if (depth > MAX_DEPTH)
    throw new MalformedRequest(`cannot decode ${name}: maximum recursion depth of ${MAX_DEPTH} reached`)
  const known = fieldsOf(name)
  while (reader.pos < end) {
    const [number, wireType] = reader.tag()
    const field = known.get(number)
    if (!field) {
      reader.skip(wireType, number, MAX_DEPTH - depth)
      continue
    }
    const own = field.message ? WireType.LengthDelimited : wireTypeOf(field.type)
    const packed = field.repeated && own !== WireType.LengthDelimited && wireType === WireType.LengthDelimited
    if (wireType !== own && !packed) {
      throw new MalformedRequest(`cannot decode ${name}: field ${number} has wire type ${wireType}, not ${own}`)
    }
    if (wireType !== WireType.LengthDelimited) {
      reader.skip(wireType, number)
      continue
    }
    const childEnd = reader.uint32() + reader.pos
    if (childEnd > end) throw new MalformedRequest(`cannot decode ${name}: field ${number} reaches beyond its message`)
    if (field.message) checkMessage(field.type as MessageName, reader, childEnd, depth + 1)
    else if (packed) while (reader.pos < childEnd) reader.skip(own, number)
    else reader.pos = childEnd
    if (reader.pos !== childEnd)
      throw new MalformedRequest(`cannot decode ${name}: field ${number} reaches beyond its length`)
  }
  if (reader.pos !== end) throw new MalformedRequest(`cannot decode ${name}: a field reaches beyond its message`)
}

function wireTypeOf(type: string): WireType {
  if (type === 'string' || type === 'bytes') return WireType.LengthDelimited
  if (type === 'double' || type.endsWith('fixed64')) return WireType.Bit64
  return type === 'fixed32' ? WireType.Bit32 : WireType.Varint
}
