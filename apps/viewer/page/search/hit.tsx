import type { SearchRow } from '../../src/queries/search.ts'
import { kindOf } from '../session/entries.ts'
import { decisionWord, KIND_LABELS, shortName } from '../session/labels.ts'
import { sessionPath, tracePath } from '../shell/router.ts'
import { duration, when } from '../text/quantities.ts'
import { Line, Part, type TextField } from '../text/text.tsx'

/**
 * An event or a span that was found, with the text around the first hit.
 * @param id the beginning of its session's id, where another one has its title
 */
export function Hit({ row, id, now }: { row: SearchRow; id: string | undefined; now: number }) {
  const { conversation_id, time_ms, title } = row
  const path = pathOf(row)
  const isTrouble = row.error_message !== null && row.declined === 0
  return (
    <li class={isTrouble ? 'hit trouble' : 'hit'}>
      <div class="hit-head">
        <time class="muted">{when(time_ms, now)}</time>
        {path === undefined ? (
          <span class="hit-link">{nameOf(row)}</span>
        ) : (
          <a class="hit-link" href={path}>
            {nameOf(row)}
          </a>
        )}
        <span class="hit-facts">
          <Facts row={row} />
        </span>
        <span class="hit-session muted">
          <span>
            {title === null ? (
              <Line value={conversation_id ?? 'of no session'} field="error" />
            ) : (
              <Line value={title} field="prompt" />
            )}
          </span>
          {title === null || id === undefined ? null : (
            <span class="id">
              {'\u00a0'}· <Line value={id} field="error" />
            </span>
          )}
        </span>
      </div>
      {row.parts.length > 0 ? (
        <p class="snippet">
          {row.field === row.role ? null : <span class="field muted">{row.field} </span>}
          <Snippet row={row} />
        </p>
      ) : row.error_message === null ? null : (
        <p class="snippet">
          <Line value={row.error_message} field="error" />
        </p>
      )}
    </li>
  )
}

/** Where it is shown; `undefined` for an event of no session. */
function pathOf({ event_id, conversation_id, trace_id, span_id }: SearchRow): string | undefined {
  if (trace_id !== null) return `${tracePath(trace_id)}?span=${span_id}`
  return conversation_id === null ? undefined : sessionPath(conversation_id, event_id)
}

/** As in its session. */
function nameOf(row: SearchRow): string {
  const kind = kindOf(row)
  return kind === 'note' ? shortName(row) : KIND_LABELS[kind].word
}

function Facts({ row }: { row: SearchRow }) {
  const { tool_name, model, status, success, duration_ms, decision, declined, role } = row
  return (
    <>
      {tool_name === null ? null : <code>{tool_name}</code>}
      {decision === null ? null : <span>{decisionWord(decision)}</span>}
      {declined === 1 ? <span>not run</span> : success === 0 ? <span class="bad">failed</span> : null}
      {status === null ? null : <span class={status >= 400 ? 'bad' : undefined}>{status}</span>}
      {duration_ms === null || role === 'response' || role === 'stream' ? null : <span>{duration(duration_ms)}</span>}
      {model === null || tool_name !== null ? null : <span class="muted">{model}</span>}
    </>
  )
}

/** Every second part is a hit. */
function Snippet({ row: { parts, field } }: { row: SearchRow }) {
  const shownAs = (field ?? 'output') as TextField
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <mark key={index}>
            <Part value={part} field={shownAs} />
          </mark>
        ) : (
          <Part key={index} value={part} field={shownAs} />
        ),
      )}
    </>
  )
}
