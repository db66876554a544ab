import type { Scope } from '../../src/queries/dialect.ts'
import type { ToolsRow } from '../../src/queries/tools.ts'
import type { Answer } from '../api/use-answer.ts'
import { Card } from '../charts/card.tsx'
import { Spread } from '../charts/spread.tsx'
import { type Column, numbers, rare, TableHead } from '../charts/table-head.tsx'
import { amount, duration } from '../text/quantities.ts'
import { filter, inScope, searchPath } from './links.ts'
import { percentOf } from './summary.tsx'

const COLUMNS: readonly Column[] = [
  'tool',
  ...numbers('calls', 'failed'),
  rare('not run'),
  rare('succeeded'),
  ...numbers('p50', 'p95'),
  { name: 'p50 to p99, on a scale of powers', class: 'grows', hidden: true },
]

/** Tool calls: how many of those that ran succeeded, and how long they took. */
export function Tools({ scope, answer }: { scope: Scope; answer: Answer<ToolsRow[]> }) {
  const rows = answer.rows ?? []
  const all = rows.flatMap(({ duration_ms }) => duration_ms.filter(value => value !== null))
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const own = inScope(scope)
  return (
    <Card title="Tools" wide question={{ name: 'tools', values: { ...scope } }} error={answer.error}>
      {rows.length === 0 ? (
        <p class="empty">{answer.rows ? 'No tool was called.' : 'Adding up …'}</p>
      ) : (
        <div class="scrolls-x">
          <table class="data">
            <TableHead columns={COLUMNS} />
            <tbody>
              {rows.map(({ tool_name, calls, failed, declined, succeeded, duration_ms }) => {
                const tool = filter('tool', tool_name)
                const [half, most] = duration_ms
                return (
                  <tr key={tool_name}>
                    <th scope="row">
                      <a href={searchPath(tool, own)}>{tool_name}</a>
                    </th>
                    <td class="number">{amount(calls)}</td>
                    <td class="number">
                      {failed === 0 ? '0' : <a href={searchPath(tool, 'is:failed', own)}>{amount(failed)}</a>}
                    </td>
                    <td class="number rare" title="declined by a person or the configuration">
                      {amount(declined)}
                    </td>
                    <td class="number rare">{calls === declined ? '-' : percentOf(succeeded / (calls - declined))}</td>
                    <td class="number">{duration(half)}</td>
                    <td class="number">
                      {typeof most === 'number' ? (
                        <a class="quiet" href={searchPath(tool, `slower:${Math.floor(most)}ms`, own)}>
                          {duration(most)}
                        </a>
                      ) : (
                        '-'
                      )}
                    </td>
                    <td class="grows">
                      <Spread quantiles={duration_ms} low={low} high={high} />
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}
