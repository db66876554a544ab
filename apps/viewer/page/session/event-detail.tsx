import { useEffect, useRef } from 'preact/hooks'
import type { RecordRow } from '../../src/queries/record.ts'
import type { TimelineRow } from '../../src/queries/timeline.ts'
import { useAnswer } from '../api/use-answer.ts'
import { CopyButton } from '../shell/copy-button.tsx'
import { sessionPath, tracePath } from '../shell/router.ts'
import { Details } from '../shell/shown.tsx'
import { FactsList } from '../text/facts-list.tsx'
import { amount, duration, exactClock } from '../text/quantities.ts'
import { Block, Line } from '../text/text.tsx'
import { filter, searchPath } from '../trends/links.ts'
import { type Entry, hasNoResponse, isOverWebsocket, kindOf, responseTime } from './entries.ts'
import { RecordTexts } from './entry-texts.tsx'
import { decisionText, KIND_LABELS, outcomeOf, shortName } from './labels.ts'
import { attributesOf } from './otlp.ts'

interface EventDetailProps {
  session: string
  agent: string
  event: number
  /** Its entry, where it is one of those that are shown. */
  entry: Entry | undefined
  rows: readonly TimelineRow[]
  onClose(): void
}

/** Everything that is known of one event. */
export function EventDetail({ session, agent, event, entry, rows, onClose }: EventDetailProps) {
  const { rows: records, error } = useAnswer('record', { event })
  const heading = useRef<HTMLHeadingElement>(null)
  // Another event is another text, to be read from its beginning.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [event])
  const record = records?.[0]
  const row = rows.find(({ event_id }) => event_id === event)
  return (
    <section class="detail" aria-label="The event">
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {row && kindOf(row) !== 'note' ? <span>{KIND_LABELS[kindOf(row)].word} </span> : null}
          {record ? (
            <span class="event-name">
              <Line value={record.event_name ?? 'record'} field="error" />
            </span>
          ) : row ? (
            shortName(row)
          ) : (
            `event ${event}`
          )}
        </h2>
        <CopyButton text={() => window.location.href} label="copy link" />
        <button type="button" onClick={onClose}>
          close
        </button>
      </header>
      {error !== undefined ? <p class="bad">{error}</p> : null}
      {records?.length === 0 ? <p>This event is no longer stored.</p> : null}
      {record && record.conversation_id !== session ? <OfAnother record={record} /> : null}
      {row ? <Facts row={row} entry={entry} /> : null}
      {entry && hasNoResponse(entry) ? <NoResponse /> : null}
      {row ? <SameCall row={row} rows={rows} session={session} /> : null}
      {record ? (
        <>
          {record.trace_id === null ? null : (
            <p>
              <a href={tracePath(record.trace_id)}>trace of this turn</a>
            </p>
          )}
          <RecordTexts record={record} agent={agent} />
          <Attributes record={record} />
          <Raw record={record} />
        </>
      ) : null}
    </section>
  )
}

const OfAnother = ({ record }: { record: RecordRow }) =>
  record.conversation_id === null ? (
    <p>This event belongs to no session.</p>
  ) : (
    <p>
      This event is of <a href={sessionPath(record.conversation_id, record.event_id)}>another session</a>.
    </p>
  )

function Facts({ row, entry }: { row: TimelineRow; entry: Entry | undefined }) {
  const facts: [string, string | undefined | null | false][] = [
    ['when', exactClock(row.time_ms)],
    ['HTTP status', row.status !== null && String(row.status)],
    ['attempt', row.attempt !== null && String(row.attempt)],
    ['decision', row.decision !== null && decisionText(row)],
    ['waited', row.wait_ms !== null && duration(row.wait_ms)],
    ['took', row.duration_ms !== null && duration(row.duration_ms)],
    ['outcome', entry?.kind === 'tool' && row.success === 0 && outcomeOf(entry, undefined).text],
  ]
  if (entry?.again !== undefined) facts.push(['tried again after', duration(entry.again - entry.to)])
  if (entry?.kind === 'response') {
    facts.push(
      entry.request && isOverWebsocket(entry.request)
        ? ['sent over a WebSocket in', duration(entry.request.duration_ms)]
        : ['request to headers', duration(entry.request?.duration_ms)],
      ['first token', duration(row.ttft_ms)],
      ['request to end', duration(responseTime(entry))],
      ['input tokens', amount(row.input_tokens)],
      ['of them cached', amount(row.cached_tokens)],
      ['written to cache', amount(row.cache_write_tokens)],
      ['output tokens', amount(row.output_tokens)],
      ['of them reasoning', amount(row.reasoning_tokens)],
    )
  }
  return <FactsList facts={facts} />
}

const NoResponse = () => (
  <p>
    No response to this request is reported. Agents report one at its end, with its token counts: this one goes on, it
    failed, or it has no counts, like the one to a request that only prepares a WebSocket.
  </p>
)

/** The other events of one tool call, here and in sessions that go on from this one. */
function SameCall({ row, rows, session }: { row: TimelineRow; rows: readonly TimelineRow[]; session: string }) {
  const { call_id: call } = row
  if (call === null) return null
  const others = rows.filter(({ call_id, event_id }) => call_id === call && event_id !== row.event_id)
  return (
    <p>
      of the same call:{' '}
      {others.map(other => (
        <span key={other.event_id}>
          <a href={sessionPath(session, other.event_id)}>{other.role === 'tool' ? 'its result' : 'the decision'}</a>,{' '}
        </span>
      ))}
      <a href={searchPath(filter('call', call))}>everything in all sessions</a>
    </p>
  )
}

function Attributes({ record }: { record: RecordRow }) {
  const groups = attributesOf(record.otlp)
  return (
    <Details name="attributes" summary="Attributes">
      {groups.map(({ name, attributes }) => (
        <table key={name} class="attributes">
          <caption>{name}</caption>
          <tbody>
            {attributes.map(({ key, value }) => (
              <tr key={key}>
                <th scope="row" class="mono">
                  <Line value={key} field="error" />
                </th>
                <td class="mono">
                  <Line value={value} field="error" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </Details>
  )
}

function Raw({ record }: { record: RecordRow }) {
  const text = JSON.stringify(record.otlp, undefined, 2)
  return (
    <Details name="raw" summary="Raw record">
      <CopyButton text={text} />
      <Block value={text} field="error" />
    </Details>
  )
}
