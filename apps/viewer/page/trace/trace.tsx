import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useAnswer } from '../api/use-answer.ts'
import { type ListHandle, WindowedList } from '../list/windowed-list.tsx'
import { useKeys } from '../shell/keys.ts'
import { navigate, query, sessionPath, setQuery } from '../shell/router.ts'
import { useTitle } from '../shell/use-title.ts'
import { plainText } from '../text/visible.ts'
import { Axis } from './axis.tsx'
import { rangeOf, spanRange } from './range.ts'
import { type Folds, foldsIn, queryOf, revealing, rowsOf, type TraceRow, toggled } from './rows.ts'
import { SpanDetail } from './span-detail.tsx'
import { SpanLine } from './span-line.tsx'
import { spanRows } from './span-rows.ts'
import { TraceHead } from './trace-head.tsx'
import { type SpanNode, treeOf } from './tree.ts'

/** One trace as a waterfall, folded to what a person knows. The chosen span is in the address. */
export function Trace({ trace }: { trace: string }) {
  const { rows: traces } = useAnswer('trace', { trace })
  const { rows: answer, error } = useAnswer('spans', { trace })
  const about = traces?.[0]
  useTitle(about ? plainText(about.title ?? about.name) : `trace ${trace}`)
  const spans = useMemo(() => answer && spanRows(answer), [answer])
  const tree = useMemo(() => treeOf(spans ?? []), [spans])
  const parameters = query.value
  const folds = useMemo(
    () => foldsIn(parameters),
    ['internal', 'unfolded', 'closed'].map(name => parameters.get(name)),
  )
  const setFolds = (to: Folds): void => setQuery(queryOf(to), { replace: true })
  const [active, setActive] = useState<string>()
  const list = useRef<ListHandle>(null)
  const rows = useMemo(() => rowsOf(tree, folds), [tree, folds])
  const whole = useMemo(() => rangeOf(tree), [tree])
  const chosenId = parameters.get('span') ?? undefined
  const byId = useMemo(() => new Map(tree.nodes.map(node => [node.span.span_id, node])), [tree])
  const chosen = chosenId === undefined ? undefined : byId.get(chosenId)

  const zoomed = byId.get(parameters.get('zoom') ?? '')
  const setZoom = (node: SpanNode | undefined): void => setQuery({ zoom: node?.span.span_id })
  const zoom = useMemo(() => zoomed && spanRange(zoomed.span), [zoomed])

  // Another trace begins as all do.
  useEffect(() => setActive(undefined), [trace])
  // An address with a span shows its line, wherever it is folded away.
  const shown = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (!chosen || shown.current === chosen.span.span_id) return
    const index = rows.findIndex(({ key }) => key === chosen.span.span_id)
    if (index < 0) return setFolds(revealing(folds, chosen))
    shown.current = chosen.span.span_id
    setActive(chosen.span.span_id)
    list.current?.show(index)
  }, [chosen, rows])

  const activeIndex = Math.max(
    0,
    rows.findIndex(({ key }) => key === active),
  )
  const choose = (node: SpanNode | undefined): void => {
    shown.current = node?.span.span_id
    setQuery({ span: node?.span.span_id })
  }
  const close = (): void => {
    choose(undefined)
    list.current?.go(activeIndex)
  }
  const toggle = (row: TraceRow): void => setFolds(toggled(folds, row))
  const use = (row: TraceRow): void => (row.kind === 'folded' ? toggle(row) : choose(row.node))
  const goTo = (node: SpanNode): void => {
    const index = rows.findIndex(({ key }) => key === node.span.span_id)
    if (index >= 0) list.current?.go(index)
  }
  const arrow = (row: TraceRow, key: string): boolean => {
    if (key === 'ArrowRight' && row.hasMore && !row.isOpen) toggle(row)
    else if (key === 'ArrowRight' && row.isOpen) list.current?.move(1)
    else if (key === 'ArrowLeft' && row.isOpen) toggle(row)
    else if (key === 'ArrowLeft' && row.node.parent) goTo(row.kind === 'folded' ? row.node : shownAbove(row.node, rows))
    else return false
    return true
  }
  const failed = tree.nodes.filter(({ span }) => span.status === 2)
  const nextError = (): void => {
    const from = rows.find(({ key }) => key === active)?.node
    // By its place, as many may begin at one time.
    const behind = from === undefined ? 0 : tree.nodes.indexOf(from) + 1
    const next = tree.nodes.find(({ span }, place) => place >= behind && span.status === 2) ?? failed[0]
    if (!next) return
    shown.current = undefined
    setQuery({ span: next.span.span_id })
  }
  useKeys({
    j: () => list.current?.move(1),
    k: () => list.current?.move(-1),
    e: nextError,
    o: () => rows[activeIndex]?.hasMore && toggle(rows[activeIndex] as TraceRow),
    z: () => (zoom || !rows[activeIndex] ? setZoom(undefined) : setZoom((rows[activeIndex] as TraceRow).node)),
    Escape: () => {
      if (chosen) close()
      else if (zoom) setZoom(undefined)
      else navigate(about?.conversation_id ? sessionPath(about.conversation_id) : '/')
    },
  })

  if (error !== undefined) return <p class="bad">{error}</p>
  if (!spans || !traces) return <p class="muted">loading…</p>
  if (!about) return <NoTrace trace={trace} />
  const range = zoom ?? whole
  return (
    <div class={chosen ? 'trace with-detail' : 'trace'}>
      <TraceHead trace={about} tree={tree} loaded={spans.length} />
      <div class="toolbar" role="toolbar" aria-label="What is shown">
        {tree.internal === 0 ? null : (
          <button
            type="button"
            aria-pressed={folds.all}
            onClick={() => setFolds({ ...folds, all: !folds.all, unfolded: new Set() })}
          >
            {folds.all ? 'fold' : 'unfold'} {tree.internal.toLocaleString('en-US')} internal span
            {tree.internal === 1 ? '' : 's'}
          </button>
        )}
        <button type="button" disabled={failed.length === 0} onClick={nextError}>
          next error ({failed.length})
        </button>
        {zoom ? (
          <button
            type="button"
            onClick={() => {
              setZoom(undefined)
              // The button that was pressed is gone.
              list.current?.go(activeIndex)
            }}
          >
            the whole trace
          </button>
        ) : null}
      </div>
      <div class="trace-body">
        <WindowedList
          label="Spans"
          role="treegrid"
          columns={3}
          rows={rows}
          active={active}
          onActive={setActive}
          handle={list}
          head={<Axis range={range} />}
          render={(row, props) => (
            <SpanLine
              key={row.key}
              row={row}
              props={props}
              range={range}
              isChosen={row.kind === 'span' && row.node === chosen}
              onUse={() => use(row)}
              onToggle={() => toggle(row)}
              onArrow={key => arrow(row, key)}
            />
          )}
        />
        {chosen ? (
          <SpanDetail key={chosen.span.id} node={chosen} trace={about} onClose={close} onZoom={() => setZoom(chosen)} />
        ) : null}
      </div>
    </div>
  )
}

/** The nearest span above one that has a line. */
function shownAbove(node: SpanNode, rows: readonly TraceRow[]): SpanNode {
  const keys = new Set(rows.map(({ key }) => key))
  let above = node.parent
  while (above?.parent && !keys.has(above.span.span_id)) above = above.parent
  return above ?? node
}

const NoTrace = ({ trace }: { trace: string }) => (
  <section class="notice">
    <h1>This trace has no spans here</h1>
    <p>
      <code>{plainText(trace)}</code> is named by an event, or was removed. An agent sends spans where its traces are
      exported, too: with Codex and codex-otel by <code>trace_exporter</code>.
    </p>
    <p>
      <a href="/">All sessions</a> are on the first page.
    </p>
  </section>
)
