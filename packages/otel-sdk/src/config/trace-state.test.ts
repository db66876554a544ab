import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitsMember, isFieldKey, isFieldValue, isVendor, mergeTraceState } from './trace-state.ts'

const acme = { vendor: 'acme', fields: [['tier', 'gold']] } as const

test('what is configured stands in front of what came in', () => {
  expect(mergeTraceState('other=1,more=2', [acme])).toBe('acme=tier:gold,other=1,more=2')
  expect(mergeTraceState(undefined, [acme])).toBe('acme=tier:gold')
  expect(mergeTraceState('other=1', [])).toBe('other=1')
  expect(mergeTraceState(undefined, [])).toBeUndefined()
})

test('a field replaces that of its name in the member that came in, and the others of it stay', () => {
  expect(mergeTraceState('a=1,acme=x:1;tier:iron;plain;tier:tin', [acme])).toBe('acme=x:1;tier:gold;plain,a=1')
  expect(mergeTraceState('acme=x:1', [acme])).toBe('acme=x:1;tier:gold')
})

test('a member that would grow too long is replaced', () => {
  expect(mergeTraceState(`acme=${'x'.repeat(250)}`, [acme])).toBe('acme=tier:gold')
})

test('there are at most 32 members and 512 characters, and what is too much goes from the end', () => {
  const many = Array.from({ length: 32 }, (_, i) => `k${i}=v`).join(',')
  const merged = mergeTraceState(many, [acme])?.split(',') ?? []
  expect([merged.length, merged[0], merged.at(-1)]).toEqual([32, 'acme=tier:gold', 'k30=v'])
  const long = `a=${'x'.repeat(246)},b=${'y'.repeat(246)},c=z`
  expect(mergeTraceState(long, [acme])).toBe(`acme=tier:gold,a=${'x'.repeat(246)},b=${'y'.repeat(246)}`)
})

test('what is valid stays valid, whatever came in', () => {
  const field = fc.tuple(fc.string({ minLength: 1 }).filter(isFieldKey), fc.string().filter(isFieldValue))
  const member = fc.record({
    vendor: fc.string({ minLength: 1 }).filter(isVendor),
    fields: fc.uniqueArray(field, { minLength: 1, maxLength: 4, selector: ([key]) => key }).filter(fitsMember),
  })
  const configured = fc.uniqueArray(member, { minLength: 1, maxLength: 3, selector: ({ vendor }) => vendor })
  fc.assert(
    fc.property(configured, fc.option(fc.string({ unit: 'grapheme-ascii' })), (members, incoming) => {
      const merged = mergeTraceState(incoming ?? undefined, members) ?? ''
      for (const [i, { vendor, fields }] of members.entries()) {
        const [name, value = ''] = merged.split(',')[i]?.split(/=(.*)/s) ?? []
        expect(name).toBe(vendor)
        for (const [key, text] of fields) expect(value.split(';')).toContain(`${key}:${text}`)
      }
    }),
  )
})
