import { lazily } from '../content/lazily.ts'
import type { TextField } from '../content/policy.ts'
import { ROWS } from './event-table.ts'
import { isForeign } from './service-name.ts'
import { SESSION_ATTRIBUTES } from './session-attributes.ts'

/** Of an event, of an attribute. */
export const MAX_NAME_LENGTH = 255
export const EVENT_NAME: RegExp = /^[A-Za-z][A-Za-z0-9._-]*$/
const ATTRIBUTE_NAME = /^[A-Za-z][A-Za-z0-9._/-]*$/
/** Begins the names of the catalogue, and of the records that this library makes by itself. */
export const RESERVED_PREFIX: RegExp = /^codex(?:_otel)?(?:\.|$)/i

/** What an agent may put in front of the names of its own events. */
export const PREFIX_FORM =
  'letters, digits, ".", "_" and "-" that begin with a letter and end with none of the others, and not "codex"'

/** Whether an agent's own events may begin with this and a dot. */
export const isPrefix = (prefix: unknown): prefix is string =>
  typeof prefix === 'string' &&
  prefix.length < MAX_NAME_LENGTH &&
  EVENT_NAME.test(prefix) &&
  /[A-Za-z0-9]$/.test(prefix) &&
  !RESERVED_PREFIX.test(prefix)

/** The prefix of the events of an agent that declares none: its originator, where that is a name. */
export const prefixOf = (originator: string): string | undefined =>
  isForeign(originator) && isPrefix(originator) ? originator : undefined

/** What every record has, whatever the session. */
const RECORD_ATTRIBUTES = ['event.name', 'event.timestamp'] as const

/** The attributes of the library's that an own event cannot set. */
const ofEveryEvent = lazily((): ReadonlySet<string> => new Set([...RECORD_ATTRIBUTES, ...SESSION_ATTRIBUTES]))

/** The attributes of all events of the catalogue, too: on one of these, an attribute of the session would tell something else. */
const ofAnyEvent = lazily(
  (): ReadonlySet<string> =>
    new Set([
      ...ofEveryEvent(),
      ...ROWS.flatMap(({ columns }) =>
        columns.flatMap(column =>
          column.type === 'free-text' && column.truncated !== undefined
            ? [column.attribute, column.truncated]
            : [column.attribute],
        ),
      ),
    ]),
)

/** What carries an agent's own attributes: one event, a session, or a span of its own. */
export type Carrier = 'event' | 'session' | 'span'

/** What begins the names of attributes that the conventions or this library set on spans. */
const OF_SPANS = /^(?:codex|gen_ai|service|session|error)(?:\.|$)/i

/** Why an attribute cannot have this name; `undefined` when it can. */
export function attributeProblem(name: string, carrier: Carrier): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return `its name has more than ${MAX_NAME_LENGTH} characters`
  if (!ATTRIBUTE_NAME.test(name)) {
    return 'a name has letters, digits, ".", "_", "-" and "/" only, and begins with a letter'
  }
  if (carrier === 'span') {
    return OF_SPANS.test(name)
      ? "names that begin with codex, gen_ai, service, session or error are not the application's"
      : undefined
  }
  const reserved = carrier === 'event' ? ofEveryEvent() : ofAnyEvent()
  return reserved.has(name) || name.startsWith('auth.env_') ? 'this library sets an attribute of that name' : undefined
}

const freeTexts = lazily(
  (): ReadonlyMap<string, TextField> =>
    new Map(
      ROWS.flatMap(({ columns }) =>
        columns.flatMap(column => (column.type === 'free-text' ? [[column.attribute, column.content] as const] : [])),
      ),
    ),
)

/** The text that an own attribute of this name holds, as one of the same name in the catalogue does. */
export const textFieldOf = (name: string): TextField => freeTexts().get(name) ?? 'ownEvents'
