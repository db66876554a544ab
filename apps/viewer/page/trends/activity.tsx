import type { Scope } from '../../src/queries/dialect.ts'
import type { HoursRow } from '../../src/queries/hours.ts'
import type { Bucket } from '../charts/buckets.ts'
import { Card } from '../charts/card.tsx'
import { byWeekday, heatTable, WeekHeat } from '../charts/heat.tsx'
import { inScope, searchPath } from './links.ts'

/** When in the week requests are made. */
export function Activity({ scope, rows }: { scope: Scope; rows: readonly HoursRow[] }) {
  const week = byWeekday(rows, ({ requests }) => requests)
  const hrefOf = (hour: Bucket): string => searchPath('is:request', inScope({ ...scope, ...hour }))
  return (
    <Card
      title="The week"
      note="requests by weekday and hour here"
      question={{ name: 'hours', values: { ...scope } }}
      table={() => heatTable(week, hrefOf)}
    >
      <WeekHeat week={week} noun="requests" hrefOf={hrefOf} />
    </Card>
  )
}
