import { expect, it } from 'vitest'
import { bucketAt, bucketName, bucketsOf, sumInBuckets } from './buckets.ts'

const HOUR = 3_600_000
const local = (month: number, day: number, hour = 0): number => new Date(2026, month - 1, day, hour).getTime()

it('a day has its hours, a week its six-hour pieces where hours are too many, a year its weeks', () => {
  expect(bucketsOf(local(11, 1), local(11, 2))).toHaveLength(24)
  const week = bucketsOf(local(11, 2), local(11, 9))
  expect(week).toHaveLength(7 * 8)
  expect(bucketsOf(local(1, 1), local(12, 31)).length).toBeLessThanOrEqual(96)
  expect(bucketsOf(0, local(11, 1)).length).toBeLessThanOrEqual(96 * 8)
})

it('buckets follow each other without a gap and have the whole period', () => {
  for (const [from, to] of [
    [local(3, 20, 5), local(4, 2, 7)],
    [local(10, 20), local(11, 9, 3)],
    [local(11, 1, 9), local(11, 1, 10)],
  ] as const) {
    const buckets = bucketsOf(from, to)
    expect(buckets[0]?.from).toBeLessThanOrEqual(from)
    expect(buckets.at(-1)?.to).toBeGreaterThanOrEqual(to)
    for (const [index, bucket] of buckets.entries()) {
      expect(bucket.to).toBeGreaterThan(bucket.from)
      expect(bucket.from).toBe(index === 0 ? bucket.from : buckets[index - 1]?.to)
      expect(bucketAt(buckets, bucket.from)).toBe(index)
      expect(bucketAt(buckets, bucket.to - 1)).toBe(index)
    }
    expect(bucketAt(buckets, (buckets[0]?.from ?? 0) - 1)).toBe(-1)
    expect(bucketAt(buckets, buckets.at(-1)?.to ?? 0)).toBe(-1)
  }
})

it('rows are added up where they are, and those of another time are left out', () => {
  const buckets = bucketsOf(local(11, 1), local(11, 2))
  const rows = [
    { at: local(11, 1, 2), n: 1 },
    { at: local(11, 1, 2) + HOUR / 2, n: 2 },
    { at: local(11, 1, 23), n: 4 },
    { at: local(11, 3), n: 8 },
  ]
  const sums = sumInBuckets(
    buckets,
    rows,
    ({ at }) => at,
    ({ n }) => n,
  )
  expect(sums[2]).toBe(3)
  expect(sums[23]).toBe(4)
  expect(sums.reduce((a, b) => a + b)).toBe(7)
})

it('a bucket is named as people say it', () => {
  expect(bucketName({ from: local(11, 2, 14), to: local(11, 2, 15) })).toBe('Mon 11-02 14:00')
  expect(bucketName({ from: local(11, 2), to: local(11, 3) })).toBe('Mon 11-02')
  expect(bucketName({ from: local(11, 2), to: local(11, 9) })).toBe('Mon 11-02 to 11-08')
})
