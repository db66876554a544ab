import { readFileSync } from 'node:fs'
import { parse, TomlError } from 'smol-toml'
import { UsageError } from '../usage-error.ts'
import { withoutOtel } from './without-otel.ts'

/** A parsed TOML table. */
export type Table = Record<string, unknown>

/** Whether a parsed value is a table; dates and arrays are not. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

export interface TomlFile {
  /** The text of the file; `undefined` when there is no file. */
  text: string | undefined
  table: Table
  /** A syntax error in the `otel` tables; `table` has the other tables then. */
  otelError?: TomlError | undefined
}

/**
 * Reads a TOML file. A missing file is read as an empty one.
 * @throws UsageError when it cannot be read, or parsed outside of its `otel` tables; a syntax error names line and column.
 */
export function readTomlFile(file: string): TomlFile {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { text: undefined, table: {} }
    throw new UsageError(`cannot read ${file}: ${message}. Make it readable, or point CODEX_HOME to another directory.`)
  }
  try {
    return { text, table: parseToml(text) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const table = parseWithoutOtel(text)
    if (table !== undefined) return { text, table, otelError: error }
    const reason = error.message.split('\n')[0]?.replace('Invalid TOML document: ', '') ?? 'syntax error'
    throw new UsageError(`${file}:${error.line}:${error.column}: not valid TOML: ${reason}`)
  }
}

/** Parses TOML. A whole number that a double cannot hold becomes a `bigint`, which the reader of its key refuses. */
export function parseToml(text: string): Table {
  return parse(text, { unsafeKeyBehaviour: 'drop', integersAsBigInt: 'asNeeded' })
}

/** Parses the file without its `otel` tables, because a mistake there must not stop the agent. */
function parseWithoutOtel(text: string): Table | undefined {
  try {
    return parseToml(withoutOtel(text))
  } catch {
    return undefined
  }
}
