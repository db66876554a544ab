import { EVENT_NAME, MAX_NAME_LENGTH, prefixOf, RESERVED_PREFIX } from '../../catalogue/own-names.ts'
import type { ContentPolicy } from '../../content/policy.ts'
import { type EventTuple, openOwnTuple, pushOwn } from '../../protocol/event-tuple.ts'
import { showName } from '../show-name.ts'
import { takeAttributes } from './read-attributes.ts'
import { redactOwnAttributes } from './redact-own-attributes.ts'

/** Makes the application's own events. */
export interface OwnEvents {
  /** The event, and its size in bytes or more; or why it cannot be recorded. @throws what the payload's keys throw */
  make(name: unknown, payload: unknown): { tuple: EventTuple; bytes: number } | string
}

export interface OwnEventsOptions {
  /** What their names begin with, without the dot. Default: the originator, where it can be that. */
  prefix: string | undefined
  originator: string
  policy: ContentPolicy
  /** Called for each attribute that is left out because of `problem`. */
  onInvalidAttribute(name: string, problem: string): void
}

/** What an event takes besides its name and its attributes, at most. */
const EVENT_BYTES = 96

export function createOwnEvents(options: OwnEventsOptions): OwnEvents {
  const { policy, onInvalidAttribute } = options
  const prefix = options.prefix ?? prefixOf(options.originator)
  return {
    make(name, payload) {
      if (!isOwnName(name, prefix)) return problemOf(name, prefix)
      if (typeof payload !== 'object' || payload === null || Symbol.iterator in payload) return 'it has no attributes'
      const taken = takeAttributes(payload, 'event', (attribute, problem) =>
        onInvalidAttribute(attribute, `of the event ${showName(name)}: ${problem}`),
      )
      const tuple = openOwnTuple(name, Date.now(), taken.leftOut)
      const { entries, bytes } = redactOwnAttributes(taken, policy)
      for (const [attribute, value] of entries) pushOwn(tuple, attribute, value)
      return { tuple, bytes: EVENT_BYTES + name.length + bytes }
    },
  }
}

const isOwnName = (name: unknown, prefix: string | undefined): name is string =>
  typeof name === 'string' &&
  prefix !== undefined &&
  name.length <= MAX_NAME_LENGTH &&
  name.length > prefix.length + 1 &&
  name.startsWith(`${prefix}.`) &&
  EVENT_NAME.test(name)

/** Why a name that the catalogue has not is none of the application's own. */
function problemOf(name: unknown, prefix: string | undefined): string {
  const isLong = typeof name === 'string' && name.length > MAX_NAME_LENGTH
  if (typeof name !== 'string' || (!isLong && RESERVED_PREFIX.test(name))) return 'no event has that name'
  if (prefix === undefined) return "no event has that name; the agent's own need an eventPrefix"
  const own = `begin with ${showName(`${prefix}.`)} and have at most ${MAX_NAME_LENGTH} letters, digits, ".", "_" and "-"`
  return `no event has that name; the agent's own ${own}`
}
