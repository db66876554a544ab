import { describe, expect, it } from 'vitest'
import { CANARY_KINDS, createPlaces } from './canaries.ts'

describe.each(Object.entries(CANARY_KINDS))('%s', (_, canary) => {
  const places = createPlaces()
  places.of('one')
  const text = canary(places.of('two'))
  const hex = Buffer.from(text).toString('hex')

  it.each([
    ['as it is', text],
    ['with other characters in place of those that tags may not have', text.replace(/[^A-Za-z0-9]/g, '_')],
    ['as JSON writes it', JSON.stringify(JSON.stringify({ text }))],
    ['beside bytes that are no text', Buffer.concat([Buffer.from([0, 200, 255]), Buffer.from(text)])],
  ])('is found %s', (_, bytes) => {
    expect(places.leaksIn(bytes)).toEqual(['two, as it is'])
  })

  it.runIf(!text.startsWith('AK'))('is found in other writings, and read there', () => {
    const escaped = text.replace(/./gs, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    expect(places.leaksIn(hex)).toEqual(['two, in hex'])
    expect(places.leaksIn(hex.toUpperCase())).toEqual(['two, in hex'])
    expect(places.leaksIn(hex.replace(/../g, '%$&'))).toEqual(['two, percent-encoded'])
    expect(places.leaksIn(escaped)).toEqual(['two, escaped as in JSON'])
    for (const lead of ['', 'x', 'xy']) {
      const bytes = Buffer.from(`${lead}${text}`)
      expect(places.leaksIn(bytes.toString('base64'))).toEqual(['two, in base64'])
      expect(places.leaksIn(bytes.toString('base64url'))).toEqual(['two, in base64'])
    }
  })
})

it('finds nothing where there is nothing', () => {
  expect(createPlaces().leaksIn('password=[SCRUBBED:password] K7m K7MQ')).toEqual([])
})
