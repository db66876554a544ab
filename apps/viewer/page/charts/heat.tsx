const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const SIZE = 10

/** Adds up values of rows by weekday, from Monday on, and hour of the day here. */
export function byWeekday<T extends { hour_ms: number }>(rows: readonly T[], amountOf: (row: T) => number): number[][] {
  const sums = DAYS.map(() => HOURS.map(() => 0))
  for (const row of rows) {
    const date = new Date(row.hour_ms)
    const day = sums[(date.getDay() + 6) % 7] as number[]
    day[date.getHours()] = (day[date.getHours()] ?? 0) + amountOf(row)
  }
  return sums
}

const hourName = (hour: number): string => String(hour).padStart(2, '0')

interface WeekHeatProps {
  sums: readonly (readonly number[])[]
  /** What is counted. */
  noun: string
}

/** A week by its hours: the more, the stronger the colour. */
export function WeekHeat({ sums, noun }: WeekHeatProps) {
  const most = Math.max(1, ...sums.flat())
  return (
    <div class="heat">
      <div class="heat-days" aria-hidden="true">
        {DAYS.map(day => (
          <span key={day}>{day}</span>
        ))}
      </div>
      <svg
        viewBox={`0 0 ${24 * SIZE} ${7 * SIZE}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${noun} by weekday and hour; the table has the numbers`}
      >
        {sums.map((row, day) =>
          row.map((sum, hour) => (
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
          )),
        )}
      </svg>
      <div class="heat-hours" aria-hidden="true">
        {[0, 6, 12, 18].map(hour => (
          <span key={hour}>{hourName(hour)}:00</span>
        ))}
      </div>
    </div>
  )
}

/** The same as a table. */
export const heatTable = (sums: readonly (readonly number[])[]) => ({
  head: ['day', ...HOURS.map(hourName)],
  rows: sums.map((row, day) => [DAYS[day] ?? '', ...row]),
})
