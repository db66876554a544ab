import { isUtf8 } from 'node:buffer'

/** An escape of JSON. Of one for half a character the other half may be missing, as where a program has cut a text. */
const ESCAPE = /\\(?:u(?:d[89ab][0-9a-f]{2}(?<low>\\ud[c-f][0-9a-f]{2})?|(?<alone>d[c-f][0-9a-f]{2}))|.)/gi
const HIGH = /^\\ud[89ab]/i
/** What stands for a character that is none. */
const REPLACEMENT = '\\ufffd'

/** A body in JSON with whole characters alone: one that was cut in half costs the records of its request nothing else. */
export function withWholeCharacters(body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  if (!(bytes.includes('\\ud') || bytes.includes('\\uD')) || !isUtf8(bytes)) return body
  const text = bytes.toString()
  const whole = text.replace(ESCAPE, (found, low: string | undefined, alone: string | undefined) =>
    alone !== undefined || (low === undefined && HIGH.test(found)) ? REPLACEMENT : found,
  )
  return whole === text ? body : Buffer.from(whole)
}
