import type { SpanRow } from '../../src/queries/spans.ts'

/** Of the many spans without one below them. */
const NONE: readonly SpanNode[] = []

/** A span in its trace. */
export class SpanNode {
  readonly span: SpanRow
  parent: SpanNode | undefined = undefined
  children: readonly SpanNode[] = NONE
  /** Whether it stands for something that a person knows; the others are folded away. */
  isKnown: boolean
  /** The nearest known span above it, or the span itself. */
  owner: SpanNode = this
  /** Known spans below it with no other known one between. */
  known: readonly SpanNode[] = NONE
  /** How many internal spans are folded into it. */
  folded = 0
  /** What is odd about it: its parent is not there, or the clock says that it began before its parent. */
  oddity: 'orphan' | 'before its parent' | undefined = undefined
  /** Which walk to the root came by first. */
  walk = -1

  constructor(span: SpanRow) {
    this.span = span
    this.isKnown = isKnown(span)
  }
}

export interface SpanTree {
  /** Spans without a parent, in the order in which they began. */
  roots: SpanNode[]
  nodes: SpanNode[]
  /** How many are internal. */
  internal: number
  /** Spans that came twice; the first of each is kept. */
  repeated: number
}

/** How much earlier than its parent a span may begin without a word: clocks of two threads differ by less. */
const TOLERANCE_MS = 1

/**
 * The tree of a trace, whatever is missing in it: a span whose parent is not there is a root, and so is one of those that are
 * each other's parents.
 */
export function treeOf(spans: readonly SpanRow[]): SpanTree {
  const byId = new Map<string, SpanNode>()
  const nodes: SpanNode[] = []
  for (const span of spans) {
    if (byId.has(span.span_id)) continue
    const node = new SpanNode(span)
    byId.set(span.span_id, node)
    nodes.push(node)
  }
  for (const node of nodes) {
    const { parent_id } = node.span
    if (parent_id === null) continue
    node.parent = byId.get(parent_id)
    if (!node.parent) node.oddity = 'orphan'
  }
  breakCircles(nodes)
  const roots: SpanNode[] = []
  for (const node of nodes) {
    if (!node.parent) roots.push(node)
    else {
      node.parent.children = added(node.parent.children, node)
      if (node.span.start_ms < node.parent.span.start_ms - TOLERANCE_MS) node.oddity = 'before its parent'
    }
  }
  return { roots, nodes, internal: fold(roots), repeated: spans.length - nodes.length }
}

function added(nodes: readonly SpanNode[], node: SpanNode): readonly SpanNode[] {
  if (nodes === NONE) return [node]
  ;(nodes as SpanNode[]).push(node)
  return nodes
}

/** A person knows what names its session, does something that the conventions have a name for, or failed. */
const isKnown = ({ names_session, operation, tool_name, status }: SpanRow): boolean =>
  names_session === 1 || operation !== null || tool_name !== null || status === 2

/** Cuts each circle where a walk to the root comes by for the second time. */
function breakCircles(nodes: readonly SpanNode[]): void {
  for (const [walk, start] of nodes.entries()) {
    let before: SpanNode | undefined
    let node: SpanNode | undefined = start
    while (node && node.walk === -1) {
      node.walk = walk
      before = node
      node = node.parent
    }
    if (node?.walk !== walk || !before) continue
    // The span of the circle that began first is its top.
    let top = node
    for (let next = node.parent; next && next !== node; next = next.parent) {
      if (next.span.start_ms < top.span.start_ms) top = next
    }
    top.parent = undefined
    top.oddity = 'orphan'
  }
}

/** Folds internal spans into the known ones above them. @returns how many there are */
function fold(roots: readonly SpanNode[]): number {
  let internal = 0
  const waiting = roots.toReversed()
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const above = node.parent?.owner
    // What a trace begins with is shown, whatever it is.
    if (node.isKnown || !above) {
      node.isKnown = true
      if (above) above.known = added(above.known, node)
    } else {
      node.owner = above
      above.folded += 1
      internal += 1
    }
    for (let index = node.children.length - 1; index >= 0; index--) waiting.push(node.children[index] as SpanNode)
  }
  return internal
}
