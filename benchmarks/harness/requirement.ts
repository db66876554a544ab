import type { Requirement } from './part.ts'

export interface LimitOptions {
  what: string
  limit: number
  measured: number
  /** Says a value with its unit. */
  format: (value: number) => string
  /** Why it may not hold, or what follows from that, in one sentence. */
  otherwise: string
}

/** With no more digits than a limit has. */
const rounded = (text: string): string => text.replace(/(\.\d*?)0+(?!\d)/, '$1').replace(/\.(?!\d)/, '')

/** Requires that a value is not greater than its limit. */
export const atMost = ({ what, limit, measured, format, otherwise }: LimitOptions): Requirement => ({
  what,
  required: `at most ${rounded(format(limit))}`,
  measured: format(measured),
  holds: measured <= limit,
  otherwise,
})

/** Requires that a value is not less than its limit. */
export const atLeast = ({ what, limit, measured, format, otherwise }: LimitOptions): Requirement => ({
  what,
  required: `at least ${rounded(format(limit))}`,
  measured: format(measured),
  holds: measured >= limit,
  otherwise,
})
