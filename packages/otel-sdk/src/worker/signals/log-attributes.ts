import { type Column, type CompiledRow, ROWS, textLimit } from '../../catalogue/event-table.ts'
import type { AttributeValue, SessionAttributes } from '../../catalogue/session-attributes.ts'
import { hashIdentity } from '../../content/hash-identity.ts'
import type { ContentPolicy } from '../../content/policy.ts'
import { sanitizeText } from '../../content/sanitize-text.ts'
import { scrubTags } from '../../content/scrub-tags.ts'
import type { Scrubber } from '../../content/secrets/scrub.ts'
import { NAME_LIMIT } from '../../content/text-limits.ts'
import { type EventTuple, fieldOf, presentFields, slotOf, timeOf } from '../../protocol/event-tuple.ts'

type Attributes = Record<string, AttributeValue>

/** Makes the attributes of log records: the event's own, and what its session adds. */
export interface LogAttributes {
  /** Events that come with this slot are of this session from now on. */
  open(slot: number, session: SessionAttributes): void
  of(row: CompiledRow, tuple: EventTuple): Attributes
}

/**
 * Records of one event, one session and the same fields present have the same keys. Copying an object that has them
 * already costs a twentieth of adding them one by one, so the first record of a kind becomes the template of the rest.
 */
export function createLogAttributes(scrubber: Scrubber, toolOutputBytes: number): LogAttributes {
  const slots: { session: SessionAttributes; templates: Map<number, Attributes> }[] = []
  return {
    open(slot, session) {
      slots[slot] = { session, templates: new Map() }
    },
    of(row, tuple) {
      const { session, templates } = slots[slotOf(tuple)] as (typeof slots)[number]
      const kind = presentFields(tuple) * ROWS.length + row.id
      let template = templates.get(kind)
      if (template === undefined) {
        template = makeTemplate(row, tuple, session)
        templates.set(kind, template)
      }
      const attributes = { ...template }
      for (let i = 0; i < row.columns.length; i++) {
        const value = fieldOf(tuple, i)
        if (value !== undefined) setValue(attributes, row.columns[i] as Column, value, scrubber, toolOutputBytes)
      }
      attributes['event.timestamp'] = timestamp(timeOf(tuple))
      return attributes
    },
  }
}

/** An object with the right keys in the right order, and the values that are the same for all its copies. */
function makeTemplate(row: CompiledRow, tuple: EventTuple, session: SessionAttributes): Attributes {
  const template: Attributes = { 'event.name': row.name }
  row.columns.forEach((column, i) => {
    if (fieldOf(tuple, i) !== undefined) {
      template[column.attribute] = ''
      if (column.type === 'free-text' && column.truncated !== undefined) template[column.truncated] = false
    } else if (column.type === 'text' && column.absent !== undefined) {
      template[column.attribute] = column.absent
    }
  })
  if (row.authEnvironment) Object.assign(template, session.authEnvironment)
  template['event.timestamp'] = ''
  // V8 keeps an object that was built key by key past a dozen keys as a hash table, and copying one is ten times slower.
  return { ...template, ...commonOf(row, session) }
}

function commonOf({ common }: CompiledRow, session: SessionAttributes): SessionAttributes['common'] {
  if (common === undefined) return session.common
  return Object.fromEntries(Object.entries(session.common).filter(([attribute]) => common.includes(attribute)))
}

function setValue(
  attributes: Attributes,
  column: Column,
  value: unknown,
  scrubber: Scrubber,
  toolOutputBytes: number,
): void {
  switch (column.type) {
    case 'int-text':
    case 'bool-text':
      attributes[column.attribute] = String(value)
      return
    case 'free-text': {
      const { text, truncated } = sanitizeText(value as string, scrubber, textLimit(column.content, toolOutputBytes))
      attributes[column.attribute] = text
      if (column.truncated !== undefined) attributes[column.truncated] = truncated
      return
    }
    case 'text':
    case 'list':
      attributes[column.attribute] = sanitizeText(value as string, scrubber).text
      return
    default:
      attributes[column.attribute] = value as AttributeValue
  }
}

let lastTimeMs = Number.NaN
let lastTimestamp = ''

/** RFC 3339 in UTC with milliseconds. Events come in bursts, many to a millisecond. */
function timestamp(timeMs: number): string {
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
  return { ...session, common }
}
