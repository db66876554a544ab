import { PARAMETERS, type Parameters, type QueryName } from '../queries/queries.ts'

/** Of a text in a question. */
const MAX_CHARACTERS = 8_192
/** Rows of one answer. */
const MAX_ROWS = 10_000

/**
 * Reads the name and the parameters of a question from an address.
 * @throws RangeError that says what is wrong
 */
export function readQuestion(
  name: string,
  search: URLSearchParams,
): { name: QueryName; parameters: Parameters[QueryName] } {
  if (!Object.hasOwn(PARAMETERS, name)) {
    throw new RangeError(
      `there is no question ${JSON.stringify(name)}; there are ${Object.keys(PARAMETERS).join(', ')}`,
    )
  }
  const kinds: Readonly<Record<string, 'number' | 'text'>> = PARAMETERS[name as QueryName]
  for (const key of search.keys()) {
    if (!Object.hasOwn(kinds, key)) {
      throw new RangeError(`${name} has no parameter ${JSON.stringify(key)}; it has ${Object.keys(kinds).join(', ')}`)
    }
  }
  const parameters = Object.entries(kinds).map(([key, kind]) => [key, readParameter(key, kind, search.getAll(key))])
  return { name: name as QueryName, parameters: Object.fromEntries(parameters) }
}

function readParameter(key: string, kind: 'number' | 'text', values: readonly string[]): number | string {
  const [text] = values
  if (text === undefined || values.length > 1) throw new RangeError(`give ${key} once`)
  if (kind === 'text') {
    if (text.length > MAX_CHARACTERS) throw new RangeError(`${key} has more than ${MAX_CHARACTERS} characters`)
    return text
  }
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number)) {
    throw new RangeError(`${key} is no whole number from 0 to ${Number.MAX_SAFE_INTEGER}`)
  }
  if (key === 'limit' && number > MAX_ROWS) throw new RangeError(`limit is at most ${MAX_ROWS}`)
  return number
}
