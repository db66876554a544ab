import type { Allowance } from '../record-limits.ts'
import type { ReceivedResource, ReceivedScope } from '../records.ts'
import { type Json, list, object, text, uint32 } from './scalars.ts'
import { readAttributes } from './values.ts'

/** Reads one log record, metric or span. */
export type ReadItem = (item: Json, allowance: Allowance, resource: ReceivedResource, scope: ReceivedScope) => void

/** The keys of a request that lead to its items. */
export interface Keys {
  resources: string
  scopes: string
  items: string
}

/** How many messages deep a log record, metric or span is. */
export const ITEM_DEPTH = 4

/** Walks a request down to its items. */
export function walkRequest(request: Json, keys: Keys, allowance: Allowance, readItem: ReadItem): void {
  for (const one of list(request[keys.resources], keys.resources)) {
    const resourceItems = object(one, keys.resources)
    allowance.begin()
    const resource = readResource(resourceItems, allowance)
    for (const other of list(resourceItems[keys.scopes], keys.scopes)) {
      const scopeItems = object(other, keys.scopes)
      allowance.begin()
      const scope = readScope(scopeItems, allowance)
      for (const item of list(scopeItems[keys.items], keys.items)) {
        allowance.begin()
        readItem(object(item, keys.items), allowance, resource, scope)
      }
    }
  }
}

const present = (value: unknown, field: string): Json =>
  value === undefined || value === null ? {} : object(value, field)

function readResource(of: Json, allowance: Allowance): ReceivedResource {
  const resource = present(of.resource, 'resource')
  return {
    attributes: readAttributes(resource.attributes, allowance, ITEM_DEPTH),
    droppedAttributesCount: uint32(resource.droppedAttributesCount, 'droppedAttributesCount'),
    schemaUrl: text(of.schemaUrl, 'schemaUrl'),
  }
}

function readScope(of: Json, allowance: Allowance): ReceivedScope {
  const scope = present(of.scope, 'scope')
  uint32(scope.droppedAttributesCount, 'droppedAttributesCount')
  return {
    name: text(scope.name, 'name'),
    version: text(scope.version, 'version'),
    attributes: readAttributes(scope.attributes, allowance, ITEM_DEPTH + 1),
    schemaUrl: text(of.schemaUrl, 'schemaUrl'),
  }
}
