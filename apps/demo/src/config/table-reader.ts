import { isTable, type Table } from './toml-file.ts'

/** Reads typed values from a table and collects their problems, so that one message has all of them. */
export interface TableReader {
  string(key: string): string | undefined
  /** A whole number, at least `minimum` and at most `maximum`. */
  integer(key: string, minimum: number, maximum: number): number | undefined
  /** Any number, at least `minimum` and at most `maximum`. */
  number(key: string, minimum: number, maximum: number): number | undefined
  boolean(key: string): boolean | undefined
  strings(key: string): string[] | undefined
  oneOf<const Choice extends string>(key: string, choices: readonly Choice[]): Choice | undefined
  table(key: string): TableReader | undefined
  keys(): string[]
}

/** Makes a reader; `path` is the table's own dotted name, empty for the file's top level. */
export function tableReader(table: Table, problems: string[], path = ''): TableReader {
  const name = (key: string): string => (path === '' ? key : `${path}.${key}`)
  function read<T>(key: string, expected: string, accept: (value: unknown) => T | undefined): T | undefined {
    if (!Object.hasOwn(table, key)) return undefined
    const accepted = accept(table[key])
    if (accepted === undefined) problems.push(`${name(key)} is ${show(table[key])}; it must be ${expected}`)
    return accepted
  }
  return {
    string: key => read(key, 'a text', value => (typeof value === 'string' ? value : undefined)),
    integer: (key, minimum, maximum) =>
      read(key, `a whole number from ${minimum} to ${maximum}`, value =>
        Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum ? Number(value) : undefined,
      ),
    number: (key, minimum, maximum) =>
      read(key, `a number from ${minimum} to ${maximum}`, value =>
        typeof value === 'number' && value >= minimum && value <= maximum ? value : undefined,
      ),
    strings: key =>
      read(key, 'a list of texts', value =>
        Array.isArray(value) && value.every(item => typeof item === 'string') ? value : undefined,
      ),
    boolean: key => read(key, 'true or false', value => (typeof value === 'boolean' ? value : undefined)),
    oneOf: (key, choices) => read(key, choices.map(c => `"${c}"`).join(' or '), v => choices.find(c => c === v)),
    table: key => read(key, 'a table', value => (isTable(value) ? tableReader(value, problems, name(key)) : undefined)),
    keys: () => Object.keys(table),
  }
}

/** A short form of a value for a message, in TOML's spelling where that is simple. A table or a list is not quoted. */
function show(value: unknown): string {
  if (isTable(value)) return 'a table'
  if (Array.isArray(value)) return 'a list'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
