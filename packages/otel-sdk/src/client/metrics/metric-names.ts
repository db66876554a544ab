import { capText } from '../../content/cap-text.ts'
import { MAX_TAG_LENGTH, TAG_LIMIT } from '../../content/sanitize-tags.ts'
import { textOf } from '../../content/text-of.ts'
import { showName } from '../show-name.ts'

const NAME = /^[A-Za-z0-9._-]+$/
const TAG = /^[A-Za-z0-9._/-]+$/
const SEPARATORS = /[._/-]/g
const MAX_NAME_LENGTH = 255
/** Of one measurement, without those of its scope: what OpenTelemetry's SDKs keep of a record's attributes by default. */
export const MAX_TAGS = 128

/** Keys that name a user or a single conversation: in lower case, without what separates words. */
const IDENTITY_KEYS: ReadonlySet<string> = new Set([
  'conversationid',
  'sessionid',
  'threadid',
  'userid',
  'chatgptuserid',
  'accountid',
  'useraccountid',
  'chatgptaccountid',
  'email',
  'emailaddress',
  'useremail',
])
/** `le` means a bucket in Prometheus. */
const isReserved = (key: string): boolean =>
  key === 'le' || IDENTITY_KEYS.has(key.replace(SEPARATORS, '').toLowerCase())

/** Tags as an application gives them, of any type. */
export type GivenTags = Readonly<Record<string, unknown>> | undefined

export type Tags = readonly (readonly [key: string, value: string])[]

/** Why a name cannot be a metric's; `undefined` when it can. */
export function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return 'a name is a text that is not empty'
  if (name.length > MAX_NAME_LENGTH) return `a name has at most ${MAX_NAME_LENGTH} characters`
  return NAME.test(name) ? undefined : 'a name has letters, digits, ".", "_" and "-" only'
}

/**
 * The tags in the order of their keys, or why they cannot be recorded. No message holds a value: it may be anything.
 * `identities` are values that none may have.
 */
export function readTags(tags: GivenTags, identities: ReadonlySet<unknown>): Tags | string {
  if (tags === undefined) return []
  if (typeof tags !== 'object' || tags === null) return 'its tags are no object'
  const entries = Object.entries(tags)
  for (const [key, value] of entries) {
    if (!isTagText(key)) return `the key of the tag ${showName(key)} ${FORM}`
    if (isReserved(key)) return `the tag ${showName(key)} is reserved`
    if (!isTagText(value)) return `the value of the tag ${showName(key)} ${FORM}`
    if (identities.has(value))
      return `the value of the tag ${showName(key)} is the id of a conversation, a user or an account`
  }
  return sorted(entries as [string, string][])
}

/** Whether something is a long list or a long text, in which the engine would take each place for a tag. */
export const isLong = (tags: unknown): boolean => {
  const length = (tags as { length?: unknown } | null | undefined)?.length
  return typeof length === 'number' && length > MAX_TAGS
}

/** Whether there are more tags than a measurement may have. The engine lists all of their keys for it, and that once. */
export function hasTooManyTags(tags: GivenTags): boolean {
  if (isLong(tags)) return true
  let count = 0
  for (const _ in tags) if (++count > MAX_TAGS) return true
  return false
}

const FORM = `is not a text of 1 to ${MAX_TAG_LENGTH} letters, digits, ".", "_", "-" and "/"`

const isTagText = (text: unknown): boolean =>
  typeof text === 'string' && text.length <= MAX_TAG_LENGTH && TAG.test(text)

/**
 * As `readTags`, for the library's own tags, whatever their values are. The worker replaces the characters that a tag may not
 * have after it has looked for secrets, which it could not recognise otherwise.
 */
export const ownTags = (tags: Readonly<Record<string, unknown>>): Tags =>
  sorted(Object.entries(tags).map(([key, value]) => [key, capText(textOf(value ?? ''), TAG_LIMIT)]))

const sorted = (tags: [string, string][]): Tags => tags.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** A measurement's own tag has precedence over one of its scope. */
export function withCommon(common: Tags, tags: Tags | string): Tags | string {
  if (typeof tags === 'string' || common.length === 0) return tags
  if (tags.length === 0) return common
  return [...new Map([...common, ...tags])].sort(([a], [b]) => (a < b ? -1 : 1))
}
