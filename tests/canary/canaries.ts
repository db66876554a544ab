/*
 * A canary is a secret that no one uses. Each one holds a marker that stands nowhere else and the number of the place
 * that it was put into, so that one search finds all of them, in any writing, and says which place leaked.
 */

/** Put together here, so that no scanner finds a secret in the source. */
const MARKER = ['K7mQ', 'x2Vw9', 'Rt4'].join('')
/** The same for secrets of capital letters and the digits 2 to 7. */
const CAPITAL_MARKER = ['K7MQ', 'X2VW'].join('')
const DIGITS = 4
const FILLING = 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzCb5eD7gF9jH2lK4nM6qP8sR0uT3wV5y'
const CAPITAL_FILLING = 'D3F5H7J2L4N6'

/** Makes the secret of one place: the text that an application hands over, with one or more secrets in it. */
export type CanaryKind = (place: number) => string

const numbered = (place: number): string => MARKER + String(place).padStart(DIGITS, '0')
/** At least 20 characters, all of them letters and digits. */
const body = (place: number, length: number): string => (numbered(place) + FILLING.repeat(2)).slice(0, length)
const join = (...parts: string[]): string => parts.join('')

function pem(place: number): string {
  const lines = Array.from({ length: 6 }, () => body(place, 64))
  return [join('-----BEGIN RSA PRI', 'VATE KEY-----'), ...lines, join('-----END RSA PRI', 'VATE KEY-----')].join('\n')
}

/** The kinds that an application's text may hold. */
export const CANARY_KINDS = {
  'a token with a prefix': place => join('gh', 'p_', body(place, 36)),
  'a token between words': place => `run ${join('sk', '-ant-', 'api03-', body(place, 90))} now`,
  'a password in an assignment': place => `password=${body(place, 20)}`,
  'a password of characters that tags replace': place => `DB_PASSWORD="p@ss:w+rd!${body(place, 20)} ~^x"`,
  'a URL with credentials': place => `https://me:${body(place, 20)}@example.com/x`,
  'a private key': pem,
  'a private key in one line': place => JSON.stringify({ key: pem(place) }),
  'an access key id': place => join('AK', 'IA', (CAPITAL_MARKER + capitals(place) + CAPITAL_FILLING).slice(0, 16)),
  'a secret access key': place => `aws_secret_access_key = ${body(place, 30)}/${body(place, 9)}`,
  'a header': place => `Authorization: Bearer ${body(place, 40)}`,
  'a JSON web token': place =>
    [join('ey', 'J', body(place, 20)), join('ey', 'J', body(place, 60)), body(place, 43)].join('.'),
} as const satisfies Readonly<Record<string, CanaryKind>>

/** The number of a place in the alphabet of an access key id. */
function capitals(place: number): string {
  return [...String(place).padStart(DIGITS, '0')].map(digit => 'ABCDEFGHIJ'[Number(digit)]).join('')
}

/** Gives each place a number, and finds it again. */
export interface Places {
  /** The number of a place, for example `codex.tool_result toolName`. */
  of(name: string): number
  /** What leaked into these bytes: the place, and how the canary was written; each once. */
  leaksIn(bytes: Uint8Array | string): string[]
  /** In the order of their numbers. */
  readonly names: readonly string[]
}

/** `known` are the names of places that another process has numbered. */
export function createPlaces(known: readonly string[] = []): Places {
  const names = [...known]
  const numbers = new Map(names.map((name, number) => [name, number]))
  return {
    of(name) {
      let number = numbers.get(name)
      if (number === undefined) {
        number = names.push(name) - 1
        numbers.set(name, number)
      }
      return number
    },
    leaksIn(bytes) {
      const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1')
      const found = new Set<string>()
      for (const { written, pattern, read } of FORMS) {
        for (const match of text.matchAll(pattern)) {
          found.add(`${names[read(match)] ?? '(a place cut off)'}, ${written}`)
        }
      }
      return [...found]
    },
    names,
  }
}

interface Form {
  written: string
  pattern: RegExp
  /** The number of the place. */
  read(match: RegExpMatchArray): number
}

/** So many characters after the marker that the number is among them, in the longest writing. */
const TAIL = `[\\w%\\\\+/=-]{0,${8 * DIGITS}}`
const numberIn = (text: string): number => Number(/^\d{4}/.exec(text)?.[0] ?? Number.NaN)
const numberAfter = (marker: string, text: string): number => numberIn(text.slice(text.indexOf(marker) + marker.length))

/** The marker as text with each character written as `write` does. */
function escaped(written: string, write: (code: number) => string, readBack: (text: string) => string): Form {
  const source = [...MARKER].map(character => write(character.charCodeAt(0))).join('')
  return {
    written,
    pattern: new RegExp(`${source}(${TAIL})`, 'gi'),
    read: match => numberIn(readBack(match[1] ?? '')),
  }
}

const hex = (code: number, digits = 2): string => code.toString(16).padStart(digits, '0')
const fromCode = (_: string, code: string): string => String.fromCharCode(Number.parseInt(code, 16))

/** Base64 writes three bytes in four characters, so a text looks one of three ways in it. */
function inBase64(lead: number): Form {
  const encoded = Buffer.from('\0'.repeat(lead) + MARKER).toString('base64url')
  // The first and the last characters depend on what stands beside the marker.
  const whole = encoded.slice(lead === 0 ? 0 : lead + 1, Math.floor(((lead + MARKER.length) * 4) / 3))
  return {
    written: 'in base64',
    pattern: new RegExp(`${whole}(${TAIL})`, 'g'),
    read(match) {
      const lost = lead === 0 ? '' : 'A'.repeat(lead + 1)
      const rest = (match[1] ?? '').replace(/[^\w+/-].*$/s, '')
      return numberAfter(MARKER.slice(4), Buffer.from(lost + whole + rest, 'base64').toString('latin1'))
    },
  }
}

const FORMS: readonly Form[] = [
  { written: 'as it is', pattern: new RegExp(`${MARKER}(${TAIL})`, 'gi'), read: match => numberIn(match[1] ?? '') },
  {
    written: 'as it is',
    pattern: new RegExp(`${CAPITAL_MARKER}([A-J]{4})?`, 'g'),
    read: match => Number([...(match[1] ?? 'x')].map(letter => 'ABCDEFGHIJ'.indexOf(letter)).join('')),
  },
  escaped(
    'in hex',
    code => hex(code),
    text => Buffer.from(text, 'hex').toString('latin1'),
  ),
  escaped(
    'percent-encoded',
    code => `%${hex(code)}`,
    text => text.replace(/%([\da-f]{2})/gi, fromCode),
  ),
  escaped(
    'escaped as in JSON',
    code => `\\\\u${hex(code, 4)}`,
    text => text.replace(/\\u([\da-f]{4})/gi, fromCode),
  ),
  ...[0, 1, 2].map(inBase64),
]
