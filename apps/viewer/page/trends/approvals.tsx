import type { ApprovalsRow } from '../../src/queries/approvals.ts'
import type { Scope } from '../../src/queries/dialect.ts'
import type { Answer } from '../api/use-answer.ts'
import { Card } from '../charts/card.tsx'
import { type Column, numbers, rare, TableHead } from '../charts/table-head.tsx'
import { amount, duration } from '../text/quantities.ts'
import { groupApprovals } from './group-approvals.ts'
import { filter, inScope, searchPath } from './links.ts'
import { sum } from './tokens.ts'

const COLUMNS: readonly Column[] = [
  'decision',
  'by',
  ...numbers('times', 'waited'),
  rare('longest'),
  { name: 'share', class: 'grows', hidden: true },
]

/** Decisions on tool calls by what was decided and by whom, and how long the agent waited for a person. */
export function Approvals({ scope, answer }: { scope: Scope; answer: Answer<ApprovalsRow[]> }) {
  const groups = groupApprovals(answer.rows ?? [])
  const most = Math.max(1, ...groups.map(({ decisions }) => decisions))
  const waited = sum(groups, group => group.wait_ms ?? 0)
  const own = inScope(scope)
  return (
    <Card
      title="Approvals"
      note={waited > 0 ? `people were waited for ${duration(waited)} in all` : undefined}
      question={{ name: 'approvals', values: { ...scope } }}
      error={answer.error}
    >
      {groups.length === 0 ? (
        <p class="empty">{answer.rows ? 'Nothing had to be decided.' : 'Adding up …'}</p>
      ) : (
        <div class="scrolls-x">
          <table class="data">
            <TableHead columns={COLUMNS} />
            <tbody>
              {groups.map(({ decision, source, decisions, wait_ms, longest_wait_ms }) => (
                <tr key={`${decision} ${source}`}>
                  <th scope="row">
                    <a
                      href={searchPath(
                        filter('decision', decision),
                        source === null ? '' : filter('source', source),
                        own,
                      )}
                    >
                      {decision}
                    </a>
                  </th>
                  <td>{source ?? '-'}</td>
                  <td class="number">{amount(decisions)}</td>
                  <td class="number">{duration(wait_ms)}</td>
                  <td class="number rare">{duration(longest_wait_ms)}</td>
                  <td class="grows">
                    <span class="track" aria-hidden="true">
                      <span class="c-5" style={{ left: 0, width: `${(100 * decisions) / most}%` }} />
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}
