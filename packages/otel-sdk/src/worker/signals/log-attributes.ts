import type { AttributeValue } from '@codex/otel-api'
import { type Column, type CompiledRow, ROWS, textLimit } from '../../catalogue/event-table.ts'
import { textFieldOf } from '../../catalogue/own-names.ts'
import type { SessionAttributes } from '../../catalogue/session-attributes.ts'
import { hashIdentity } from '../../content/hash-identity.ts'
import type { ContentPolicy } from '../../content/policy.ts'
import { sanitizeNamed, sanitizeText } from '../../content/sanitize-text.ts'
import { scrubTags } from '../../content/scrub-tags.ts'
import type { Scrubber } from '../../content/secrets/scrub.ts'
import { NAME_LIMIT, TEXT_LIMIT, type TextLimit, toolOutputLimit } from '../../content/text-limits.ts'
import {
  type EventTuple,
  fieldOf,
  isOwn,
  ownAttributes,
  ownName,
  rowOf,
  slotOf,
  timeOf,
} from '../../protocol/event-tuple.ts'

export type LogAttributeValues = Record<string, AttributeValue> & { 'event.name': string }

/** Makes the attributes of log records: the event's own, and what its session adds. */
export interface LogAttributes {
  /** Events that come with this slot are of this session from now on. */
  open(slot: number, session: SessionAttributes): void
  of(tuple: EventTuple): LogAttributeValues
}

/** The attribute that says when an event happened; it follows the fields. */
export const TIMESTAMP = 'event.timestamp'

export function createLogAttributes(scrubber: Scrubber, toolOutputBytes: number): LogAttributes {
  const slots: SessionAttributes[] = []
  return {
    open(slot, session) {
      slots[slot] = session
    },
    of(tuple) {
      const session = slots[slotOf(tuple)] as SessionAttributes
      if (isOwn(tuple)) return attributesOfOwn(tuple, session, scrubber, toolOutputBytes)
      const row = ROWS[rowOf(tuple)] as CompiledRow
      const attributes = attributesTemplate(row, tuple, session)
      row.columns.forEach((column, i) => {
        const value = fieldOf(tuple, i)
        if (value === undefined) return
        const limit = columnLimit(column, toolOutputBytes)
        if (limit === undefined) {
          attributes[column.attribute] = plainValue(column, value)
          return
        }
        const { text, truncated } = sanitizeText(value as string, scrubber, limit)
        attributes[column.attribute] = text
        if (column.type === 'free-text' && column.truncated !== undefined) attributes[column.truncated] = truncated
      })
      attributes[TIMESTAMP] = timestamp(timeOf(tuple))
      return attributes
    },
  }
}

/**
 * The keys of an event with these fields present, in their order, with the values that are the same for all such events
 * of the session; the others are empty.
 */
export function attributesTemplate(
  row: CompiledRow,
  tuple: EventTuple,
  session: SessionAttributes,
): LogAttributeValues {
  const template: LogAttributeValues = { 'event.name': row.name }
  row.columns.forEach((column, i) => {
    if (fieldOf(tuple, i) !== undefined) {
      template[column.attribute] = ''
      if (column.type === 'free-text' && column.truncated !== undefined) template[column.truncated] = false
    } else if (column.type === 'text' && column.absent !== undefined) {
      template[column.attribute] = column.absent
    }
  })
  if (row.authEnvironment) Object.assign(template, session.authEnvironment)
  template[TIMESTAMP] = ''
  return Object.assign(template, session.own, commonOf(row, session))
}

/** The attributes of an event that the application declares, and what its session adds: its own have precedence. */
export function attributesOfOwn(
  tuple: EventTuple,
  session: SessionAttributes,
  scrubber: Scrubber,
  toolOutputBytes: number,
): LogAttributeValues {
  const attributes: LogAttributeValues = { 'event.name': scrubber.scrub(ownName(tuple)) }
  for (const [name, value] of ownAttributes(tuple)) {
    const limit = textFieldOf(name) === 'toolOutput' ? toolOutputLimit(toolOutputBytes) : TEXT_LIMIT
    attributes[scrubber.scrub(name)] = sanitizeNamed(name, value, scrubber, limit)
  }
  attributes[TIMESTAMP] = timestamp(timeOf(tuple))
  for (const [name, value] of Object.entries(session.own)) {
    if (!Object.hasOwn(attributes, name)) attributes[name] = value
  }
  return Object.assign(attributes, session.common)
}

function commonOf({ common }: CompiledRow, session: SessionAttributes): SessionAttributes['common'] {
  if (common === undefined) return session.common
  return Object.fromEntries(Object.entries(session.common).filter(([attribute]) => common.includes(attribute)))
}

/** How much of a column's texts is sent; nothing for a column of another type. */
export function columnLimit(column: Column, toolOutputBytes: number): TextLimit | undefined {
  if (column.type === 'free-text') return textLimit(column.content, toolOutputBytes)
  return column.type === 'text' || column.type === 'list' ? TEXT_LIMIT : undefined
}

/** What is sent of a value that is no text. */
export const plainValue = (column: Column, value: unknown): AttributeValue =>
  column.type === 'int-text' || column.type === 'bool-text' ? String(value) : (value as AttributeValue)

let lastTimeMs = Number.NaN
let lastTimestamp = ''

/** RFC 3339 in UTC with milliseconds. Events come in bursts, many to a millisecond. */
export function timestamp(timeMs: number): string {
  if (timeMs !== lastTimeMs) {
    lastTimeMs = timeMs
    lastTimestamp = new Date(timeMs).toISOString()
  }
  return lastTimestamp
}

/** The attributes of a session as they may be exported: identities hashed where the policy says so, names scrubbed. */
export function sanitizeSession(
  session: SessionAttributes,
  policy: ContentPolicy,
  scrubber: Scrubber,
): SessionAttributes {
  const common = scrubTags(session.common, scrubber, NAME_LIMIT)
  const hash = (attribute: string, field: 'email' | 'accountId'): void => {
    const identity = session.common[attribute]
    if (typeof identity === 'string' && policy[field] === 'hash') common[attribute] = hashIdentity(identity, field)
  }
  hash('user.email', 'email')
  hash('user.account_id', 'accountId')
  const own = Object.entries(session.own).map(([name, value]) => [
    scrubber.scrub(name, NAME_LIMIT),
    sanitizeNamed(name, value, scrubber, NAME_LIMIT),
  ])
  return { ...session, common, own: Object.fromEntries(own) }
}
