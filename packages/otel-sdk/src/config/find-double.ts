import { formatKey } from './describe-value.ts'
import { lineAt, visitKeys } from './locate-keys.ts'
import type { Path } from './resolution.ts'

export interface Double {
  /** The line of the second one, from 1. */
  line: number
  found: string
  /** What to change. */
  allowed: string
}

/**
 * How a table is made: in brackets, by the brackets of a table in it, or by a key with dots. `value`: it is no table, or one
 * in braces.
 */
type How = 'value' | 'table' | 'outer table' | 'dotted'

interface Place {
  how: How
  line: number
  /** As it is written, with the tables around it. */
  written: string
}

/**
 * The key below `otel` that a file without any other mistake has twice, which is no TOML. `line`: where the parser found it,
 * if that is known.
 */
export function findDouble(text: string, line?: number | undefined): Double | undefined {
  const first = new Map<string, Place>()
  let double: Double | undefined
  visitKeys(text, ({ kind, base, path, offset, isInList }) => {
    if (double !== undefined || isInList || kind === 'list of tables' || [...base, ...path][0] !== 'otel') return
    const here = lineAt(text, offset)
    const name = formatKey([...base, ...path])
    const written = kind === 'table' ? `[${name}]` : name
    for (let length = 1; length <= path.length; length++) {
      const key = [...base, ...path.slice(0, length)]
      const how: How = length === path.length ? kind : kind === 'table' ? 'outer table' : 'dotted'
      const place = { how, line: here, written }
      const id = key.join('\0')
      const before = first.get(id)
      if (before !== undefined && isDouble(before.how, how) && (line === undefined || line === here)) {
        double = describe(key, before, place)
        return
      }
      if (before === undefined || how === 'table') first.set(id, place)
    }
  })
  return double
}

function isDouble(before: How, now: How): boolean {
  if (before === 'value' || now === 'value') return true
  return now === 'table' ? before !== 'outer table' : before === 'table' && now === 'dotted'
}

function describe(key: Path, before: Place, now: Place): Double {
  const name = formatKey(key.length > 1 ? key.slice(1) : key)
  const { line } = now
  const value = [before, now].find(({ how }) => how === 'value')
  const table = [before, now].find(({ how }) => how !== 'value')
  if (value !== undefined && table !== undefined) {
    return {
      line,
      found: `${name} twice: as a value in line ${value.line} and as the table ${table.written} in line ${table.line}`,
      allowed: `one of them: delete line ${value.line} (${name} = ...) to keep the table, or the table to keep the value`,
    }
  }
  const lines = before.line === line ? `in line ${line}` : `in line ${before.line} and in line ${line}`
  if (value !== undefined) {
    const remedy = before.line === line ? '' : `: delete line ${before.line} or line ${line}`
    return { line, found: `${name} twice: ${lines}`, allowed: `one of them${remedy}` }
  }
  const header = `[${formatKey(key)}]`
  return {
    line,
    found: `${header} twice: ${lines}`,
    allowed: `one of them: write the keys of both below one ${header}`,
  }
}
