import type { ComponentChildren, Ref } from 'preact'
import { useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Heights, scrollToShow } from './window.ts'

/** A row of a list. Its key stays when others come and go. */
export interface ListRow {
  key: string
  /** Pixels that are assumed until it was drawn. */
  height: number
}

/** What a list hands to each row, which its element takes. */
export interface RowProps {
  ref: (element: HTMLElement | null) => void
  tabIndex: 0 | -1
  'data-key': string
  'aria-rowindex': number
}

/** What a screen tells its list. */
export interface ListHandle {
  /** Goes to a row and gives it the focus. */
  go(index: number): void
  /** Goes to a row, and leaves the focus where it is. */
  show(index: number): void
  /** The same, with the row as the first one in view. */
  showFirst(index: number): void
  /** Goes on by this many rows. */
  move(by: number): void
}

export interface ListProps<T extends ListRow> {
  rows: readonly T[]
  label: string
  columns: number
  /** `treegrid` where rows are below others. */
  role?: 'grid' | 'treegrid'
  /** The row that has the focus, or would get it. */
  active: string | undefined
  onActive(key: string): void
  render(row: T, props: RowProps, isActive: boolean): ComponentChildren
  /** Rows above the others, which stay in view. */
  head?: ComponentChildren
  handle: Ref<ListHandle>
  /** The rows that are drawn. */
  onRange?(first: number, end: number): void
  /** Whether the end of the list is in view. */
  onAtEnd?(isAtEnd: boolean): void
  /** A person scrolled up. */
  onScrolledUp?(): void
  /** The list was scrolled to this row, `undefined` for its beginning. */
  onScrolled?(key: string | undefined): void
  /** Whether the list goes on to its end when rows are added there. */
  follow?: boolean
}

/** Rows that are drawn above and below the window. */
const SPARE = 5
/** How near the end is the end. */
const END_PX = 8
/** How far from the end a person is who has scrolled away from it. */
const AWAY_PX = 60

