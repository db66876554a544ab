import type { Scope } from '../../src/queries/dialect.ts'
import type { HoursRow } from '../../src/queries/hours.ts'
import { Card } from '../charts/card.tsx'
import { byWeekday, heatTable, WeekHeat } from '../charts/heat.tsx'

/** When in the week requests are made. */
export function Activity({ scope, rows }: { scope: Scope; rows: readonly HoursRow[] }) {
  const sums = byWeekday(rows, ({ requests }) => requests)
  return (
    <Card
      title="The week"
      note="requests by weekday and hour here"
      question={{ name: 'hours', values: { ...scope } }}
      table={() => heatTable(sums)}
    >
      <WeekHeat sums={sums} noun="requests" />
    </Card>
  )
}
