import { createHash } from 'node:crypto'
import { parse } from 'smol-toml'

/** One rule of a rule set in the format of gitleaks; those without an expression look at names of files alone. */
export interface RuleOfSet {
  id: string
  regex: string
}

/** The rules that were looked at: the name of each with a digest of its expression. */
export type Reviewed = Readonly<Record<string, string>>

export interface Difference {
  /** Rules that were not in the set when it was last looked at. */
  added: readonly RuleOfSet[]
  /** Rules whose expression is another one now. */
  changed: readonly RuleOfSet[]
  /** Names of rules that are no longer in the set. */
  removed: readonly string[]
}

/** Reads the rules of a `gitleaks.toml`. Throws when the text is no TOML or has no rules. */
export function readRules(toml: string): RuleOfSet[] {
  const { rules } = parse(toml) as { rules?: { id?: unknown; regex?: unknown }[] }
  if (!Array.isArray(rules) || rules.length === 0) throw new Error('the file has no [[rules]]')
  return rules.map(({ id, regex }) => {
    if (typeof id !== 'string') throw new Error('a rule of the file has no id')
    return { id, regex: typeof regex === 'string' ? regex : '' }
  })
}

/** Sixteen hexadecimal digits that change with the expression of a rule. */
export const digestOf = ({ regex }: RuleOfSet): string => createHash('sha256').update(regex).digest('hex').slice(0, 16)

export const reviewedFrom = (rules: readonly RuleOfSet[]): Reviewed =>
  Object.fromEntries(rules.map(rule => [rule.id, digestOf(rule)]))

export function compareRules(rules: readonly RuleOfSet[], reviewed: Reviewed): Difference {
  const known = (id: string) => Object.hasOwn(reviewed, id)
  const ids = new Set(rules.map(({ id }) => id))
  return {
    added: rules.filter(({ id }) => !known(id)),
    changed: rules.filter(rule => known(rule.id) && reviewed[rule.id] !== digestOf(rule)),
    removed: Object.keys(reviewed).filter(id => !ids.has(id)),
  }
}

/**
 * The characters that everything which an expression matches begins with, as far as they are written plainly:
 * `\b(dt0c01\.[a-z]{24})` begins with `dt0c01.`. Empty when there are none.
 */
export function literalBeginning(regex: string): string {
  let rest = regex
  let literal = ''
  for (;;) {
    const skipped = /^(?:\(\?i\)|\\b|\((?!\?)|\(\?:(?![^()]*\|)|\(\?P<\w+>)/.exec(rest)
    if (skipped !== null) {
      rest = rest.slice(skipped[0].length)
      continue
    }
    const next = /^(?:[\w~%@=:/" -]|\\[^\w\s])(?![*?{|])/.exec(rest)?.[0]
    if (next === undefined) return literal
    literal += next.at(-1)
    rest = rest.slice(next.length)
  }
}

/** What a person reads who keeps the table of prefixes: one rule a line, with the beginning and the expression. */
export function describeDifference({ added, changed, removed }: Difference, inTable: ReadonlySet<string>): string {
  const line = (rule: RuleOfSet) => {
    const beginning = literalBeginning(rule.regex)
    const table = inTable.has(rule.id) ? 'in the table' : 'not in the table'
    return `  ${rule.id} (${table}${beginning === '' ? '' : `; begins with ${beginning}`})\n    ${rule.regex}`
  }
  const parts = [
    ...(added.length > 0 ? [`new: ${added.length}`, ...added.map(line)] : []),
    ...(changed.length > 0 ? [`changed: ${changed.length}`, ...changed.map(line)] : []),
    ...(removed.length > 0 ? [`gone: ${removed.length}`, ...removed.map(id => `  ${id}`)] : []),
  ]
  return parts.length > 0 ? `${parts.join('\n')}\n` : 'nothing new\n'
}
