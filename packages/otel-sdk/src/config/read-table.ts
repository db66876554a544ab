/** A value of the table, copied out of whatever object it came from. */
export type TableValue = string | number | bigint | boolean | Table | readonly TableValue[] | Foreign

/** A table; a `Map`, because an operator's key may be called `__proto__`. */
export type Table = ReadonlyMap<string, TableValue>

/** Something that no setting can be, such as a date. */
export interface Foreign {
  readonly foreign: string
}

/** Deeper than any setting; also what ends a cycle. */
const maxDepth = 8
const maxEntries = 1000

/** Copies a parsed value once, so that no later step meets a getter, a cycle or an object with a prototype. */
export function readTableValue(value: unknown, depth = 0): TableValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value
    case 'object':
      break
    default:
      return { foreign: value === undefined ? 'nothing' : `a ${typeof value}` }
  }
  if (value === null) return { foreign: 'null' }
  if (value instanceof Date) return { foreign: 'a date' }
  if (depth === maxDepth) return { foreign: 'a value nested too deep' }
  if (Array.isArray(value)) return value.slice(0, maxEntries).map(item => readTableValue(item, depth + 1))
  const table = new Map<string, TableValue>()
  for (const [key, item] of Object.entries(value).slice(0, maxEntries)) {
    if (item !== undefined) table.set(key, readTableValue(item, depth + 1))
  }
  return table
}

export function isTable(value: unknown): value is Table {
  return value instanceof Map
}
