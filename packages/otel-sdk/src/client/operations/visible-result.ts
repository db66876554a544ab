import { visibleText } from '@codex/otel-api/visible-text'

/** Paths that a program may open. */
const EXACT: ReadonlySet<string> = new Set(['file', 'directory'])

/** The result of an operation in which every text for a person shows what would not be seen; paths stay as they are. */
export function visibleResult<Result>(result: Result): Result {
  return JSON.parse(JSON.stringify(result), (key, value: unknown) =>
    typeof value === 'string' && !EXACT.has(key) ? visibleText(value) : value,
  )
}
