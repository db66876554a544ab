import { describeHidden, describeValue, quote } from './describe-value.ts'
import type { TraceStateMember } from './effective-config.ts'
import { expandText } from './expand-variables.ts'
import { isTable, type Table, type TableValue } from './read-table.ts'
import type { Mistake, Path, Resolution } from './resolution.ts'
import type { Section } from './section.ts'
import { fitsMember, isFieldKey, isFieldValue, isVendor, MAX_MEMBERS } from './trace-state.ts'

/** Of those that the configuration adds to each span. */
export const MAX_SPAN_ATTRIBUTES = 32

/** By attributes of such names backends tell requests from tools and turns, count tokens, and find what failed. */
export const TELLS_WHAT_IT_IS: RegExp = /^(?:codex|gen_ai|session|error)(?:\.|$)/

/** The attributes that the configuration adds to each span. */
export function resolveSpanAttributes(resolution: Resolution, root: Section): Readonly<Record<string, string>> {
  const path = root.pathOf('span_attributes')
  const table: Table = root.get<Table>('span_attributes') ?? new Map()
  if ([...table.keys()].some(name => name.trim() === '')) {
    resolution.report('warning', [...path, ''], {
      found: 'an empty name',
      allowed: 'a name',
      consequence: 'none of the attributes is sent',
    })
    return {}
  }
  const attributes = new Map<string, string>()
  for (const [name, value] of table) {
    const at = [...path, name]
    if (resolution.isExplained(at)) continue
    if (attributes.size === MAX_SPAN_ATTRIBUTES) {
      resolution.report('warning', at, {
        found: `more than ${MAX_SPAN_ATTRIBUTES} attributes`,
        allowed: `up to ${MAX_SPAN_ATTRIBUTES}`,
        consequence: 'this one and those behind it are left out',
      })
      break
    }
    const consequence = 'the attribute is left out'
    if (TELLS_WHAT_IT_IS.test(name)) {
      const allowed = 'a name that does not begin with codex, gen_ai, session or error'
      resolution.report('warning', at, { found: `the name ${quote(name)}`, allowed, consequence })
      continue
    }
    const text = expandedText(resolution, at, value, consequence)
    if (text === undefined) continue
    attributes.set(name, text)
    resolution.setting(at, value as string, resolution.origin(at))
  }
  return Object.fromEntries(attributes)
}

/** What the configuration adds to `tracestate`. */
export function resolveTraceState(resolution: Resolution, root: Section): readonly TraceStateMember[] {
  const path = root.pathOf('tracestate')
  const members: TraceStateMember[] = []
  for (const [vendor, table] of root.get<Table>('tracestate') ?? []) {
    const at = [...path, vendor]
    const consequence = `nothing of ${quote(vendor)} is added to tracestate`
    const wrong = wrongVendor(vendor, table, members.length)
    const fields = wrong === undefined ? resolveFields(resolution, at, table as Table, consequence) : undefined
    if (wrong !== undefined) resolution.report('warning', at, { ...wrong, consequence })
    else if (fields !== undefined && fitsMember(fields)) {
      members.push({ vendor, fields })
      resolution.setting(
        at,
        { shown: `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}` },
        resolution.origin(at),
      )
    } else if (fields !== undefined) {
      const allowed = 'fields of 256 characters in all, the last of them without a space at its end'
      resolution.report('warning', at, { found: describeFields(fields), allowed, consequence })
    }
  }
  return members.toSorted((a, b) => compare(a.vendor, b.vendor))
}

const describeFields = (fields: TraceStateMember['fields']): string =>
  fields.length === 0 ? 'an empty table' : 'fields that make no member'

function wrongVendor(vendor: string, table: TableValue, count: number): Mistake | undefined {
  if (!isVendor(vendor))
    return {
      found: `the vendor ${quote(vendor)}`,
      allowed: 'a name of lower-case letters, digits, "_", "-", "*" and "/" that begins with a letter',
    }
  if (!isTable(table)) return { found: describeHidden(table), allowed: `a table: { key = "value" }` }
  return count < MAX_MEMBERS
    ? undefined
    : { found: `more than ${MAX_MEMBERS} vendors`, allowed: `up to ${MAX_MEMBERS}` }
}

/** In the order of their names. `undefined` when one of them is wrong, which is reported. */
function resolveFields(
  resolution: Resolution,
  path: Path,
  table: Table,
  consequence: string,
): TraceStateMember['fields'] | undefined {
  const fields: [string, string][] = []
  for (const [key, value] of table) {
    const at = [...path, key]
    const text = expandedText(resolution, at, value, consequence)
    if (text === undefined) return undefined
    if (!isFieldKey(key) || !isFieldValue(text)) {
      const isKey = !isFieldKey(key)
      resolution.report('warning', at, {
        found: isKey ? `the name ${quote(key)}` : describeHidden(text),
        allowed: isKey
          ? 'printable ASCII without white space, ":", ";", "," and "="'
          : 'printable ASCII without ";", "," and "="',
        consequence,
      })
      return undefined
    }
    fields.push([key, text])
  }
  return fields.toSorted((a, b) => compare(a[0], b[0]))
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1)

/** A text with the values of variables in place; `undefined` when it is none, or one is missing, which is reported. */
function expandedText(resolution: Resolution, path: Path, value: TableValue, consequence: string): string | undefined {
  const text =
    typeof value === 'string'
      ? expandText(value, resolution.input.env)
      : { found: describeValue(value), allowed: 'a text' }
  if ('value' in text) return text.value
  resolution.report('warning', path, { ...text, consequence })
  return undefined
}
