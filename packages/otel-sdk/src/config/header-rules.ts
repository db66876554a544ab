import { quote } from './describe-value.ts'
import type { Mistake } from './resolution.ts'
import type { OtlpKind } from './schema.ts'

/** What the library, HTTP or gRPC sets: a second value would break the request. */
const ownHeaders: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
])

/** In lower case; those that begin with `grpc-` are the library's, too. */
export const ownHeaderNames: readonly string[] = [...ownHeaders]

const rules: readonly ((name: string, kind: OtlpKind, others: ReadonlyMap<string, unknown>) => Mistake | undefined)[] =
  [isToken, isFreeToSet, fitsGrpc, isNew]

/** Why a header of this name, in lower case, cannot be sent. */
export function headerProblem(name: string, kind: OtlpKind, others: ReadonlyMap<string, unknown>): Mistake | undefined {
  for (const rule of rules) {
    const problem = rule(name, kind, others)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** RFC 9110, section 5.6.2. */
function isToken(name: string): Mistake | undefined {
  if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return undefined
  return { found: `the name ${quote(name)}`, allowed: 'a name of letters, digits and -, such as "x-api-key"' }
}

function isFreeToSet(name: string): Mistake | undefined {
  if (!ownHeaders.has(name) && !name.startsWith('grpc-')) return undefined
  return { found: `the name ${quote(name)}, which this library sets itself`, allowed: 'other names' }
}

function fitsGrpc(name: string, kind: OtlpKind): Mistake | undefined {
  if (kind !== 'otlp-grpc' || (/^[0-9a-z_.-]+$/.test(name) && !name.endsWith('-bin'))) return undefined
  return {
    found: `the name ${quote(name)}`,
    allowed: 'for gRPC a name of letters, digits, -, _ and . that does not end in -bin',
  }
}

function isNew(name: string, _kind: OtlpKind, others: ReadonlyMap<string, unknown>): Mistake | undefined {
  if (!others.has(name)) return undefined
  return { found: `the name ${quote(name)} a second time`, allowed: 'each name once, whatever its case' }
}

/** Why this value cannot be sent, wherever it comes from. Never shows it. */
export function headerValueProblem(value: string): Mistake | undefined {
  if (value.trim() === '') return { found: 'an empty value', allowed: 'a value' }
  if (/^[\x20-\x7e]*$/.test(value)) return undefined
  const isControl = /\p{Cc}/u.test(value)
  return {
    found: isControl ? 'a value with a control character (such as a tab)' : 'a value with characters beyond ASCII',
    allowed: 'printable ASCII',
  }
}
