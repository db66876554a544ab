import type { ComponentChildren } from 'preact'
import type { TimelineRow } from '../../src/queries/timeline.ts'
import { textsOf } from '../api/use-texts.ts'
import { RowBox } from '../list/row-box.tsx'
import type { RowProps } from '../list/windowed-list.tsx'
import { useNow } from '../shell/use-now.ts'
import { amount, clock, duration, stopwatch } from '../text/quantities.ts'
import { Line } from '../text/text.tsx'
import { argumentsLine, type Entry, exitCode, hasNoResponse, isOverWebsocket, responseTime } from './entries.ts'
import { EntryTexts } from './entry-texts.tsx'
import { decisionText, KIND_LABELS, outcomeOf, shortName, tokensText } from './labels.ts'
import { StreamParts } from './stream-parts.tsx'

interface EntryRowProps {
  entry: Entry
  session: string
  agent: string
  props: RowProps
  /** Whether its address is the one that is shown. */
  isOpen: boolean
  isExpanded: boolean
  onOpen(): void
  onExpand(): void
}

/** One entry of a session in a row. */
export function EntryRow({ entry, session, agent, props, isOpen, isExpanded, onOpen, onExpand }: EntryRowProps) {
  const { mark, word } = KIND_LABELS[entry.kind]
  const look = entry.trouble ? ' trouble' : ''
  return (
    <RowBox props={props} class={`entry kind-${entry.kind}${look}${isOpen ? ' open' : ''}`} onOpen={onOpen}>
      <span role="gridcell" class="more">
        {canExpand(entry) ? (
          <button
            type="button"
            class="plain"
            aria-label={entry.kind === 'tool' ? 'texts' : 'parts of the stream'}
            aria-expanded={isExpanded}
            tabIndex={-1}
            onClick={onExpand}
          >
            <span aria-hidden="true">{isExpanded ? '▾' : '▸'}</span>
          </button>
        ) : null}
      </span>
      <span role="gridcell" class="time mono">
        {clock(entry.from)}
      </span>
      <span role="gridcell" class="kind">
        <span class="mark" aria-hidden="true">
          {mark}
        </span>
        {entry.kind === 'note' ? <Line value={shortName(entry.row)} field="error" /> : word}
      </span>
      <span role="gridcell" class="what">
        <What entry={entry} agent={agent} />
      </span>
      <span role="gridcell" class="figures">
        <Figures entry={entry} />
      </span>
      {isExpanded && canExpand(entry) ? (
        <div role="gridcell" class="expanded">
          {entry.kind === 'tool' ? (
            <EntryTexts event={entry.row.event_id} agent={agent} />
          ) : (
            <StreamParts session={session} from={entry.from} to={entry.to} />
          )}
        </div>
      ) : null}
    </RowBox>
  )
}

/** Whether there is more of an entry than its row. */
export const canExpand = ({ kind, request }: Entry): boolean =>
  kind === 'tool' || (kind === 'response' && request !== undefined)

function What({ entry, agent }: { entry: Entry; agent: string }): ComponentChildren {
  const { row } = entry
  const texts = textsOf(row.event_id)
  switch (entry.kind) {
    case 'start':
      return (
        <span class="muted">
          {row.model === null ? 'a conversation begins' : <Line value={row.model} field="error" />}
        </span>
      )
    case 'prompt':
      return texts?.prompt == null ? null : (
        <Line value={texts.prompt} field="prompt" length={texts.prompt_length} agent={agent} />
      )
    case 'request':
      return <RequestWords entry={entry} />
    case 'response':
      return <ResponseWords entry={entry} />
    case 'ask':
      return (
        <>
          <Line value={decisionText(row)} field="error" />{' '}
          {row.tool_name === null ? null : <ToolName name={row.tool_name} />}
        </>
      )
    case 'waiting':
      return 'probably for you: a call is neither decided nor ended'
    case 'tool':
      return (
        <>
          <ToolName name={row.tool_name ?? 'unknown tool'} />{' '}
          {texts?.arguments == null ? null : (
            <span class="mono arguments">
              <Line value={argumentsLine(texts.arguments)} field="arguments" agent={agent} />
            </span>
          )}
        </>
      )
    case 'error':
      return (
        <>
          {row.event_kind === null ? null : (
            <span class="muted">
              <Line value={row.event_kind} field="error" />{' '}
            </span>
          )}
          <Line value={row.error_message ?? ''} field="error" agent={agent} />
          {entry.again === undefined ? null : (
            <span class="muted"> → tried again after {duration(entry.again - entry.to)}</span>
          )}
        </>
      )
    case 'note':
      return <NoteWords row={row} />
  }
}

const ToolName = ({ name }: { name: string }) => (
  <b class="mono">
    <Line value={name} field="error" />
  </b>
)

function RequestWords({ entry }: { entry: Entry }) {
  const { row, again, to } = entry
  return (
    <>
      {isOverWebsocket(row) ? 'over a WebSocket' : row.status === null ? 'no HTTP status' : `HTTP ${row.status}`}
      {row.attempt === null ? '' : `, attempt ${row.attempt}`}
      {again === undefined ? null : <span class="muted"> → sent again after {duration(again - to)}</span>}
      {hasNoResponse(entry) ? <span class="muted"> → no response reported</span> : null}
      {row.error_message === null || row.error_message === `http ${row.status}` ? null : (
        <>
          {' '}
          <Line value={row.error_message} field="error" />
        </>
      )}
    </>
  )
}

function ResponseWords({ entry }: { entry: Entry }) {
  const { request, row } = entry
  return (
    <>
      <b>{duration(responseTime(entry))}</b>
      {request && isOverWebsocket(request) ? (
        <span class="muted">, over a WebSocket</span>
      ) : (
        <>
          <span class="muted">, headers after</span> {duration(request?.duration_ms)}
        </>
      )}
      <span class="muted">, first token</span> {duration(row.ttft_ms)}
      {request?.attempt ? <span class="warn">, attempt {request.attempt}</span> : null}
    </>
  )
}

function NoteWords({ row }: { row: TimelineRow }) {
  return (
    <span class="muted">
      {row.event_kind === null ? null : <Line value={row.event_kind} field="error" />}
      {row.tool_name === null ? null : <Line value={` ${row.tool_name}`} field="error" />}
    </span>
  )
}

function WaitingSince({ since }: { since: number }) {
  const now = useNow(1_000)
  return <span class="waited">{stopwatch(now - since)}</span>
}

function Figures({ entry }: { entry: Entry }): ComponentChildren {
  const { row, kind } = entry
  switch (kind) {
    case 'response':
      return tokensText(row) ?? <span class="muted">tokens unknown</span>
    case 'waiting':
      return <WaitingSince since={entry.to} />
    case 'ask':
      return row.wait_ms === null ? null : <span class="waited">waited {duration(row.wait_ms)}</span>
    case 'tool': {
      const output = textsOf(row.event_id)?.output
      const outcome = outcomeOf(entry, output == null ? undefined : exitCode(output))
      return (
        <>
          <span class={outcome.look}>{outcome.text}</span> <span class="duration">{duration(row.duration_ms)}</span>
        </>
      )
    }
    case 'prompt': {
      const length = textsOf(row.event_id)?.prompt_length
      return length == null ? null : <span class="muted">{amount(length)} characters</span>
    }
    case 'request':
    case 'note':
      return row.duration_ms === null ? null : <span class="duration">{duration(row.duration_ms)}</span>
    default:
      return null
  }
}