/** A list that draws the rows in view alone, of any heights. Rows that come above do not move the ones that are read. */
export function WindowedList<T extends ListRow>(props: ListProps<T>) {
  const { rows, active, follow = false } = props
  const [view, setView] = useState({ top: 0, height: 600 })
  const [measuredVersion, setMeasuredVersion] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const head = useRef<HTMLDivElement>(null)
  const measured = useRef(new Map<string, number>())
  const lastTop = useRef(0)
  const wantsFocus = useRef<string | undefined>(undefined)
  /** The row that stays where it is, and how far the top of the view is below its own: the active one in view, else the first. */
  const anchor = useRef({ key: '', above: 0 })
  const firstInView = useRef<string | undefined>(undefined)

  const heights = useMemo(
    () => new Heights(rows.map(({ key, height }) => measured.current.get(key) ?? height)),
    [rows, measuredVersion],
  )
  const { first, end } = heights.range(view.top, view.height, SPARE)
  const drawn = rows.slice(first, end)
  const chosen = rows.findIndex(({ key }) => key === active)
  // Where no row was chosen the keys begin at what is read.
  const activeIndex = chosen < 0 ? Math.max(0, heights.at(view.top)) : chosen

  const readView = (): void => {
    const element = box.current
    if (!element) return
    const height = element.clientHeight - (head.current?.offsetHeight ?? 0)
    setView(before =>
      before.top === element.scrollTop && before.height === height ? before : { top: element.scrollTop, height },
    )
    firstInView.current = rows[heights.at(element.scrollTop)]?.key
    const isActiveInView =
      active !== undefined && scrollToShow(heights, activeIndex, element.scrollTop, height) === element.scrollTop
    const index = isActiveInView ? activeIndex : heights.at(element.scrollTop)
    anchor.current = { key: rows[index]?.key ?? '', above: element.scrollTop - heights.top(index) }
    props.onAtEnd?.(element.scrollTop + height >= heights.total - END_PX)
  }

  const observer = useMemo(
    () =>
      new ResizeObserver(entries => {
        let changed = false
        for (const { target, borderBoxSize } of entries) {
          const { key } = (target as HTMLElement).dataset
          const height = borderBoxSize[0]?.blockSize ?? 0
          if (key === undefined || height === 0 || measured.current.get(key) === height) continue
          measured.current.set(key, height)
          changed = true
        }
        if (changed) setMeasuredVersion(version => version + 1)
      }),
    [],
  )
  const boxObserver = useRef<() => void>(readView)
  boxObserver.current = readView
  useEffect(() => {
    const sizes = new ResizeObserver(() => boxObserver.current())
    if (box.current) sizes.observe(box.current)
    return () => {
      sizes.disconnect()
      observer.disconnect()
    }
  }, [observer])

  // After rows were added or measured, what was in view stays in view.
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    if (follow) element.scrollTop = heights.total
    else {
      const index = rows.findIndex(({ key }) => key === anchor.current.key)
      const kept = heights.top(index) + Math.min(anchor.current.above, heights.top(index + 1) - heights.top(index))
      // The active row stays wholly in view, also where it has become higher.
      const top =
        rows[index]?.key === active && anchor.current.above <= 0
          ? scrollToShow(heights, index, kept, view.height)
          : kept
      if (index >= 0 && Math.abs(top - element.scrollTop) > 0.5) element.scrollTop = top
    }
    readView()
  }, [heights, follow])

  // Before the next change of heights, which may come at once.
  useLayoutEffect(readView, [active])

  useLayoutEffect(() => props.onRange?.(first, end), [first, end, rows])

  const go = (index: number): void => {
    const row = rows[index]
    const element = box.current
    if (!row || !element) return
    if (index < activeIndex) props.onScrolledUp?.()
    element.scrollTop = scrollToShow(heights, index, element.scrollTop, view.height)
    wantsFocus.current = row.key
    props.onActive(row.key)
    readView()
    focusWanted()
  }
  const move = (by: number): void => go(Math.max(0, Math.min(rows.length - 1, activeIndex + by)))
  const focusWanted = (): void => {
    const key = wantsFocus.current
    const element = key === undefined ? undefined : rowElements.current.get(key)
    if (!element) return
    wantsFocus.current = undefined
    element.focus({ preventScroll: true })
  }
  const rowElements = useRef(new Map<string, HTMLElement>())
  useLayoutEffect(focusWanted)
  useImperativeHandle(
    props.handle,
    () => ({
      go,
      move,
      show(index) {
        const element = box.current
        if (element) element.scrollTop = scrollToShow(heights, index, element.scrollTop, view.height)
        readView()
      },
      showFirst(index) {
        if (box.current) box.current.scrollTop = heights.top(index)
        readView()
      },
    }),
    [rows, heights, view, activeIndex],
  )

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement
    if (target.getAttribute('role') !== 'row') return
    const page = Math.max(1, Math.floor(view.height / 40))
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key]
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (by !== undefined) move(by)
    else if (event.key === 'Home') go(0)
    else if (event.key === 'End') go(rows.length - 1)
    else return
    event.preventDefault()
  }

  const rowProps = (row: T, index: number): RowProps => ({
    ref: element => {
      const before = rowElements.current.get(row.key)
      if (element) {
        if (before !== element) observer.observe(element)
        rowElements.current.set(row.key, element)
      } else if (before) {
        observer.unobserve(before)
        rowElements.current.delete(row.key)
      }
    },
    tabIndex: index === activeIndex ? 0 : -1,
    'data-key': row.key,
    'aria-rowindex': index + 1 + (props.head ? 1 : 0),
  })

  return (
    <div
      class="list"
      ref={box}
      role="grid"
      {...(props.role && { role: props.role })}
      aria-label={props.label}
      aria-rowcount={rows.length + (props.head ? 1 : 0)}
      aria-colcount={props.columns}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        // Rows that turn out to be higher move the end away, and lower ones move what is in view up: a person does both.
        const isUp = scrollTop < lastTop.current && scrollHeight - scrollTop - clientHeight > AWAY_PX
        lastTop.current = scrollTop
        if (follow && isUp) props.onScrolledUp?.()
        readView()
        props.onScrolled?.(scrollTop < 1 ? undefined : firstInView.current)
      }}
      onKeyDown={onKeyDown}
      onFocusIn={event => {
        const key = (event.target as HTMLElement).closest<HTMLElement>('[role=row]')?.dataset.key
        if (key !== undefined && key !== active) props.onActive(key)
      }}
    >
      {props.head ? (
        <div role="rowgroup" class="list-head" ref={head}>
          {props.head}
        </div>
      ) : null}
      <div role="rowgroup">
        <div role="presentation" style={{ height: `${heights.top(first)}px` }} />
        {drawn.map((row, index) => props.render(row, rowProps(row, first + index), first + index === activeIndex))}
        <div role="presentation" style={{ height: `${heights.total - heights.top(end)}px` }} />
      </div>
    </div>
  )
}
