import { visibleText } from '@codex/otel-api/visible-text'
import { nearestName } from './nearest-name.ts'
import type { TableValue } from './read-table.ts'
import type { ValueSpec } from './schema.ts'

const maxShownLength = 80
/** Of a longer text the rest plays no part. */
const maxReadLength = 400
const SHORTEST_RANDOM = 16

/** A value as a problem may show it: short, on one line, without credentials. */
export function describeValue(value: TableValue): string {
  if (typeof value === 'string') return value.includes('-----BEGIN') ? describeHidden(value) : quote(maskUrl(value))
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (value instanceof Map) return value.size === 0 ? 'an empty table' : 'a table'
  return (value as { foreign: string }).foreign
}

/** The same for a value that may itself be a secret: only what kind of value it is. */
export function describeHidden(value: TableValue): string {
  if (typeof value === 'string') return value === '' ? '""' : 'a text (hidden)'
  if (typeof value === 'object') return describeValue(value)
  return typeof value === 'boolean' ? 'a boolean (hidden)' : 'a number (hidden)'
}

/** The same for a value in the place of a name: what is longer than one may be a table that was meant, headers and all. */
export function describeName(value: TableValue): string {
  if (typeof value !== 'string') return describeValue(value)
  const isName = /^(?:[\w.-]{0,24}|https?:\/\/(?:\*{3}@)?[\w.-]+(?::\d+)?)$/.test(maskUrl(value))
  return isName ? describeValue(value) : describeHidden(value)
}

/** JSON's quotes and escapes; whatever else would not be seen is shown. That a long text is cut stands outside of the quotes. */
export function quote(text: string): string {
  // Of a URL all is read: the end of its password may come late.
  const masked = maskSecretText(isUrl(text) ? text : text.slice(0, maxReadLength))
  // What was cut off may be a part of a secret that cannot be told from the rest.
  const end = text.length > maxReadLength && !isUrl(text) ? Math.max(0, masked.length - SHORTEST_RANDOM) : masked.length
  const length = Math.min(end, maxShownLength)
  const shown = visibleText(JSON.stringify(masked.slice(0, length)))
  return length < masked.length ? `${shown} (cut, ${text.length} characters in all)` : shown
}

const isUrl = (text: string): boolean => /^https?:\/\//i.test(text)

/** A long run of letters and digits, which no word is. */
const RANDOM = /(?<![A-Za-z0-9])(?=[A-Za-z]*\d)[A-Za-z0-9]{16,}(?:[\w+/=.-]*[A-Za-z0-9]{16,})*/g
/** The value behind a name that speaks of a secret. */
const ASSIGNED = /((?<![\w-])[\w-]*(?:auth|credential|key|pass|pwd|secret|token)[\w-]*["']?\s*[=:]\s*)\S.*/gis

/**
 * A text without what looks like a secret. The scrubber is not on the application's thread, so this goes by the form
 * alone, and hides too much rather than too little; a URL keeps its host and its path.
 */
function maskSecretText(text: string): string {
  return isUrl(text) ? maskUrl(text) : text.replace(ASSIGNED, '$1***').replace(RANDOM, '***')
}

/** A URL without user, password and query. Works on what is not quite a URL, too: hides too much rather than too little. */
export function maskUrl(text: string): string {
  const scheme = /^[^/@?#]*:\/\//.exec(text)?.[0] ?? ''
  const at = text.lastIndexOf('@')
  const masked = at < scheme.length ? text : `${scheme}***${text.slice(at)}`
  return scheme === '' ? masked : masked.replace(/\?.*$/s, '?***')
}

/** `otel.exporter.otlp-http.headers."x y"`. */
export function formatKey(path: readonly string[]): string {
  return path
    .map(segment => (/^[A-Za-z0-9_-]{1,80}$/.test(segment) ? maskSecretText(segment) : quote(segment)))
    .join('.')
}

/** What may stand in place of a wrong value. */
export function describeAllowed(spec: ValueSpec): string {
  switch (spec.type) {
    case 'string':
      return 'a text that is not empty'
    case 'boolean':
      return 'true or false'
    case 'integer':
      return `a whole number of ${spec.unit} from ${spec.min} to ${spec.max}`
    case 'duration':
      return 'a number and a unit (s, m, h or d), such as "7d"'
    case 'number':
      return `a number from ${spec.min} to ${spec.max}`
    case 'choices':
      return `a list of ${listNames(spec.values)}`
    case 'choice':
      return listNames(spec.values)
    case 'path':
      return 'the path of a file'
    case 'url':
      return 'an http:// or https:// URL'
    case 'command':
      return 'a list of texts: the program and its arguments'
    case 'patterns':
      return 'a list of regular expressions'
    case 'exporter':
      return '"none", "otlp-http", "otlp-grpc", "console", or a table such as { otlp-http = { endpoint = "..." } } or { file = { path = "..." } }'
    case 'headers':
      return 'a table of texts, { file = "..." } or { command = [...] }'
    case 'resource':
    case 'attributes':
      return 'a table of texts'
    case 'tracestate':
      return 'a table of tables of texts: [otel.tracestate.VENDOR]'
    case 'table':
      return `a table with ${listNames(Object.keys(spec.keys))}`
  }
}

/** Of several names, the one that was most likely meant. */
export function describeSuggestion(spec: ValueSpec, value: TableValue): string {
  const near = spec.type === 'choice' && typeof value === 'string' ? nearestName(value, spec.values) : undefined
  return near === undefined ? '' : ` (did you mean ${quote(near)}?)`
}

/** `"a", "b" or "c"`. */
export function listNames(names: readonly string[]): string {
  const quoted = names.map(quote)
  const last = quoted.pop() ?? ''
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`
}
