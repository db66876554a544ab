import type { Bucket } from './buckets.ts'

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const SIZE = 10

const HOUR_MS = 3_600_000

/** What was in an hour of the week. */
export interface HeatCell {
  sum: number
  /** The one hour that has all of it; `undefined` where it is of several weeks, or nothing. */
  hour: Bucket | undefined
}

/** Adds up values of rows by weekday, from Monday on, and hour of the day here. */
export function byWeekday<T extends { hour_ms: number }>(
  rows: readonly T[],
  amountOf: (row: T) => number,
): HeatCell[][] {
  const week = DAYS.map(() => HOURS.map((): HeatCell => ({ sum: 0, hour: undefined })))
  for (const row of rows) {
    const amount = amountOf(row)
    const date = new Date(row.hour_ms)
    const cell = week[(date.getDay() + 6) % 7]?.[date.getHours()]
    if (!cell || amount === 0) continue
    cell.hour = cell.sum === 0 ? { from: row.hour_ms, to: row.hour_ms + HOUR_MS } : undefined
    cell.sum += amount
  }
  return week
}

const hourName = (hour: number): string => String(hour).padStart(2, '0')

interface WeekHeatProps {
  week: readonly (readonly HeatCell[])[]
  /** What is counted. */
  noun: string
  /** What is behind an hour. */
  hrefOf(hour: Bucket): string
}

/** A week by its hours: the more, the stronger the colour. An hour is a link to what is behind it; a table beside it has the same to be read. */
export function WeekHeat({ week, noun, hrefOf }: WeekHeatProps) {
  const most = Math.max(1, ...week.flatMap(cells => cells.map(({ sum }) => sum)))
  return (
    <div class="heat" aria-hidden="true">
      <div class="heat-days">
        {DAYS.map(day => (
          <span key={day}>{day}</span>
        ))}
      </div>
      <svg viewBox={`0 0 ${24 * SIZE} ${7 * SIZE}`} preserveAspectRatio="none" aria-hidden="true">
        {week.map((cells, day) =>
          cells.map(({ sum, hour: only }, hour) => {
            const rect = (
              <rect
                key={`${day} ${hour}`}
                class="cell"
                x={hour * SIZE + 0.5}
                y={day * SIZE + 0.5}
                width={SIZE - 1}
                height={SIZE - 1}
                fill-opacity={sum === 0 ? 0.06 : 0.2 + 0.8 * Math.sqrt(sum / most)}
              >
                <title>{`${DAYS[day]} ${hourName(hour)}:00, ${sum} ${noun}`}</title>
              </rect>
            )
            return only === undefined ? (
              rect
            ) : (
              <a key={`${day} ${hour}`} href={hrefOf(only)} tabindex={-1}>
                {rect}
              </a>
            )
          }),
        )}
      </svg>
      <div class="heat-hours">
        {[0, 6, 12, 18].map(hour => (
          <span key={hour}>{hourName(hour)}:00</span>
        ))}
      </div>
    </div>
  )
}

/** The same as a table. */
export const heatTable = (week: readonly (readonly HeatCell[])[], hrefOf: (hour: Bucket) => string) => ({
  head: ['day', ...HOURS.map(hourName)],
  rows: week.map((cells, day) => [
    DAYS[day] ?? '',
    ...cells.map(({ sum, hour }) => (hour === undefined ? sum : { text: String(sum), href: hrefOf(hour) })),
  ]),
})
