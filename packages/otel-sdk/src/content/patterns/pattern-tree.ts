/** A set of characters: what one step of a match takes. */
export interface CharacterSet {
  /** First and last code points in turn, in any order. */
  ranges: number[]
  /** Names of Unicode properties, as `\p{...}` has them. */
  properties: { name: string; negated: boolean }[]
  negated: boolean
  anyCase: boolean
}

export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-border' | 'no-word-border'

/** A pattern, read. Groups leave no trace: nothing asks what one of them matched. */
export type PatternNode =
  | { type: 'set'; set: CharacterSet }
  | { type: 'assertion'; kind: Assertion }
  | { type: 'sequence'; items: PatternNode[] }
  | { type: 'choice'; options: PatternNode[] }
  /** `max` may be infinite. */
  | { type: 'repeat'; item: PatternNode; min: number; max: number; greedy: boolean }

/** How many instructions the program of a pattern has, at most; found out without making it. */
export function programSize(node: PatternNode): number {
  switch (node.type) {
    case 'set':
    case 'assertion':
      return 1
    case 'sequence':
      return node.items.reduce((sum, item) => sum + programSize(item), 1)
    case 'choice':
      return node.options.reduce((sum, option) => sum + programSize(option) + 2, 0)
    case 'repeat': {
      const size = programSize(node.item)
      return (
        node.min * size + (node.max === Number.POSITIVE_INFINITY ? size + 2 : (node.max - node.min) * (size + 1)) + 1
      )
    }
  }
}

/** Whether it matches the text that has no characters. */
export function matchesEmptyText(node: PatternNode): boolean {
  switch (node.type) {
    case 'set':
      return false
    case 'assertion':
      return node.kind !== 'word-border'
    case 'sequence':
      return node.items.every(matchesEmptyText)
    case 'choice':
      return node.options.some(matchesEmptyText)
    case 'repeat':
      return node.min === 0 || matchesEmptyText(node.item)
  }
}

/** Whether it can match without taking a character. */
export function mayTakeNothing(node: PatternNode): boolean {
  switch (node.type) {
    case 'set':
      return false
    case 'assertion':
      return true
    case 'sequence':
      return node.items.every(mayTakeNothing)
    case 'choice':
      return node.options.some(mayTakeNothing)
    case 'repeat':
      return node.min === 0 || mayTakeNothing(node.item)
  }
}

/** The longest text, of three characters or more, that every match contains; `undefined` when none can be told. */
export function requiredLiteral(node: PatternNode): string | undefined {
  let longest = ''
  let run = ''
  const visit = (part: PatternNode): void => {
    if (part.type === 'assertion') return
    if (part.type === 'sequence') {
      part.items.forEach(visit)
      return
    }
    if (part.type === 'repeat') {
      // The first repetition stands right behind the run; what follows the last one stands behind another.
      if (part.min > 0) visit(part.item)
      if (part.max !== 1 || part.min !== 1) run = ''
      return
    }
    const char = part.type === 'set' ? onlyCharacter(part.set) : undefined
    run = char === undefined ? '' : run + char
    if (run.length > longest.length) longest = run
  }
  visit(node)
  return longest.length >= 3 ? longest : undefined
}

function onlyCharacter({ ranges, properties, negated, anyCase }: CharacterSet): string | undefined {
  const [first, last] = ranges
  if (negated || anyCase || properties.length > 0 || ranges.length !== 2 || first === undefined) return undefined
  return first === last ? String.fromCodePoint(first) : undefined
}
