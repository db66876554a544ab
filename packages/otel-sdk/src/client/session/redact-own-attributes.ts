import type { AttributeValue } from '@codex/otel-api'
import { textFieldOf } from '../../catalogue/own-names.ts'
import { type ContentPolicy, ownTextPolicy, redactValue } from '../../content/policy.ts'
import type { TakenAttributes } from './read-attributes.ts'

/** Estimates, in bytes. */
const VALUE_BYTES = 8
const BYTES_PER_UNIT = 2

/** Attributes of the application's own as they may leave its thread. */
export interface RedactedAttributes {
  readonly entries: readonly (readonly [name: string, value: AttributeValue])[]
  /** How large they are, by estimate. */
  readonly bytes: number
}

/** Takes out of the application's attributes what the policy does not let be sent. */
export function redactOwnAttributes({ entries: given }: TakenAttributes, policy: ContentPolicy): RedactedAttributes {
  const entries: [string, AttributeValue][] = []
  let bytes = 0
  for (const [name, of] of given) {
    const value = redactValue(of, ownTextPolicy(textFieldOf(name), policy))
    entries.push([name, value])
    bytes += name.length * BYTES_PER_UNIT + sizeOf(value)
  }
  return { entries, bytes }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length * BYTES_PER_UNIT
  if (!Array.isArray(value)) return VALUE_BYTES
  return value.reduce((sum: number, item) => sum + sizeOf(item), VALUE_BYTES)
}
