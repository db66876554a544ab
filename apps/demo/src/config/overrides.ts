import { parse } from 'smol-toml'
import { UsageError } from '../usage-error.ts'
import { isTable, parseToml, type Table } from './toml-file.ts'

interface Override {
  path: string[]
  value: unknown
}

/** An argument without "=" is named only where it looks like a key and like no secret: without digits, and short. */
const LIKE_A_KEY = /^(?=.{1,64}$)[a-z]+(?:[_.-][a-z]+)*$/i

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

/** The keys that the arguments set, spelled as in the messages of problems. */
export function overriddenKeys(assignments: readonly string[]): string[] {
  return assignments.map(assignment => parseOverride(assignment).path.join('.'))
}

function parseOverride(assignment: string): Override {
  const equals = assignment.indexOf('=')
  if (equals < 0) throw wrong(LIKE_A_KEY.test(assignment) ? assignment : '', 'an assignment without "="')
  const key = assignment.slice(0, equals).trim()
  return { path: parseKey(key), value: parseValue(key, assignment.slice(equals + 1).trim()) }
}

/** Parses a dotted key of TOML, such as `model_providers."my.host".name`. */
function parseKey(key: string): string[] {
  let table: unknown
  try {
    table = parse(`${key} = 0`, { unsafeKeyBehaviour: 'throw' })
  } catch {
    throw wrong(key, key === '' ? 'it has no key' : 'that is not a dotted key')
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

/** Parses a value as TOML; other text is the value itself, so that `-c model=gpt-5` needs no quotes. */
function parseValue(key: string, text: string): unknown {
  try {
    return parseToml(`value = ${text}`).value
  } catch {
    // An incomplete table is not used as a text: a message would then quote it, with its secrets.
    if (/^[{["']/.test(text))
      throw wrong(key, 'its value begins like TOML and is none; a bracket or a quote may be missing')
    return text
  }
}

/** The error about an argument. It names the key alone, because the value may be a secret. */
function wrong(key: string, reason: string): UsageError {
  return new UsageError(
    `${key === '' ? '-c' : `-c ${key}`}: ${reason}. Write -c key=value, for example -c model_providers.local.base_url="http://127.0.0.1:8080/v1".`,
  )
}
