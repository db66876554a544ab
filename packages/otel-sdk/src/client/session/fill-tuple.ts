import { type Column, type CompiledRow, textLimit } from '../../catalogue/event-table.ts'
import { wholeNumber } from '../../catalogue/whole-number.ts'
import { capText } from '../../content/cap-text.ts'
import { type ContentPolicy, redactText } from '../../content/policy.ts'
import { textOf } from '../../content/text-of.ts'
import { type EventTuple, setField } from '../../protocol/event-tuple.ts'

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
  const { columnOf, columns, fields, required } = row
  let bytes = EVENT_OVERHEAD_BYTES
  let present = 0
  const take = (i: number, value: unknown): void => {
    if (value === undefined || value === null) {
      setField(tuple, i, undefined)
      present &= ~(1 << i)
    } else {
      bytes += setColumn(tuple, i, columns[i] as Column, value, policy)
      present |= 1 << i
    }
  }
  if (Object.getPrototypeOf(payload) === Object.prototype) {
    // The engine goes through the fields that an object has in a fraction of the time that it takes to look for each by its name.
    for (const field in payload) {
      const i = columnOf.get(field)
      if (i !== undefined) take(i, payload[field])
    }
  } else {
    for (const [i, field] of fields.entries()) take(i, payload[field])
  }
  for (const field in known) take(columnOf.get(field) as number, known[field])
  if ((present & required) !== required) {
    throw new InvalidPayload(`it has no ${fields.find((_, i) => (required & ~present & (1 << i)) !== 0)}`)
  }
  return bytes
}

/** Sets one field; returns its size in bytes, or more. */
function setColumn(tuple: EventTuple, i: number, column: Column, value: unknown, policy: ContentPolicy): number {
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
