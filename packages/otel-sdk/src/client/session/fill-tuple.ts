import { type Column, type CompiledRow, textLimit } from '../../catalogue/event-table.ts'
import { wholeNumber } from '../../catalogue/whole-number.ts'
import { capText } from '../../content/cap-text.ts'
import { type ContentPolicy, redactText } from '../../content/policy.ts'
import { textOf } from '../../content/text-of.ts'
import { type EventTuple, fieldOf, setField } from '../../protocol/event-tuple.ts'

/** An event has no fields, or lacks one that it is nothing without. */
export class InvalidPayload extends Error {}

type Fields = Readonly<Record<string, unknown>>

/** An upper bound, in bytes, for what an event costs besides its texts. */
const EVENT_OVERHEAD_BYTES = 96
/** Node holds a text of Latin letters in half of that; to find out would cost more than all the rest of an event. */
const BYTES_PER_UNIT = 2
/** Every limit keeps a text of so many UTF-16 units. */
const ALWAYS_KEPT_UNITS = 8_192

/**
 * Sets the fields of a tuple that has none: of the type that the column says, capped, and without the texts that are not
 * exported. `known` stands in for what the payload says. Returns its size in bytes, or more. @throws InvalidPayload
 */
export function fillTuple(
  tuple: EventTuple,
  row: CompiledRow,
  payload: Fields,
  known: Fields,
  policy: ContentPolicy,
): number {
  const isPlain = Object.getPrototypeOf(payload) === Object.prototype
  const given = isPlain ? payload : Object.fromEntries(row.fields.map(field => [field, payload[field]]))
  const bytes = setFields(tuple, row, given, policy) + setFields(tuple, row, known, policy)
  for (const i of row.required) {
    const field = row.fields[i] as string
    // A number that is none was given all the same, and is absent.
    if (fieldOf(tuple, i) === undefined && isAbsent(known[field] ?? given[field])) {
      throw new InvalidPayload(`it has no ${field}`)
    }
  }
  return EVENT_OVERHEAD_BYTES + bytes
}

/**
 * Sets the fields that an object has. The engine goes through these in a fraction of the time that it takes to look for each
 * column's by its name; and most callers name them in the order of the columns, which are then not looked for either.
 */
function setFields(
  tuple: EventTuple,
  { columnOf, columns, fields }: CompiledRow,
  given: Fields,
  policy: ContentPolicy,
): number {
  let bytes = 0
  let next = 0
  for (const field in given) {
    const i = field === fields[next] ? next : columnOf.get(field)
    if (i === undefined) continue
    bytes += setColumn(tuple, i, columns[i] as Column, given[field], policy)
    next = i + 1
  }
  return bytes
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null

/** Sets one field; returns its size in bytes, or more. */
function setColumn(tuple: EventTuple, i: number, column: Column, value: unknown, policy: ContentPolicy): number {
  if (isAbsent(value)) {
    setField(tuple, i, undefined)
    return 0
  }
  switch (column.type) {
    case 'text': {
      const text = capText(typeof value === 'string' ? value : textOf(value))
      setField(tuple, i, text)
      return text.length * BYTES_PER_UNIT
    }
    case 'free-text': {
      const text = freeText(typeof value === 'string' ? value : textOf(value), column, policy)
      setField(tuple, i, text)
      return text.length * BYTES_PER_UNIT
    }
    case 'int':
    case 'int-text':
      setField(tuple, i, wholeNumber(value))
      return 8
    case 'list': {
      const names = capText(textOf(value, ', '))
      setField(tuple, i, names)
      return names.length * BYTES_PER_UNIT
    }
    default:
      setField(tuple, i, Boolean(value))
      return 0
  }
}

function freeText(text: string, { content }: Extract<Column, { type: 'free-text' }>, policy: ContentPolicy): string {
  if (policy[content] === 'full' && text.length <= ALWAYS_KEPT_UNITS) return text
  return redactText(text, policy[content], textLimit(content, policy.toolOutputBytes))
}
