import { Buffer } from 'node:buffer'

const REFERENCE =
  /^(?:\$(?:[A-Za-z_{(]|[\d@*#?]?$)|%[A-Za-z_]+%|\{\{|<|process\.env|os\.environ|os\.getenv|env\.|ENV\[|import\.meta|secrets?\.|\{[A-Za-z_][\w-]*\}?$|arn:|@Microsoft\.KeyVault|ref\+|!(?:Ref|Sub|GetAtt|reference|vault|ImportValue)|secretref:|ENC\[|projects\/[^/]+\/secrets\/|vault:|file:|env:|op:\/\/)/
const MASK =
  /^(?:\*{2,}|[xX]{3,}|\.{2,}|\.[*+]|\u2026|#{3,}|\u2022+|\[(?:SCRUBBED|REDACTED|redacted|MASKED|hidden)|REDACTED|redacted)/
const EXAMPLE = /^(?:your|YOUR|my|MY|some|insert|INSERT|replace|REPLACE|example|EXAMPLE|enter|ENTER|put|PUT)[-_ ]/
const NOT_VALUES: ReadonlySet<string> = new Set(
  (
    'true false null none nil undefined nan yes no on off string str text number int integer bool boolean bytes buffer any ' +
    'unknown object array void never self this optional required missing invalid empty unset set default auto inherit ' +
    'include omit same-origin password passwd passphrase pass secret token key keys apikey api_key api-key credential ' +
    'credentials authorization bearer basic digest value values tokens secrets passwords user username email name id uuid ' +
    'uint8array cryptokey secretstr sha256 sha512 sha1 md5 hs256 rs256 es256 ed25519 base64 utf8 utf-8 hex i32 u32 i64 u64 ' +
    'int32 int64 uint32 uint64 float32 float64 anystring nonempty and or to is for from the in with as if when options flag ' +
    'authentication auth oauth oauth2'
  ).split(' '),
)

/** A set of characters and how often one of them comes: of a regular expression. */
const PATTERN = /\[\^?[A-Za-z0-9]-[A-Za-z0-9][^\]\s]{0,32}\](?:[*+?$]|\{\d)/

/** Whether a value stands for a secret instead of being one: a variable, a mask, an example, a type. */
export function isPlaceholder(value: string): boolean {
  return (
    value === '' ||
    REFERENCE.test(value) ||
    MASK.test(value) ||
    EXAMPLE.test(value) ||
    PATTERN.test(value) ||
    NOT_VALUES.has(value.toLowerCase())
  )
}

const PROSE =
  /\b(?:pass(?:word|phrase|code)s?|secrets?|keys?|tokens?|credentials?|required|invalid|must|enter|your|the|not?|is|are|please|forgot|wrong)\b/i

/** Whether a value of several words speaks of a secret instead of being one, as the texts of a form do. */
export function isProse(value: string): boolean {
  return /\s/.test(value) && PROSE.test(value)
}

/** Whether a value is `user:password` in base64, as HTTP and container registries take it. */
export function isBasicCredentials(value: string): boolean {
  return (
    /^[A-Za-z0-9+/]{6,}={0,2}$/.test(value) &&
    /^[ -9;-~]+:[ -~]+$/.test(Buffer.from(value, 'base64').toString('latin1'))
  )
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const PATH = /^(?:[A-Za-z]:[\\/]|(?:~|\.{1,2})?\/)[\w.@~+/\\-]*$/
const LOCATION = /^(?:https?|file|s3|gs|ssh|git|arn|unix):/

export const isUuid = (value: string): boolean => UUID.test(value)

/** Whether a value is a path or an address; credentials in addresses are found by a rule of their own. */
export function isLocation(value: string): boolean {
  return LOCATION.test(value) || (PATH.test(value) && !isMixed(value))
}

/** Whether a value names a file to read the secret from: `@password.txt`, `./password`. */
export const isFile = (value: string): boolean => /^(?:@|@?\.{1,2}\/|@?~\/)[\w.@~+/-]+$/.test(value)

/** Whether a value is made of words, as identifiers are: `inf-role-id`, `billing.monthly`, `prod-eu-1`. */
export const isIdentifier = (value: string): boolean =>
  /^[A-Za-z]+\d{0,3}(?:[-_.:/ ](?:[A-Za-z]+\d{0,3}|\d{1,4}))*$/.test(value) && !looksRandom(value, true)

const PATH_OF_WORDS = /^(?:[a-z_.-]+|\d+)(?:\/(?:[a-z_.-]+|\d+))+$/

/**
 * Whether a value looks made by a generator: sixteen characters without a break that mix digits and letters. UUIDs are
 * names, not secrets; digests are when `hexIsData` says so.
 */
export function looksRandom(value: string, hexIsData: boolean): boolean {
  const run = /[A-Za-z0-9+/]{16,}/.exec(value)?.[0]
  if (run === undefined || UUID.test(value) || PATH_OF_WORDS.test(value)) return false
  if (hexIsData && /^(?:0x)?[0-9a-f]+$/i.test(value)) return false
  const digits = run.replace(/\D/g, '').length
  return digits > 0 && digits < run.length && (digits >= 3 || isMixed(run))
}

function isMixed(value: string): boolean {
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value)
}
