import { defineAttribute } from '../define-attribute.ts'
import { MalformedRequest } from '../malformed-request.ts'
import type { Allowance } from '../record-limits.ts'
import type { Attributes, AttributeValue } from '../records.ts'
import { blob, bool, double, int64, type Json, list, object, text } from './scalars.ts'

/** Reads a list of KeyValue. `depth` is that of each of them. */
export function readAttributes(value: unknown, allowance: Allowance, depth: number, lists = 0): Attributes {
  const attributes: Attributes = {}
  const pairs = list(value, 'attributes')
  for (let index = 0; index < pairs.length; index++) {
    allowance.take(index + 1)
    allowance.enter(depth, lists)
    const pair = object(pairs[index], 'KeyValue')
    const any = pair.value
    const read = any === undefined || any === null ? EMPTY() : readAnyValue(any, allowance, depth + 1, lists)
    defineAttribute(attributes, text(pair.key, 'key'), read)
  }
  return attributes
}

const EMPTY = (): AttributeValue => ({ type: 'empty', value: undefined })

export function readAnyValue(value: unknown, allowance: Allowance, depth: number, lists: number): AttributeValue {
  allowance.enter(depth, lists)
  const any = object(value, 'AnyValue')
  let read: AttributeValue | undefined
  let seen: string | undefined
  for (const name in any) {
    const found = any[name]
    const before = seen
    switch (name) {
      // Of a scalar `null` is no choice; of a list it is one.
      case 'stringValue':
      case 'boolValue':
      case 'intValue':
      case 'doubleValue':
      case 'bytesValue':
        if (found === null) continue
        seen = name
        read = readScalar(name, found)
        break
      case 'arrayValue':
        seen = name
        if (found !== null) {
          read = { type: 'array', value: readArray(object(found, name), allowance, depth + 1, lists + 1) }
        }
        break
      case 'kvlistValue':
        seen = name
        if (found !== null) {
          allowance.enter(depth + 1, lists + 1)
          const { values } = object(found, name)
          read = { type: 'kvlist', value: readAttributes(values, allowance, depth + 2, lists + 1) }
        }
        break
      default:
        continue
    }
    if (before !== undefined)
      throw new MalformedRequest(`cannot decode AnyValue from JSON: it has both ${before} and ${name}`)
  }
  return read ?? EMPTY()
}

function readScalar(name: string, found: unknown): AttributeValue {
  switch (name) {
    case 'stringValue':
      return { type: 'string', value: text(found, name) }
    case 'boolValue':
      return { type: 'bool', value: bool(found, name) }
    case 'intValue':
      return { type: 'int', value: int64(found, name) }
    case 'doubleValue':
      return { type: 'double', value: double(found, name) }
    default:
      return { type: 'bytes', value: blob(found, name) }
  }
}

function readArray(array: Json, allowance: Allowance, depth: number, lists: number): AttributeValue[] {
  allowance.enter(depth, lists)
  return list(array.values, 'values').map((value, index) => {
    allowance.take(index + 1)
    return readAnyValue(value, allowance, depth + 1, lists)
  })
}
