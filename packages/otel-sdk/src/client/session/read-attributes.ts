import type { AttributeValue } from '@codex/otel-api'
import { attributeProblem, type Carrier } from '../../catalogue/own-names.ts'
import { NAME_LIMIT, TEXT_LIMIT, type TextLimit } from '../../content/text-limits.ts'

/** How much the application may add. */
interface Limits {
  /** Attributes; for an event what OpenTelemetry's SDKs keep of a record's attributes by default. */
  count: number
  /** UTF-16 units of all texts together. */
  units: number
  /** Of one text. */
  text: TextLimit
}

export const ATTRIBUTE_LIMITS: Readonly<Record<Carrier, Limits>> = {
  event: { count: 128, units: 4 * TEXT_LIMIT.keepUnits, text: TEXT_LIMIT },
  span: { count: 128, units: 4 * TEXT_LIMIT.keepUnits, text: TEXT_LIMIT },
  // They go with every event.
  session: { count: 32, units: 8 * NAME_LIMIT.keepUnits, text: NAME_LIMIT },
}
/** Items of a list. */
export const MAX_ITEMS = 128

const ALLOWED = 'allowed: a text, a finite number, a boolean, or a list of one of these'

/** What was taken of an application's attributes. */
export interface TakenAttributes {
  readonly entries: readonly (readonly [name: string, value: AttributeValue])[]
  /** How many were not taken. */
  readonly leftOut: number
}

/**
 * Copies the attributes that an application adds to an event, a session or a span, in their order, so that later changes of its
 * object change nothing. What cannot be sent is left out, and `onLeftOut` hears why, for the first of many in excess once.
 * Nothing of a value is in a problem. Fields that are `undefined` or `null` are absent. @throws what listing the keys throws
 */
export function takeAttributes(
  given: object,
  carrier: Carrier,
  onLeftOut: (name: string, problem: string) => void,
): TakenAttributes {
  const { count, units, text } = ATTRIBUTE_LIMITS[carrier]
  const entries: [string, AttributeValue][] = []
  const names = Object.keys(given)
  let leftOut = 0
  let left = units
  for (const [index, name] of names.entries()) {
    if (entries.length === count) {
      onLeftOut(name, `there are more than ${count}`)
      return { entries, leftOut: leftOut + names.length - index }
    }
    const value = read(given, name)
    if (value === undefined || value === null) continue
    const taken = attributeProblem(name, carrier) ?? takeValue(value)
    const size = typeof taken === 'string' ? 0 : unitsOf(taken.value, text.keepUnits)
    if (typeof taken !== 'string' && size <= left) {
      left -= size
      entries.push([name, taken.value])
      continue
    }
    leftOut++
    onLeftOut(name, typeof taken === 'string' ? taken : `all texts together have more than ${units} characters`)
  }
  return { entries, leftOut }
}

/** Stands for a field whose getter threw. */
const UNREADABLE = Symbol('unreadable')

function read(given: object, name: string): unknown {
  try {
    return (given as Record<string, unknown>)[name]
  } catch {
    return UNREADABLE
  }
}

/** The value as it can be sent, or why it cannot. */
function takeValue(value: unknown): { value: AttributeValue } | string {
  if (value === UNREADABLE) return 'it cannot be read'
  if (Array.isArray(value)) return takeList(value)
  const single = takeSingle(value)
  return single === undefined ? `it is ${describe(value)}; ${ALLOWED}` : { value: single }
}

function takeSingle(value: unknown): string | number | boolean | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : undefined
    case 'bigint': {
      const number = Number(value)
      return Number.isSafeInteger(number) ? number : undefined
    }
    default:
      return undefined
  }
}

function takeList(list: readonly unknown[]): { value: AttributeValue } | string {
  try {
    if (list.length > MAX_ITEMS) return `it is a list of more than ${MAX_ITEMS} items`
    const items: (string | number | boolean)[] = []
    for (let i = 0; i < list.length; i++) {
      const item = takeSingle(list[i])
      if (item === undefined) return `it is a list that holds ${describe(list[i])}; ${ALLOWED}`
      if (i > 0 && typeof item !== typeof items[0]) return `it is a list of values of two kinds; ${ALLOWED}`
      items.push(item)
    }
    return { value: items as AttributeValue }
  } catch {
    return 'it cannot be read'
  }
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return 'a number that is not finite'
    case 'bigint':
      return 'an integer that is too large'
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    default:
      return value === undefined || value === null ? 'nothing' : 'an object'
  }
}

function unitsOf(value: AttributeValue, most: number): number {
  if (typeof value === 'string') return Math.min(value.length, most)
  if (!Array.isArray(value)) return 0
  return value.reduce((sum: number, item) => sum + (typeof item === 'string' ? Math.min(item.length, most) : 0), 0)
}
