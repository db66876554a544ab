import { type CodeSet, createCodeSet } from './code-set.ts'
import { type Assertion, mayTakeNothing, type PatternNode, requiredLiteral } from './pattern-tree.ts'

export const Op = { take: 0, split: 1, jump: 2, assert: 3, match: 4 } as const
export const ASSERTIONS: readonly Assertion[] = [
  'text-start',
  'text-end',
  'line-start',
  'line-end',
  'word-border',
  'no-word-border',
]

/** A pattern as instructions. */
export interface PatternProgram {
  /** Of each instruction, one of `Op`. */
  ops: Uint8Array
  /** `take`: which set; `split` and `jump`: where to go (first); `assert`: which of `ASSERTIONS`. */
  first: Int32Array
  /** `split`: where to go when the first way fails. */
  second: Int32Array
  sets: readonly CodeSet[]
  /** Number of an instruction that several ways lead to, or that leads to several; -1 for the others. */
  marks: Int32Array
  markCount: number
  /** A repetition may go round without taking a character: what was visited is remembered from the first step on. */
  circular: boolean
  /** The first 128 code points with which a match can begin, 1 for each; and whether others can. */
  begins: { ascii: Uint8Array; others: boolean }
  /** A part that every match contains: texts without it are not searched. */
  literal: string | undefined
}

/** Turns a pattern that was checked into its program. Patterns that are given the same `shared` have their sets in common. */
export function compilePattern(root: PatternNode, shared: Map<string, CodeSet> = new Map()): PatternProgram {
  const ops: number[] = []
  const first: number[] = []
  const second: number[] = []
  const sets: CodeSet[] = []
  const known = new Map<string, number>()
  let circular = false

  const add = (op: number, one = 0, two = 0): number => {
    ops.push(op)
    first.push(one)
    second.push(two)
    return ops.length - 1
  }
  /** Adds a split whose one way goes on behind it; returns how to set the other. */
  const branch = (preferNext: boolean): ((target: number) => void) => {
    const at = add(Op.split)
    ;(preferNext ? first : second)[at] = at + 1
    return target => {
      ;(preferNext ? second : first)[at] = target
    }
  }

  function emit(node: PatternNode): void {
    switch (node.type) {
      case 'set': {
        const key = JSON.stringify(node.set)
        let index = known.get(key)
        if (index === undefined) {
          const codes = shared.get(key) ?? createCodeSet(node.set)
          shared.set(key, codes)
          index = sets.push(codes) - 1
          known.set(key, index)
        }
        add(Op.take, index)
        return
      }
      case 'assertion':
        add(Op.assert, ASSERTIONS.indexOf(node.kind))
        return
      case 'sequence':
        node.items.forEach(emit)
        return
      case 'choice':
        emitChoice(node.options)
        return
      case 'repeat':
        emitRepeat(node)
    }
  }

  function emitChoice(options: readonly PatternNode[]): void {
    const ends: number[] = []
    options.forEach((option, i) => {
      const isLast = i === options.length - 1
      const otherwise = isLast ? undefined : branch(true)
      emit(option)
      if (!isLast) ends.push(add(Op.jump))
      otherwise?.(ops.length)
    })
    for (const end of ends) first[end] = ops.length
  }

  function emitRepeat({ item, min, max, greedy }: Extract<PatternNode, { type: 'repeat' }>): void {
    for (let i = 0; i < min; i++) emit(item)
    if (max === Number.POSITIVE_INFINITY) {
      circular ||= mayTakeNothing(item)
      const head = ops.length
      const leave = branch(greedy)
      emit(item)
      add(Op.jump, head)
      leave(ops.length)
      return
    }
    const leaves = []
    for (let i = min; i < max; i++) {
      leaves.push(branch(greedy))
      emit(item)
    }
    for (const leave of leaves) leave(ops.length)
  }

  emit(root)
  add(Op.match)
  const { marks, markCount } = markCrossings(ops, first, second)
  return {
    ops: Uint8Array.from(ops),
    first: Int32Array.from(first),
    second: Int32Array.from(second),
    sets,
    marks,
    markCount,
    circular,
    begins: findBeginnings(ops, first, second, sets),
    literal: requiredLiteral(root),
  }
}

/** Splits, and where ways meet: between two of them there is one way only, so that it is enough to remember them. */
function markCrossings(
  ops: readonly number[],
  first: readonly number[],
  second: readonly number[],
): { marks: Int32Array; markCount: number } {
  const ways = new Int32Array(ops.length)
  const lead = (to: number): void => {
    ways[to] = (ways[to] ?? 0) + 1
  }
  ops.forEach((op, at) => {
    if (op === Op.take || op === Op.assert) lead(at + 1)
    else if (op !== Op.match) lead(first[at] as number)
    if (op === Op.split) lead(second[at] as number)
  })
  let markCount = 0
  const marks = Int32Array.from(ops, (op, at) => (op === Op.split || (ways[at] as number) > 1 ? markCount++ : -1))
  return { marks, markCount }
}

/** What can come first in a match: found by following every way from the start up to the first set. */
function findBeginnings(
  ops: readonly number[],
  first: readonly number[],
  second: readonly number[],
  sets: readonly CodeSet[],
): PatternProgram['begins'] {
  const ascii = new Uint8Array(128)
  let others = false
  const seen = new Set<number>()
  const open = [0]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    const op = ops[at]
    if (op === Op.take) {
      const set = sets[first[at] as number] as CodeSet
      for (let code = 0; code < 128; code++) if (set.ascii[code] === 1) ascii[code] = 1
      others ||= set.reachesPastAscii
    } else if (op === Op.assert) open.push(at + 1)
    else if (op !== Op.match) open.push(first[at] as number)
    if (op === Op.split) open.push(second[at] as number)
  }
  return { ascii, others }
}
