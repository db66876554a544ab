import { expect, it } from 'vitest'
import { costText, sumOf } from './use-costs.ts'

it('a cost that is known in part is more than that, and one that is not known is not 0', () => {
  const known = { usd: 1.5, unknown: [] }
  const partly = { usd: 0.25, unknown: [{ model: 'm', tokens: 10 }] }
  expect(costText(known)).toBe('$1.50')
  expect(costText(partly)).toBe('> $0.25')
  expect(costText({ usd: 0.002, unknown: [] })).toBe('< $0.01')
  expect(costText({ usd: 0, unknown: [{ model: 'm', tokens: 10 }] })).toBe('unknown')
  expect(costText(undefined)).toBe('unknown')
  expect(sumOf([known, partly, partly])).toEqual({ usd: 2, unknown: [{ model: 'm', tokens: 20 }] })
  expect(sumOf([])).toEqual({ usd: 0, unknown: [] })
})
