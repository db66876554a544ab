import { expect, it } from 'vitest'
import { filtersIn, withFilter, withoutFilter } from './filters.ts'

it('filters are found among words, and not in phrases and addresses', () => {
  const typed = 'rate tool:exec_command "is:error here" http://a:1 model:"my model" x'
  expect(filtersIn(typed)).toEqual([
    { text: 'tool:exec_command', key: 'tool', value: 'exec_command' },
    { text: 'model:"my model"', key: 'model', value: 'my model' },
  ])
  expect(filtersIn('')).toEqual([])
})

it('a filter is taken away and nothing else is', () => {
  const typed = 'rate tool:exec tool:exec_command limit'
  const [first, second] = filtersIn(typed)
  expect(first && withoutFilter(typed, first)).toBe('rate tool:exec_command limit')
  expect(second && withoutFilter(typed, second)).toBe('rate tool:exec limit')
})

it('a filter is added in place of another of its kind', () => {
  expect(withFilter('', 'is:error')).toBe('is:error ')
  expect(withFilter('rate is:tool limit', 'is:error')).toBe('rate limit is:error ')
})
