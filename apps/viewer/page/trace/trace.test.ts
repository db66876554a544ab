import { describe, expect, it } from 'vitest'
import type { SpanRow } from '../../src/queries/spans.ts'
import { placeOf, rangeOf } from './range.ts'
import { foldsIn, queryOf, revealing, rowsOf, toggled } from './rows.ts'
import { treeOf } from './tree.ts'

interface Given {
  id: string
  parent?: string
  start?: number
  duration?: number
  operation?: string
  status?: number
}

const span = ({ id, parent, start = 0, duration = 1, operation, status = 0 }: Given, index = 0): SpanRow => ({
  id: index,
  span_id: id,
  parent_id: parent ?? null,
  name: `span ${id}`,
  kind: 'internal',
  start_ms: start,
  duration_ms: duration,
  status,
  operation: operation ?? null,
  model: null,
  tool_name: null,
  input_tokens: null,
  output_tokens: null,
  names_session: 0,
  declined_by: null,
})
/** Of an address that says nothing of it. */
const NOTHING_FOLDED_OPEN = foldsIn(new URLSearchParams())

const treeFrom = (...given: Given[]) => treeOf(given.map(span))
const shown = (tree: ReturnType<typeof treeOf>, folds = NOTHING_FOLDED_OPEN): string[] =>
  rowsOf(tree, folds).map(
    ({ node, depth, kind }) =>
      `${'  '.repeat(depth)}${node.span.span_id}${kind === 'folded' ? ` +${node.folded}` : ''}`,
  )

/** A turn as the Codex CLI sends it: what a person knows is deep below what the program knows. */
const TURN: Given[] = [
  { id: 'turn', duration: 100 },
  { id: 'loop', parent: 'turn', duration: 99 },
  { id: 'chat', parent: 'loop', operation: 'chat', duration: 50 },
  { id: 'stream', parent: 'chat', duration: 40 },
  { id: 'part', parent: 'stream' },
  { id: 'dispatch', parent: 'loop', start: 60 },
  { id: 'tool', parent: 'dispatch', start: 61, operation: 'execute_tool' },
  { id: 'log', parent: 'turn', start: 99 },
]

describe('internal spans', () => {
  it('are folded into the known span above them, and the known ones below stay', () => {
    const tree = treeFrom(...TURN)
    expect(tree.internal).toBe(5)
    expect(shown(tree)).toEqual(['turn', '  chat', '    chat +2', '  tool', '  turn +3'])
  })

  it('are shown below one span where a person unfolds it, or everywhere', () => {
    const tree = treeFrom(...TURN)
    const folded = rowsOf(tree, NOTHING_FOLDED_OPEN).find(({ key }) => key === 'turn folded')
    const folds = folded ? toggled(NOTHING_FOLDED_OPEN, folded) : NOTHING_FOLDED_OPEN
    expect(shown(tree, folds)).toEqual([
      ...['turn', '  loop', '    chat', '      chat +2', '    dispatch', '      tool', '  log'],
    ])
    expect(shown(tree, { ...NOTHING_FOLDED_OPEN, all: true })).toEqual([
      ...['turn', '  loop', '    chat', '      stream', '        part', '    dispatch', '      tool', '  log'],
    ])
  })

  it('that failed are shown, and so is the one that a trace begins with', () => {
    expect(shown(treeFrom({ id: 'a' }, { id: 'b', parent: 'a' }, { id: 'c', parent: 'b', status: 2 }))).toEqual([
      ...['a', '  c', '  a +1'],
    ])
  })

  it('are unfolded and opened above a span that has to be seen', () => {
    const tree = treeFrom(...TURN)
    const closed = { ...NOTHING_FOLDED_OPEN, closed: new Set(['turn', 'chat']) }
    expect(shown(tree, closed)).toEqual(['turn'])
    const part = tree.nodes.find(({ span }) => span.span_id === 'part')
    expect(part && shown(tree, revealing(closed, part))).toEqual([
      ...['turn', '  chat', '    stream', '      part', '  tool', '  turn +3'],
    ])
  })
})

