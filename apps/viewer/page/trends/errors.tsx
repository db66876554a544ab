import type { Scope } from '../../src/queries/dialect.ts'
import type { ErrorGroupRow } from '../../src/queries/error-groups.ts'
import type { Answer } from '../api/use-answer.ts'
import { Card } from '../charts/card.tsx'
import { type Column, numbers, TableHead } from '../charts/table-head.tsx'
import { amount, when } from '../text/quantities.ts'
import { Line } from '../text/text.tsx'
import { inScope, searchPath, wordsOf } from './links.ts'

const COLUMNS: readonly Column[] = ['text', ...numbers('times', 'sessions', 'last')]

/** The most frequent errors, each run of digits in them as `#`. */
export function Errors({ scope, answer, now }: { scope: Scope; answer: Answer<ErrorGroupRow[]>; now: number }) {
  const rows = answer.rows ?? []
  return (
    <Card
      title="Errors"
      note="of one text but for its digits"
      question={{ name: 'errorGroups', values: { ...scope, limit: 20 } }}
      error={answer.error}
    >
      {rows.length === 0 ? (
        <p class="empty">{answer.rows ? 'No error.' : 'Adding up …'}</p>
      ) : (
        <div class="scrolls-x">
          <table class="data errors">
            <TableHead columns={COLUMNS} />
            <tbody>
              {rows.map(({ folded, errors, sessions, last_ms }) => (
                <tr key={folded}>
                  <th scope="row">
                    <a href={searchPath('is:error', wordsOf(folded), inScope(scope))}>
                      <Line value={folded} field="error" />
                    </a>
                  </th>
                  <td class="number">{amount(errors)}</td>
                  <td class="number">{amount(sessions)}</td>
                  <td class="number">{when(last_ms, now)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}
