import { parse } from 'smol-toml'
import { UsageError } from '../usage-error.ts'
import { isTable, type Table } from './toml-file.ts'

interface Override {
  path: string[]
  value: unknown
}

/** Applies `-c key=value` arguments, later ones last, and returns a new table; `config` stays as it is. */
export function applyOverrides(config: Table, assignments: readonly string[]): Table {
  const result = structuredClone(config)
  for (const { path, value } of assignments.map(parseOverride)) {
    let table = result
    for (const key of path.slice(0, -1)) {
      const found = table[key]
      const next: Table = isTable(found) ? found : {}
      table[key] = next
      table = next
    }
    table[path.at(-1) as string] = value
  }
  return result
}

/** The keys that the arguments set, in the form in which problems name them. */
export function overriddenKeys(assignments: readonly string[]): string[] {
  return assignments.map(assignment => parseOverride(assignment).path.join('.'))
}

function parseOverride(assignment: string): Override {
  const equals = assignment.indexOf('=')
  if (equals <= 0) throw wrong(assignment, 'it has no key')
  const path = parseKey(assignment, assignment.slice(0, equals).trim())
  return { path, value: parseValue(assignment.slice(equals + 1).trim()) }
}

/** A dotted key as in TOML, so that `model_providers."my.host".name` works. */
function parseKey(assignment: string, key: string): string[] {
  let table: unknown
  try {
    table = parse(`${key} = 0`, { unsafeKeyBehaviour: 'throw' })
  } catch {
    throw wrong(assignment, `"${key}" is not a dotted key`)
  }
  const path: string[] = []
  while (isTable(table)) {
    const [name] = Object.keys(table)
    if (name === undefined) break
    path.push(name)
    table = table[name]
  }
  return path
}

/** TOML when it is TOML, else the text itself: `-c model=gpt-5` needs no quotes. */
function parseValue(text: string): unknown {
  try {
    return parse(`value = ${text}`, { unsafeKeyBehaviour: 'drop' }).value
  } catch {
    return text
  }
}

function wrong(assignment: string, reason: string): UsageError {
  return new UsageError(
    `-c ${assignment}: ${reason}. Write -c key=value, for example -c model_providers.local.base_url="http://127.0.0.1:8080/v1".`,
  )
}
