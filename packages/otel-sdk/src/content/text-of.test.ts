import { expect, it } from 'vitest'
import { capText } from './cap-text.ts'
import { textOf } from './text-of.ts'

it('the text of a value is what String makes of it', () => {
  const values = ['a', 1, true, null, undefined, {}, [], ['a'], ['a', null, undefined, 2], [['a', 'b'], 'c'], [[], []]]
  for (const value of values) expect(textOf(value)).toBe(String(value))
  expect(textOf(['a', 'b', 'c'], ', ')).toBe('a, b, c')
})

it('a list is joined as far as a text is kept', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `server-${i}`)
  expect(capText(textOf(names, ', '))).toBe(capText(names.join(', ')))
  for (const list of [names, [names, names], ['x'.repeat(1_000_000), 'y'], Array(1_000_000).fill('')]) {
    expect(textOf(list).length).toBeLessThan(200_000)
  }
})

it('a text in a list that is too long to read is replaced by its length', () => {
  expect(textOf(['x'.repeat(5_000_000), 'y'])).toBe('[not read by telemetry: 5000000 characters],y')
})
