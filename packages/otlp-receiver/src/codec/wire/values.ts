import { defineAttribute } from '../define-attribute.ts'
import type { Attributes, AttributeValue, ReceivedResource, ReceivedScope } from '../records.ts'
import type { Cursor } from './cursor.ts'

const ANY_VALUE = 0b1111_1110
const ONE_FIELD = 0b10
const KEY_VALUE = 0b110

/** Reads one KeyValue into the attributes. `inList` counts those of the same list. */
export function readAttribute(
  cursor: Cursor,
  end: number,
  depth: number,
  lists: number,
  into: Attributes,
  inList: number,
): void {
  cursor.allowance.take(inList)
  cursor.allowance.enter(depth, lists)
  let key = ''
  let value: AttributeValue | undefined
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 10) key = cursor.text(end)
    else if (tag === 18) value = readAnyValue(cursor, cursor.until(end), depth + 1, lists, value)
    else cursor.skip(tag, end, depth, KEY_VALUE)
  }
  cursor.finish(end)
  defineAttribute(into, key, value ?? { type: 'empty', value: undefined })
}

/** Reads an AnyValue. One that comes in several pieces goes on with what it had `before`. */
export function readAnyValue(
  cursor: Cursor,
  end: number,
  depth: number,
  lists: number,
  before?: AttributeValue,
): AttributeValue {
  cursor.allowance.enter(depth, lists)
  let value = before
  while (cursor.position < end) {
    const tag = cursor.tag()
    switch (tag) {
      case 10:
        value = { type: 'string', value: cursor.text(end) }
        break
      case 16:
        value = { type: 'bool', value: cursor.bool() }
        break
      case 24:
        value = { type: 'int', value: cursor.int64() }
        break
      case 33:
        value = { type: 'double', value: cursor.double() }
        break
      case 42: {
        const list = value?.type === 'array' ? value.value : []
        readArray(cursor, cursor.until(end), depth + 1, lists + 1, list)
        value = { type: 'array', value: list }
        break
      }
      case 50: {
        const map = value?.type === 'kvlist' ? value.value : {}
        readMap(cursor, cursor.until(end), depth + 1, lists + 1, map)
        value = { type: 'kvlist', value: map }
        break
      }
      case 58:
        value = { type: 'bytes', value: cursor.blob(end) }
        break
      default:
        cursor.skip(tag, end, depth, ANY_VALUE)
    }
  }
  cursor.finish(end)
  return value ?? { type: 'empty', value: undefined }
}

function readArray(cursor: Cursor, end: number, depth: number, lists: number, into: AttributeValue[]): void {
  cursor.allowance.enter(depth, lists)
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 10) {
      cursor.allowance.take(into.length + 1)
      into.push(readAnyValue(cursor, cursor.until(end), depth + 1, lists))
    } else cursor.skip(tag, end, depth, ONE_FIELD)
  }
  cursor.finish(end)
}

function readMap(cursor: Cursor, end: number, depth: number, lists: number, into: Attributes): void {
  cursor.allowance.enter(depth, lists)
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 10) readAttribute(cursor, cursor.until(end), depth + 1, lists, into, ++count)
    else cursor.skip(tag, end, depth, ONE_FIELD)
  }
  cursor.finish(end)
}

/** Reads a Resource, or one more piece of it. */
export function readResource(cursor: Cursor, end: number, depth: number, into: ReceivedResource): void {
  cursor.allowance.begin()
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 10) readAttribute(cursor, cursor.until(end), depth + 1, 0, into.attributes, ++count)
    else if (tag === 16) into.droppedAttributesCount = cursor.uint32()
    else cursor.skip(tag, end, depth, 0b110)
  }
  cursor.finish(end)
}

/** Reads an InstrumentationScope, or one more piece of it. */
export function readScope(cursor: Cursor, end: number, depth: number, into: ReceivedScope): void {
  cursor.allowance.begin()
  let count = 0
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 10) into.name = cursor.text(end)
    else if (tag === 18) into.version = cursor.text(end)
    else if (tag === 26) readAttribute(cursor, cursor.until(end), depth + 1, 0, into.attributes, ++count)
    else if (tag === 32) cursor.uint32()
    else cursor.skip(tag, end, depth, 0b11110)
  }
  cursor.finish(end)
}
