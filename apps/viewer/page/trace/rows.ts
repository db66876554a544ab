import { listIn } from '../shell/router.ts'
import type { SpanNode, SpanTree } from './tree.ts'

/** What a person has opened and closed. */
export interface Folds {
  /** Whether every internal span is shown. */
  all: boolean
  /** Spans whose internal spans are shown, by id. */
  unfolded: ReadonlySet<string>
  /** Spans with nothing below them shown. */
  closed: ReadonlySet<string>
}

/** What is opened and closed is in the address: `?internal=all&unfolded=…&closed=…`. */
export const foldsIn = (query: URLSearchParams): Folds => ({
  all: query.get('internal') === 'all',
  unfolded: new Set(listIn(query, 'unfolded')),
  closed: new Set(listIn(query, 'closed')),
})

/** The parameters of the address for them. */
export const queryOf = ({ all, unfolded, closed }: Folds): Record<string, string | undefined> => ({
  internal: all ? 'all' : undefined,
  unfolded: [...unfolded].join(',') || undefined,
  closed: [...closed].join(',') || undefined,
})

/** A line of the waterfall: a span, or how many internal spans are folded away below one. */
export interface TraceRow {
  key: string
  height: number
  node: SpanNode
  depth: number
  kind: 'span' | 'folded'
  /** Whether there is something below it to open or close. */
  hasMore: boolean
  isOpen: boolean
}

const ROW_PX = 26

/** The lines that are shown, in order. */
export function rowsOf({ roots }: SpanTree, folds: Folds): TraceRow[] {
  const rows: TraceRow[] = []
  const waiting: { node: SpanNode; depth: number; kind: TraceRow['kind'] }[] = []
  const push = (nodes: readonly SpanNode[], depth: number): void => {
    for (let index = nodes.length - 1; index >= 0; index--) {
      waiting.push({ node: nodes[index] as SpanNode, depth, kind: 'span' })
    }
  }
  push(roots, 0)
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth, kind } = next
    if (kind === 'folded') {
      rows.push({ key: `${node.span.span_id} folded`, height: ROW_PX, node, depth, kind, hasMore: true, isOpen: false })
      continue
    }
    const showsInternal = folds.all || folds.unfolded.has(node.owner.span.span_id)
    const below = showsInternal ? node.children : node.isKnown ? node.known : []
    const folded = node.isKnown && !showsInternal && node.folded > 0
    const hasMore = below.length > 0 || folded
    const isOpen = hasMore && !folds.closed.has(node.span.span_id)
    rows.push({ key: node.span.span_id, height: ROW_PX, node, depth, kind, hasMore, isOpen })
    if (!isOpen) continue
    if (folded) waiting.push({ node, depth: depth + 1, kind: 'folded' })
    push(below, depth + 1)
  }
  return rows
}

/** The folds after a line was opened or closed. */
export function toggled(folds: Folds, { node, kind, isOpen }: TraceRow): Folds {
  const id = node.span.span_id
  if (kind === 'folded') return { ...folds, unfolded: new Set([...folds.unfolded, id]) }
  const closed = new Set(folds.closed)
  if (isOpen) closed.add(id)
  else closed.delete(id)
  return { ...folds, closed }
}

/** The folds in which a span is shown, whatever was closed above it. */
export function revealing(folds: Folds, node: SpanNode): Folds {
  const closed = new Set(folds.closed)
  for (let above = node.parent; above; above = above.parent) closed.delete(above.span.span_id)
  const unfolded = new Set(folds.unfolded)
  if (!node.isKnown) unfolded.add(node.owner.span.span_id)
  return { ...folds, closed, unfolded }
}
