import type { TraceStateMember } from './effective-config.ts'

/** The standard lets a receiver drop members behind this many. */
export const MAX_MEMBERS = 32
/** What every receiver takes, in characters. */
export const MAX_TRACE_STATE_LENGTH = 512

/** Of a vendor, as the standard has it. */
export const VENDOR: RegExp = /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/
const FIELD_KEY = /^[!-~]+$/
const RESERVED_IN_FIELD_KEY = /[:;,=]/
const FIELD_VALUE = /^[ -~]*$/
const RESERVED_IN_FIELD_VALUE = /[;,=]/
export const MAX_VALUE_LENGTH = 256

/** Whether the standard has such names for a member: `acme`, or `tenant@acme`. */
export const isVendor = (name: string): boolean => VENDOR.test(name)

export const isFieldKey = (key: string): boolean => FIELD_KEY.test(key) && !RESERVED_IN_FIELD_KEY.test(key)

export const isFieldValue = (value: string): boolean => FIELD_VALUE.test(value) && !RESERVED_IN_FIELD_VALUE.test(value)

/** Whether these fields make the value of a member. */
export function fitsMember(fields: TraceStateMember['fields']): boolean {
  const value = memberValue(fields)
  return value !== '' && value.length <= MAX_VALUE_LENGTH && !value.endsWith(' ')
}

const memberValue = (fields: TraceStateMember['fields']): string =>
  fields.map(([key, value]) => `${key}:${value}`).join(';')

/**
 * What came in as `tracestate`, with the members that the configuration adds in front. A field goes into the member of its
 * vendor where one came in, and the other fields of that stay. What is too much is dropped from the end.
 */
export function mergeTraceState(
  incoming: string | undefined,
  configured: readonly TraceStateMember[],
): string | undefined {
  if (configured.length === 0) return incoming
  const members = new Map(
    (incoming ?? '').split(',').flatMap((member): [string, string][] => {
      const equals = member.indexOf('=')
      return equals < 0 ? [] : [[member.slice(0, equals).trim(), member.slice(equals + 1).trim()]]
    }),
  )
  const added = configured.map(({ vendor, fields }): [string, string] => {
    const value = mergeFields(members.get(vendor) ?? '', fields)
    // Two that are valid by themselves may be too long together.
    return [vendor, value.length <= MAX_VALUE_LENGTH ? value : memberValue(fields)]
  })
  for (const { vendor } of configured) members.delete(vendor)
  const all = [...added, ...members].slice(0, MAX_MEMBERS).map(([key, value]) => `${key}=${value}`)
  while (all.length > 1 && all.join(',').length > MAX_TRACE_STATE_LENGTH) all.pop()
  return all.join(',')
}

function mergeFields(existing: string, fields: TraceStateMember['fields']): string {
  const values = new Map(fields)
  const seen = new Set<string>()
  const merged: string[] = []
  for (const field of existing.split(';')) {
    const colon = field.indexOf(':')
    const key = colon < 0 ? undefined : field.slice(0, colon)
    const value = key === undefined ? undefined : values.get(key)
    if (field === '' || (value !== undefined && seen.has(key as string))) continue
    merged.push(value === undefined ? field : `${key}:${value}`)
    if (key !== undefined) seen.add(key)
  }
  for (const [key, value] of fields) if (!seen.has(key)) merged.push(`${key}:${value}`)
  return merged.join(';')
}
