import { lazily } from '../content/lazily.ts'
import { isAllowed } from './check-value.ts'
import { formatKey, listNames, quote } from './describe-value.ts'
import { canonicalName, commonTables, knownTables } from './known-tables.ts'
import { nearestName } from './nearest-name.ts'
import type { TableValue } from './read-table.ts'
import type { Path } from './resolution.ts'
import { headerSourceKeys, type KeySpec, type Keys } from './schema.ts'

/** What a key that its table does not have was most likely meant to be. */
export interface Meaning {
  key: string
  spec: KeySpec
  /** The tables that have it; empty for one of the table in which it stands. */
  tables: readonly Path[]
  /** The table that it should be, where it is not this key itself. */
  instead?: Path
}

/** The key of another table that has exactly this name. */
export function knownElsewhere(path: Path): Meaning | undefined {
  const written = path.at(-1) ?? ''
  const parent = path.slice(0, -1).join('\0')
  let meaning: Meaning | undefined
  for (const table of knownTables(path)) {
    const key = canonicalName(table.keys, written)
    const spec = key === undefined ? undefined : table.keys[key]
    if (key === undefined || spec === undefined || table.path.join('\0') === parent) continue
    // Something else that has the same name.
    if (meaning !== undefined && meaning.spec.type !== spec.type) continue
    meaning = { key, spec: meaning?.spec ?? spec, tables: [...(meaning?.tables ?? []), table.path] }
  }
  return meaning
}

/**
 * The key that an unknown one of a table with the keys `own` was meant to be: one of that name in another table, one of a
 * similar name in this table, or one of a similar name elsewhere whose loss would send something or stop something.
 */
export function meaningOf(path: Path, own: Keys): Meaning | undefined {
  const exact = knownElsewhere(path)
  if (exact !== undefined) return exact
  const written = path.at(-1) ?? ''
  const near = nearestName(written, [...Object.keys(own), ...decisiveKeys().keys()])
  const spec = near === undefined ? undefined : own[near]
  if (near !== undefined && spec !== undefined) return { key: near, spec, tables: [] }
  return near === undefined ? undefined : decisiveKeys().get(near)
}

/** Whether something is sent, or not sent, because a key of this kind does not count. */
export const isDecisive = ({ whenWrong, stops, type }: KeySpec): boolean =>
  whenWrong !== undefined || stops !== undefined || type === 'exporter'

/** The keys that are, by name. Those of an exporter are not. */
const decisiveKeys = lazily(
  (): ReadonlyMap<string, Meaning> =>
    new Map(
      commonTables.flatMap(({ path, keys }) =>
        Object.entries(keys)
          .filter(([, spec]) => isDecisive(spec))
          .map(([key, spec]): [string, Meaning] => [key, { key, spec, tables: [path] }]),
      ),
    ),
)

/** What to write in place of an unknown key, whatever it was meant to be. */
export function describeMeaning(meaning: Meaning | undefined, path: Path, own: Keys): string {
  if (meaning === undefined)
    return sourceOfHeader(path) ?? (listNames(Object.keys(own)) || 'nothing: it has no settings')
  if (meaning.instead !== undefined) return `this table as [${formatKey(meaning.instead)}]`
  if (meaning.tables.length === 0) return `${quote(meaning.key)} (did you mean that?)`
  return describePlace(meaning)
}

/** Where a key of an exporter belongs that stands at another depth; `undefined` when it is none, or stands there. */
export function placeInExporter(path: Path): string | undefined {
  const meaning = knownElsewhere(path)
  const tables = meaning?.tables.filter(table => table.length > 2) ?? []
  return meaning === undefined || tables.length === 0 ? undefined : describePlace({ ...meaning, tables })
}

/** Where a setting belongs that stands among names that the operator chooses: a number or a switch is none of those. */
export function misplacedSetting(path: Path, value: TableValue): string | undefined {
  if (typeof value === 'string' || typeof value === 'object') return undefined
  const meaning = knownElsewhere(path)
  return meaning && isAllowed(meaning.spec, value) ? describePlace(meaning) : undefined
}

/** Where a key belongs that another table has. */
export function describePlace({ key, spec, tables }: Meaning): string {
  const name = (path: Path): string => `[${formatKey(path)}]`
  if (spec.type === 'table') return `this table as ${tables.map(table => name([...table, key])).join(' or ')}`
  return `this line below ${tables.map(name).join(' or ')}: ${key} = ...`
}

/** `file`, `command` and `ttl_ms` stand in the value of a header. */
function sourceOfHeader(path: Path): string | undefined {
  const key = path.at(-1) ?? ''
  if (!Object.hasOwn(headerSourceKeys, key)) return undefined
  const exporter = knownTables(path).find(({ keys }) => Object.hasOwn(keys, 'endpoint'))?.path ?? []
  return `this in the value of a header below [${formatKey([...exporter, 'headers'])}]: NAME = { ${key} = ... }`
}
