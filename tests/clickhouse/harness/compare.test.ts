import { describe, expect, it } from 'vitest'
import { differences, TOLERANCE } from './compare.ts'

const row = { model: 'm', input_tokens: 10, rate: 0.5, headers_ms: [1, 2, 3] }

describe('the comparison of two answers', () => {
  it('finds none in equal ones, and none in sums that differ in their last digits', () => {
    expect(differences([row], [{ ...row, rate: 0.5 * (1 + TOLERANCE / 2) }])).toEqual([])
  })

  it.each([
    ['a row too few', []],
    ['a row too many', [row, row]],
    ['another number', [{ ...row, input_tokens: 11 }]],
    ['another percentile', [{ ...row, headers_ms: [1, 2, 3.1] }]],
    ['nothing in place of a number', [{ ...row, input_tokens: null }]],
    ['a column too few', [{ model: 'm', input_tokens: 10, rate: 0.5 }]],
    ['a text in place of a number', [{ ...row, input_tokens: '10' }]],
  ])('finds %s', (_, others) => {
    expect(differences([row], others)).not.toEqual([])
  })

  it('finds rows in another order', () => {
    const other = { ...row, model: 'n' }
    expect(differences([row, other], [other, row])).not.toEqual([])
  })

  it('takes events of one millisecond in any order, and those of two in theirs', () => {
    const events = [
      { event_id: 1, time_ms: 5, event_name: 'a' },
      { event_id: 2, time_ms: 5, event_name: 'b' },
      { event_id: 3, time_ms: 6, event_name: 'c' },
    ] as const
    const [a, b, c] = events
    expect(differences(events, [{ ...b, event_id: 7 }, a, c])).toEqual([])
    expect(differences(events, [a, c, b])).not.toEqual([])
    expect(differences(events, [a, { ...b, event_name: 'd' }, c])).not.toEqual([])
  })
})
