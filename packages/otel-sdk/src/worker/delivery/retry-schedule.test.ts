import { describe, expect, it } from 'vitest'
import { RetrySchedule } from './retry-schedule.ts'

describe('RetrySchedule', () => {
  it('spreads attempts over the whole of a growing range, up to 30 s', () => {
    for (const [random, expected] of [
      [0, [50, 50, 50, 50, 50, 50, 50]],
      [1, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
    ] as const) {
      const schedule = new RetrySchedule(() => random)
      const delays = expected.map((_, index) => {
        const now = index * 100_000
        schedule.failed(schedule.begin(), now, undefined)
        return schedule.nextAttemptAt - now
      })
      expect(delays).toEqual(expected)
    }
  })

  it('counts requests that fail together as one failure', () => {
    const schedule = new RetrySchedule(() => 1)
    const [first, second] = [schedule.begin(), schedule.begin()]
    schedule.failed(first, 10, undefined)
    schedule.failed(second, 11, undefined)
    expect(schedule.nextAttemptAt).toBe(1_010)
  })

  it('pauses after each failure, also when no time passes between them', () => {
    const schedule = new RetrySchedule(() => 1)
    schedule.failed(schedule.begin(), 10, undefined)
    schedule.cutShort(10)
    schedule.failed(schedule.begin(), 10, undefined)
    expect(schedule.nextAttemptAt).toBe(2_010)
  })

  it('starts again with the shortest range after a success', () => {
    const schedule = new RetrySchedule(() => 1)
    schedule.failed(schedule.begin(), 0, undefined)
    expect(schedule.healthy).toBe(false)
    schedule.succeeded()
    expect(schedule.healthy).toBe(true)
    schedule.failed(schedule.begin(), 1, undefined)
    expect(schedule.nextAttemptAt).toBe(1_001)
  })

  it('keeps the pause that a collector asked for, whatever requests on their way are answered', () => {
    const schedule = new RetrySchedule(() => 1)
    const [first] = [schedule.begin(), schedule.begin()]
    schedule.failed(first, 0, 60_000)
    schedule.succeeded()
    expect(schedule.nextAttemptAt).toBe(60_000)
    schedule.cutShort(10)
    expect(schedule.nextAttemptAt).toBe(60_000)
  })

  it('cuts its own pause short, not one that the collector asked for', () => {
    const schedule = new RetrySchedule(() => 1)
    schedule.failed(schedule.begin(), 0, undefined)
    schedule.cutShort(10)
    expect(schedule.nextAttemptAt).toBe(10)
    schedule.failed(schedule.begin(), 20, 5_000)
    schedule.cutShort(30)
    expect(schedule.nextAttemptAt).toBe(5_020)
  })
})
