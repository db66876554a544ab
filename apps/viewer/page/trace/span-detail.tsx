import { useEffect, useRef } from 'preact/hooks'
import type { PlainAttributes, SpanRecordRow } from '../../src/queries/span-record.ts'
import type { TraceRow } from '../../src/queries/traces.ts'
import { useAnswer } from '../api/use-answer.ts'
import { CopyButton } from '../shell/copy-button.tsx'
import { tracePath } from '../shell/router.ts'
import { Details } from '../shell/shown.tsx'
import { FactsList } from '../text/facts-list.tsx'
import { amount, exactClock } from '../text/quantities.ts'
import { Block, Line } from '../text/text.tsx'
import { between, filter, searchPath } from '../trends/links.ts'
import { fineDuration } from './fine-duration.ts'
import { NOT_RUN, notRunText, PART_NAMES, partOf } from './kinds.ts'
import type { SpanNode } from './tree.ts'

interface SpanDetailProps {
  node: SpanNode
  trace: TraceRow
  onClose(): void
  onZoom(): void
}

/** Everything that is known of one span. */
export function SpanDetail({ node, trace, onClose, onZoom }: SpanDetailProps) {
  const { span } = node
  const { rows, error } = useAnswer('spanRecord', { span: span.id })
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  const record = rows?.[0]
  const end = span.start_ms + span.duration_ms
  const facts: [name: string, value: string | undefined | false][] = [
    ['what', PART_NAMES[partOf(span)].word],
    [
      'began',
      `${exactClock(span.start_ms)}, ${fineDuration(Math.max(0, span.start_ms - trace.start_ms))} after the trace`,
    ],
    ['took', fineDuration(span.duration_ms)],
    ['status', span.status === NOT_RUN ? notRunText(span) : ['unset', 'ok', 'error'][span.status]],
    ['kind', span.kind ?? undefined],
    ['model', span.model ?? undefined],
    ['tool', span.tool_name ?? undefined],
    ['input tokens', span.input_tokens !== null && amount(span.input_tokens)],
    ['output tokens', span.output_tokens !== null && amount(span.output_tokens)],
    ['internal below it', node.folded > 0 && String(node.folded)],
  ]
  return (
    <aside class="detail" aria-label="The span">
      <header>
        <h2 ref={heading} tabIndex={-1}>
          <Line value={span.name} field="error" />
        </h2>
        <CopyButton text={() => window.location.href} label="copy link" />
        <button type="button" onClick={onZoom}>
          zoom to it
        </button>
        <button type="button" onClick={onClose}>
          close
        </button>
      </header>
      <FactsList facts={facts} />
      {trace.conversation_id === null ? null : (
        <p>
          <a
            href={searchPath(
              filter('session', trace.conversation_id),
              between({ from: Math.floor(span.start_ms), to: Math.ceil(end) + 1 }),
            )}
          >
            what the session logged meanwhile
          </a>
        </p>
      )}
      {error === undefined ? null : <p class="bad">{error}</p>}
      {rows?.length === 0 ? <p>This span is no longer stored.</p> : null}
      {record ? <Record record={record} /> : null}
    </aside>
  )
}

function Record({ record }: { record: SpanRecordRow }) {
  const { status_message, attributes, events, links, resource, scope } = record
  return (
    <>
      {status_message === '' ? null : <Block value={status_message} field="error" />}
      <Attributes name="Attributes" attributes={attributes} dropped={record.dropped_attributes} />
      {events.length > 0 || record.dropped_events > 0 ? (
        <section>
          <h3>Events{record.dropped_events > 0 ? `, and ${record.dropped_events} that the agent left out` : ''}</h3>
          <ol class="span-events">
            {events.map((event, index) => (
              <li key={index}>
                <span class="number">{fineDuration(Math.max(0, event.time_ms - record.start_ms))}</span>{' '}
                <strong>
                  <Line value={event.name} field="error" />
                </strong>
                <Attributes attributes={event.attributes} />
              </li>
            ))}
          </ol>
        </section>
      ) : null}
      {links.length > 0 ? (
        <section>
          <h3>Links</h3>
          <ul>
            {links.map(({ trace_id, span_id }, index) => (
              <li key={index}>
                <a href={`${tracePath(trace_id)}?span=${span_id}`}>
                  trace <code>{trace_id}</code>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <Details name="resource" summary="Resource and scope">
        <p class="muted">
          <Line value={scope || 'a scope without a name'} field="error" />
        </p>
        <Attributes attributes={resource} />
      </Details>
    </>
  )
}

interface AttributesProps {
  name?: string
  attributes: PlainAttributes
  dropped?: number
}

function Attributes({ name, attributes, dropped = 0 }: AttributesProps) {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0 && dropped === 0) return null
  return (
    <table class="attributes">
      {name === undefined ? null : (
        <caption>
          {name}
          {dropped > 0 ? `, and ${dropped} that the agent left out` : ''}
        </caption>
      )}
      <tbody>
        {entries.map(([key, value]) => (
          <tr key={key}>
            <th scope="row" class="mono">
              <Line value={key} field="error" />
            </th>
            <td class="mono">
              <Value value={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const LONG = 200

function Value({ value }: { value: unknown }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONG || text.includes('\n') ? (
    <Block value={text} field="output" />
  ) : (
    <Line value={text} field="output" />
  )
}
