import type { RowProps } from '../list/windowed-list.tsx'
import { declinedBy } from '../text/declined.ts'
import { Part } from '../text/text.tsx'
import { oneLine } from '../text/visible.ts'
import { fineDuration } from './fine-duration.ts'
import { NOT_RUN, PART_NAMES, partOf } from './kinds.ts'
import { placeOf, type Range } from './range.ts'
import type { TraceRow } from './rows.ts'

interface SpanLineProps {
  row: TraceRow
  props: RowProps
  range: Range
  isChosen: boolean
  onUse(): void
  onToggle(): void
  /** @returns whether the key did something */
  onArrow(key: string): boolean
}

/** Deeper spans are indented no further. */
const MAX_INDENT = 16
const INDENT_REM = 0.85
const NAME_LENGTH = 120

/** One line of the waterfall: the arrows open and close it, Enter shows the span. */
export function SpanLine({ row, props, range, isChosen, onUse, onToggle, onArrow }: SpanLineProps) {
  const { node, depth, kind, hasMore, isOpen } = row
  const isFolded = kind === 'folded'
  const classes = [
    'span-line',
    isFolded ? 'folded' : '',
    isChosen ? 'open' : '',
    node.span.status === 2 && !isFolded ? 'trouble' : '',
  ]
  return (
    <div
      {...props}
      role="row"
      aria-level={depth + 1}
      aria-expanded={hasMore ? isOpen : undefined}
      aria-selected={isChosen}
      class={classes.filter(Boolean).join(' ')}
      onClick={onUse}
      onKeyDown={event => {
        if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
        if (event.key === 'Enter') onUse()
        else if (!onArrow(event.key)) return
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      <span
        role="gridcell"
        class="span-name"
        style={{ paddingInlineStart: `${Math.min(depth, MAX_INDENT) * INDENT_REM}rem` }}
      >
        <button
          type="button"
          tabIndex={-1}
          class="fold"
          aria-hidden="true"
          disabled={!hasMore}
          onClick={event => {
            event.stopPropagation()
            onToggle()
          }}
        >
          {hasMore ? (isOpen ? '▾' : '▸') : ''}
        </button>
        {isFolded ? (
          <span class="muted">
            unfold {node.folded} internal span{node.folded === 1 ? '' : 's'}
          </span>
        ) : (
          <Name row={row} />
        )}
      </span>
      <span role="gridcell" class="number">
        {isFolded ? '' : fineDuration(node.span.duration_ms)}
      </span>
      <span role="gridcell" class="track-cell">
        {isFolded ? null : <Bar row={row} range={range} />}
      </span>
    </div>
  )
}

function Name({ row: { node, depth } }: { row: TraceRow }) {
  const { span, oddity } = node
  const part = partOf(span)
  const { mark, word } = PART_NAMES[part]
  return (
    <span class={node.isKnown ? 'name' : 'name internal'}>
      <span class={`mark-${part}`} title={word} aria-hidden="true">
        {mark}
      </span>
      <span class="text">
        <Part value={oneLine(span.name, NAME_LENGTH)} field="error" />
      </span>
      {span.status === 2 ? <span class="bad">failed</span> : null}
      {span.status === NOT_RUN ? (
        <span class="muted">
          not run<span class="by">, {declinedBy(span.declined_by)}</span>
        </span>
      ) : null}
      {oddity === 'orphan' ? <span class="chip">its parent is missing</span> : null}
      {oddity === 'before its parent' ? <span class="chip">began before its parent</span> : null}
      {depth > MAX_INDENT ? <span class="chip">{depth} deep</span> : null}
    </span>
  )
}

function Bar({ row: { node }, range }: { row: TraceRow; range: Range }) {
  const { left, width, outside } = placeOf(node.span, range)
  if (outside) {
    return <span class={`outside ${outside}`}>{outside === 'before' ? '◂ earlier' : 'later ▸'}</span>
  }
  return <span class={`span-bar part-${partOf(node.span)}`} style={{ left: `${left}%`, width: `${width}%` }} />
}
