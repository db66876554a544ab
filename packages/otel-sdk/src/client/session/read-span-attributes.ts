import type { SpanAttributes } from '@codex/otel-api'
import type { ContentPolicy } from '../../content/policy.ts'
import { takeAttributes } from './read-attributes.ts'
import { type RedactedAttributes, redactOwnAttributes } from './redact-own-attributes.ts'

/** The attributes of a span of the application's own that it may have; `undefined` where they cannot be read. */
export function readSpanAttributes(
  attributes: SpanAttributes,
  policy: ContentPolicy,
  onInvalid: (name: string, problem: string) => void,
): RedactedAttributes | undefined {
  const of = (problem: string): string => `of a span: ${problem}`
  try {
    if (typeof attributes !== 'object' || attributes === null || Symbol.iterator in attributes) {
      onInvalid('attributes', of('they are no object of names and values'))
      return undefined
    }
    const taken = takeAttributes(attributes, 'span', (name, problem) => onInvalid(name, of(problem)))
    return redactOwnAttributes(taken, policy)
  } catch {
    onInvalid('attributes', of('they cannot be read'))
    return undefined
  }
}