it('a line is closed with all that is below it, and opened again', () => {
  const tree = treeFrom(...TURN)
  const [turn] = rowsOf(tree, NOTHING_FOLDED_OPEN)
  expect(turn).toMatchObject({ hasMore: true, isOpen: true })
  const closed = turn ? toggled(NOTHING_FOLDED_OPEN, turn) : NOTHING_FOLDED_OPEN
  expect(shown(tree, closed)).toEqual(['turn'])
  const [again] = rowsOf(tree, closed)
  expect(again && shown(tree, toggled(closed, again))).toEqual(shown(tree))
})

describe('a trace with faults', () => {
  it('without its root has its orphans as roots, and says so', () => {
    const tree = treeFrom(
      { id: 'a', parent: 'gone' },
      { id: 'b', parent: 'a', operation: 'chat' },
      { id: 'c', parent: 'lost' },
    )
    expect(shown(tree)).toEqual(['a', '  b', 'c'])
    expect(tree.nodes.map(({ oddity }) => oddity)).toEqual(['orphan', undefined, 'orphan'])
  })

  it('in a circle is cut open, and every span is shown', () => {
    const tree = treeFrom(
      { id: 'a', parent: 'c' },
      { id: 'b', parent: 'a' },
      { id: 'c', parent: 'b' },
      { id: 'd', parent: 'd' },
    )
    expect(shown(tree, { ...NOTHING_FOLDED_OPEN, all: true })).toEqual(['a', '  b', '    c', 'd'])
  })

  it('with a span twice has it once', () => {
    const tree = treeFrom({ id: 'a' }, { id: 'b', parent: 'a' }, { id: 'b', parent: 'a' })
    expect(tree).toMatchObject({ repeated: 1, internal: 1 })
  })

  it('whose clock jumped back says which span begins before its parent', () => {
    const tree = treeFrom(
      { id: 'a', start: 100 },
      { id: 'b', parent: 'a', start: 40 },
      { id: 'c', parent: 'a', start: 99.5 },
    )
    expect(tree.nodes.map(({ oddity }) => oddity)).toEqual([undefined, 'before its parent', undefined])
  })

  it('without any span is empty', () => {
    expect(rowsOf(treeOf([]), NOTHING_FOLDED_OPEN)).toEqual([])
    expect(rangeOf(treeOf([]))).toEqual({ from: 0, to: 1 })
  })
})

describe('the time of a waterfall', () => {
  it('is that of all spans', () => {
    expect(
      rangeOf(treeFrom({ id: 'a', start: 10, duration: 5 }, { id: 'b', parent: 'a', start: 12, duration: 9 })),
    ).toEqual({
      from: 10,
      to: 21,
    })
    expect(rangeOf(treeFrom({ id: 'a', start: 10, duration: 0 }))).toEqual({ from: 10, to: 11 })
  })

  it('is that of the longest root where a clock jumped by hours, and what is outside stands at the edge', () => {
    const tree = treeFrom(
      { id: 'a', start: 1e9, duration: 100 },
      { id: 'b', parent: 'a', start: 0 },
      { id: 'c', start: 2e9 },
    )
    const range = rangeOf(tree)
    expect(range).toEqual({ from: 1e9, to: 1e9 + 100 })
    expect(tree.nodes.map(({ span: own }) => placeOf(own, range).outside)).toEqual([undefined, 'before', 'after'])
    expect(placeOf({ start_ms: 1e9 + 25, duration_ms: 500 }, range)).toEqual({
      left: 25,
      width: 75,
      outside: undefined,
    })
  })
})

it('80,000 spans, each below the one before, are a tree and its lines', () => {
  const deep = Array.from({ length: 80_000 }, (_, index) =>
    span({ id: `s${index}`, ...(index > 0 && { parent: `s${index - 1}` }), start: index }, index),
  )
  const tree = treeOf(deep)
  expect(rowsOf(tree, NOTHING_FOLDED_OPEN)).toHaveLength(2)
  const all = rowsOf(tree, { ...NOTHING_FOLDED_OPEN, all: true })
  expect(all).toHaveLength(80_000)
  expect(all.at(-1)?.depth).toBe(79_999)
})

it('what is opened and closed comes back from the address', () => {
  const folds = { all: true, unfolded: new Set(['a', 'b']), closed: new Set(['c']) }
  const query = Object.entries(queryOf(folds)).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  expect(foldsIn(new URLSearchParams(query))).toEqual(folds)
  expect(queryOf(NOTHING_FOLDED_OPEN)).toEqual({ internal: undefined, unfolded: undefined, closed: undefined })
})
