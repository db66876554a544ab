import type { ReceivedResource, ReceivedScope } from '../records.ts'
import type { Cursor } from './cursor.ts'
import { readResource, readScope } from './values.ts'

/** Reads one log record, metric or span, which ends at `end`. */
export type ReadItem = (cursor: Cursor, end: number, resource: ReceivedResource, scope: ReceivedScope) => void

/** How many messages deep a log record, metric or span is. */
export const ITEM_DEPTH = 4

const RESOURCE_FIELDS = 0b1110

/** Walks a request down to its items. The messages around them have the same fields for each signal. */
export function walkRequest(cursor: Cursor, readItem: ReadItem): void {
  const end = cursor.bytes.length
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 10) walkResource(cursor, cursor.until(end), readItem)
    else cursor.skip(tag, end, 1, 0b10)
  }
  cursor.finish(end)
}

function walkResource(cursor: Cursor, end: number, readItem: ReadItem): void {
  const start = cursor.position
  const resource: ReceivedResource = { attributes: {}, droppedAttributesCount: 0, schemaUrl: '' }
  // What the records share may come after them.
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 10) readResource(cursor, cursor.until(end), 3, resource)
    else if (tag === 18) cursor.skipLength(end)
    else if (tag === 26) resource.schemaUrl = cursor.text(end)
    else cursor.skip(tag, end, 2, RESOURCE_FIELDS)
  }
  cursor.finish(end)
  eachItem(cursor, start, end, 2, childEnd => walkScope(cursor, childEnd, resource, readItem))
}

function walkScope(cursor: Cursor, end: number, resource: ReceivedResource, readItem: ReadItem): void {
  const start = cursor.position
  const scope: ReceivedScope = { name: '', version: '', attributes: {}, schemaUrl: '' }
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 10) readScope(cursor, cursor.until(end), ITEM_DEPTH, scope)
    else if (tag === 18) cursor.skipLength(end)
    else if (tag === 26) scope.schemaUrl = cursor.text(end)
    else cursor.skip(tag, end, 3, RESOURCE_FIELDS)
  }
  cursor.finish(end)
  eachItem(cursor, start, end, 3, childEnd => {
    cursor.allowance.begin()
    readItem(cursor, childEnd, resource, scope)
  })
}

/** Goes through a message for the second time, to the children in its field 2. */
function eachItem(cursor: Cursor, start: number, end: number, depth: number, read: (childEnd: number) => void): void {
  cursor.position = start
  while (cursor.position < end) {
    const tag = cursor.tag()
    if (tag === 18) read(cursor.until(end))
    else cursor.skip(tag, end, depth, 0)
  }
}
