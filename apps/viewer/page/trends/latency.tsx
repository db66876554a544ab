import type { Scope } from '../../src/queries/dialect.ts'
import type { FirstTokenRow } from '../../src/queries/first-token.ts'
import type { LatencyRow } from '../../src/queries/latency.ts'
import type { QueryName } from '../../src/queries/queries.ts'
import type { ResponsesRow } from '../../src/queries/responses.ts'
import type { Answer } from '../api/use-answer.ts'
import { Card } from '../charts/card.tsx'
import { CopyQuery } from '../charts/copy-query.tsx'
import { Spread } from '../charts/spread.tsx'
import { type Column, numbers, rare, TableHead } from '../charts/table-head.tsx'
import { amount, duration } from '../text/quantities.ts'
import { inScope, searchPath } from './links.ts'

const COLUMNS: readonly Column[] = [
  'model',
  'to the',
  rare('requests'),
  ...numbers('p50', 'p95'),
  rare('p99'),
  { name: 'p50 to p99, on a scale of powers', class: 'grows', hidden: true },
]

interface LatencyProps {
  scope: Scope
  headers: Answer<LatencyRow[]>
  firstToken: Answer<FirstTokenRow[]>
  responses: Answer<ResponsesRow[]>
}

interface Line {
  model: string | null
  what: string
  count: number
  quantiles: readonly (number | null)[]
  /** Finds what took longer than a quantile, or all of it where no event has the time by itself. */
  wordsAt(quantile: number): string
}

const QUESTIONS: readonly (readonly [QueryName, string])[] = [
  ['latency', 'headers'],
  ['firstToken', 'first token'],
  ['responses', 'response'],
]

/** How long the model took to the headers, to the first token and to the end of its response. */
export function Latency({ scope, headers, firstToken, responses }: LatencyProps) {
  const lines = linesOf(headers.rows, firstToken.rows, responses.rows)
  const all = lines.flatMap(({ quantiles }) => quantiles.filter(value => value !== null))
  const [low, high] = [Math.min(...all), Math.max(...all)]
  return (
    <Card
      title="Waiting for the model"
      note="of requests that succeeded half, 95 % and 99 % took at most this long: from the request on, to the first token as its agent says"
      wide
      error={headers.error ?? firstToken.error ?? responses.error}
    >
      {lines.length === 0 ? (
        <p class="empty">{responses.rows ? 'No request was answered.' : 'Adding up …'}</p>
      ) : (
        <div class="scrolls-x">
          <table class="data">
            <TableHead columns={COLUMNS} />
            <tbody>
              {lines.map(({ model, what, count, quantiles, wordsAt }, index) => (
                <tr key={`${model} ${what}`} class={lines[index - 1]?.model === model ? undefined : 'group'}>
                  <th scope="row">{lines[index - 1]?.model === model ? <span class="hidden">{model}</span> : model}</th>
                  <td>{what}</td>
                  <td class="number rare">{amount(count)}</td>
                  {quantiles.map((value, place) => (
                    <td key={place} class={place === 2 ? 'number rare' : 'number'}>
                      {value === null ? (
                        '-'
                      ) : (
                        <a class="quiet" href={searchPath(wordsAt(value), inScope({ ...scope, model: model ?? '' }))}>
                          {duration(value)}
                        </a>
                      )}
                    </td>
                  ))}
                  <td class="grows">
                    <Spread quantiles={quantiles} low={low} high={high} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="muted queries">
        {QUESTIONS.map(([name, what]) => (
          <span key={name}>
            {what}: <CopyQuery name={name} values={{ ...scope }} />
          </span>
        ))}
      </p>
    </Card>
  )
}

function linesOf(
  headers: readonly LatencyRow[] = [],
  firstToken: readonly FirstTokenRow[] = [],
  responses: readonly ResponsesRow[] = [],
): Line[] {
  const models = [...new Set([...headers, ...firstToken, ...responses].map(({ model }) => model))]
  return models.flatMap(model => {
    const lines: Line[] = []
    const own = <T extends { model: string | null }>(rows: readonly T[]): T | undefined =>
      rows.find(row => row.model === model)
    const [asked, began, ended] = [own(headers), own(firstToken), own(responses)]
    if (asked?.headers_ms.some(value => value !== null)) {
      const wordsAt = (quantile: number): string => `is:request slower:${Math.floor(quantile)}ms`
      lines.push({ model, what: 'headers', count: asked.requests, quantiles: asked.headers_ms, wordsAt })
    }
    const wordsAt = (): string => 'is:response'
    if (began) lines.push({ model, what: 'first token', count: began.responses, quantiles: began.ttft_ms, wordsAt })
    if (ended) lines.push({ model, what: 'end', count: ended.responses, quantiles: ended.response_ms, wordsAt })
    return lines
  })
}
