import type { Buffer } from 'node:buffer'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import type { EventTuple } from '../protocol/event-tuple.ts'
import type { SpanEntry } from '../protocol/span-tuple.ts'

/** An entry where it is in its chunk; another one as soon as the reader goes on. */
export interface EventEntry {
  /** Whether it describes a session, and is no event. */
  readonly isDescription: boolean
  /** All of it. */
  readonly size: number
  readonly row: number
  readonly session: number
  /** In milliseconds since the epoch. */
  readonly timeMs: number
  /** The number of the span that it belongs to, or 0. */
  readonly span: number
  /** An earlier worker has had it: what it says of a span is news, and nothing is to be recorded. */
  readonly isSettled: boolean
  /** Which fields are present: a bit for each, the first one's being 1; for up to 31 fields. */
  readonly present: number
  /** What the fields are, by their index: `FieldTag`. */
  readonly tags: readonly number[]
  /** The memory that the fields are in, and for each where what follows its tag and its length begins and ends. */
  readonly bytes: Buffer
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  /** The value of a field. */
  value(field: number): unknown
  /** All of an event, as it was recorded. */
  tuple(): EventTuple
  /** What is said of the session. */
  attributes(): SessionAttributes
  /** What is said of a span. */
  said(): SpanEntry
}
