/** A piece of time of a chart, in milliseconds since the epoch. */
export interface Bucket {
  from: number
  to: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Lengths that people count in. */
const LENGTHS = [HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 28 * DAY]
const MAX_BUCKETS = 96

/** Cuts a period into at most 96 pieces of one length, each from a full hour or a midnight here. */
export function bucketsOf(from: number, to: number): Bucket[] {
  const length = LENGTHS.find(candidate => (to - from) / candidate <= MAX_BUCKETS) ?? Number.POSITIVE_INFINITY
  if (!Number.isFinite(length)) return [{ from, to }]
  const buckets: Bucket[] = []
  let start = length < DAY ? startWithin(from, length) : midnightOf(from)
  while (start < to) {
    const end = length < DAY ? Math.min(start + length, nextMidnight(start, 1)) : nextMidnight(start, length / DAY)
    buckets.push({ from: start, to: end })
    start = end
  }
  return buckets
}

/** The index of the bucket with this time; -1 where none has it. */
export function bucketAt(buckets: readonly Bucket[], timeMs: number): number {
  let low = 0
  let high = buckets.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const { from, to } = buckets[middle] as Bucket
    if (timeMs < from) high = middle - 1
    else if (timeMs >= to) low = middle + 1
    else return middle
  }
  return -1
}

/** Adds up a value of rows in each bucket. */
export function sumInBuckets<T>(
  buckets: readonly Bucket[],
  rows: readonly T[],
  timeOf: (row: T) => number,
  amountOf: (row: T) => number,
): number[] {
  const sums = buckets.map(() => 0)
  for (const row of rows) {
    const index = bucketAt(buckets, timeOf(row))
    if (index >= 0) sums[index] = (sums[index] ?? 0) + amountOf(row)
  }
  return sums
}

function midnightOf(ms: number): number {
  const date = new Date(ms)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

/** A day is not always 24 hours long. */
export function nextMidnight(ms: number, days: number): number {
  const date = new Date(ms)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime()
}

const startWithin = (ms: number, length: number): number => {
  const midnight = midnightOf(ms)
  return midnight + Math.floor((ms - midnight) / length) * length
}

const pad = (value: number): string => String(value).padStart(2, '0')

/** By the number of the day in its week. */
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** `Mon 11-02 14:00`, without the time for whole days. */
export function bucketName({ from, to }: Bucket): string {
  const date = new Date(from)
  const day = `${WEEKDAYS[date.getDay()]} ${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  if (to - from > DAY + HOUR) {
    const last = new Date(to - 1)
    return `${day} to ${pad(last.getMonth() + 1)}-${pad(last.getDate())}`
  }
  return to - from >= DAY - HOUR ? day : `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}`
}
