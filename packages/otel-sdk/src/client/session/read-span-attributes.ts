import type { AttributeValue, SpanAttributes } from '@codex/otel-api'
import { textFieldOf } from '../../catalogue/own-names.ts'
import { type ContentPolicy, ownTextPolicy, redactValue } from '../../content/policy.ts'
import { takeAttributes } from './read-attributes.ts'

const BYTES_PER_UNIT = 2
const VALUE_BYTES = 16

export interface ReadSpanAttributes {
  readonly entries: readonly (readonly [name: string, value: AttributeValue])[]
  /** How large they are in memory, by estimate. */
  readonly bytes: number
}

/** The attributes of a span of the application's own that it may have; `undefined` where they cannot be read. */
export function readSpanAttributes(
  attributes: SpanAttributes,
  policy: ContentPolicy,
  onInvalid: (name: string, problem: string) => void,
): ReadSpanAttributes | undefined {
  const of = (problem: string): string => `of a span: ${problem}`
  try {
    if (typeof attributes !== 'object' || attributes === null || Symbol.iterator in attributes) {
      onInvalid('attributes', of('they are no object of names and values'))
      return undefined
    }
    const taken = takeAttributes(attributes, 'span', (name, problem) => onInvalid(name, of(problem)))
    const entries = taken.entries.map(
      ([name, value]) => [name, redactValue(value, ownTextPolicy(textFieldOf(name), policy))] as const,
    )
    const bytes = entries.reduce(
      (sum, [name, value]) => sum + VALUE_BYTES + BYTES_PER_UNIT * (name.length + unitsOf(value)),
      0,
    )
    return { entries, bytes }
  } catch {
    onInvalid('attributes', of('they cannot be read'))
    return undefined
  }
}

const unitsOf = (value: unknown): number =>
  typeof value === 'string'
    ? value.length
    : Array.isArray(value)
      ? value.reduce((sum: number, one) => sum + 8 + unitsOf(one), 0)
      : 8
