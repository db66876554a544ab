import { describe, expect, it } from 'vitest'
import { maskValues } from './mask-values.ts'

const TOKEN = 'Tr0ub4dor+and/3&horses'
const HEADERS = {
  authorization: `Bearer ${TOKEN}`,
  'x-basic': `Basic ${Buffer.from(`me:${TOKEN}`).toString('base64')}`,
  'x-key': TOKEN,
}
const hex = Buffer.from(TOKEN).toString('hex')

const FORMS: readonly (readonly [name: string, form: string])[] = [
  ['as it is', TOKEN],
  ['in capitals', TOKEN.toUpperCase()],
  ['percent-encoded', encodeURIComponent(TOKEN)],
  ['percent-encoded in lower case', encodeURIComponent(TOKEN).toLowerCase()],
  ['percent-encoded throughout', hex.replace(/../g, '%$&').toUpperCase()],
  ['in hex', hex],
  ['escaped as in JSON', TOKEN.replace(/./g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)],
  ['escaped as in HTML', TOKEN.replace('&', '&amp;')],
  ...['', 'x', 'xy'].flatMap(lead =>
    (['base64', 'base64url'] as const).map(
      encoding =>
        [`in ${encoding} after ${lead.length} bytes`, Buffer.from(`${lead}${TOKEN}!`).toString(encoding)] as const,
    ),
  ),
]

describe.each(Object.entries(HEADERS))('the value of %s', (name, value) => {
  it.each(FORMS)('is masked %s', (_, form) => {
    const masked = maskValues(`your key ${form} is wrong`, { [name]: value })
    expect(masked).toContain('***')
    // Of base64 the characters at the ends stay: they say a few bits, and those of what stands beside.
    const rest = masked
      .replace(/^your key /, '')
      .replace(/ is wrong$/, '')
      .replace('***', '')
    expect(rest.length).toBeLessThanOrEqual(8)
  })
})

it('masks a value whole although a part of it is a value too', () => {
  expect(maskValues('got secret-and-more', { a: 'secret', b: 'secret-and-more' })).toBe('got ***')
})

it('leaves the words alone that are no values', () => {
  expect(maskValues('no tenant: the key is not known (401)', HEADERS)).toBe('no tenant: the key is not known (401)')
  expect(maskValues('any text', {})).toBe('any text')
})
