import { describe, expect, it } from 'vitest'
import { growthOf } from '../growth.fixture.ts'
import { compilePattern } from './compile-pattern.ts'
import { createFindPatterns } from './find-patterns.ts'
import { parsePattern } from './parse-pattern.ts'
import { mayTakeNothing, type PatternNode } from './pattern-tree.ts'
import { createSearch } from './search-program.ts'

const found = (source: string, text: string): string[] =>
  createFindPatterns([source])(text).map(({ start, end }) => text.slice(start, end))

const QUANTIFIERS = [
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '{2}',
  '{1,2}',
  '*?',
  '+?',
  '??',
  '{1}',
  '{1}?',
  '{1,1}',
  '{0,1}',
  '{0}',
]

describe('a pattern', () => {
  it.each([
    ['EMP-\\d{6}', 'EMP-123456, EMP-12345', ['EMP-123456']],
    ['(?i)emp-\\d+', 'Emp-1 eMP-2', ['Emp-1', 'eMP-2']],
    ['a(?i)b', 'aB AB', ['aB']],
    ['(?i:k)', 'k K \u212a', ['k', 'K', '\u212a']],
    ['(?i:K+)', 'kK\u212ax', ['kK\u212a']],
    ['(?i)[r-t]+', 'rSt\u017fu', ['rSt\u017f']],
    ['(?i)[^k]+', 'kaK\u212ab', ['a', 'b']],
    ['(?i)[\u00e0-\u00e9]+', '\u00c9\u00e9\u00ea', ['\u00c9\u00e9']],
    ['(?i)\u0434\u4e2d-', '\u0414\u4e2d- \u0434\u4e2d-', ['\u0414\u4e2d-', '\u0434\u4e2d-']],
    ['(?i)\\x{10400}', '\u{10428}', ['\u{10428}']],
    ['\\bid\\b', 'id idea void id', ['id', 'id']],
    ['"key":".*?"', '{"key":"a","b":"c"}', ['"key":"a"']],
    ['foo|foobar', 'foobar', ['foo']],
    ['[^,]+@corp', 'a,b@corp', ['b@corp']],
    ['a\\sb', 'a\u00a0b', ['a\u00a0b']],
    ['token=.*', 'token=x\ny', ['token=x']],
    ['(?s)token=.*', 'token=x\ny', ['token=x\ny']],
    ['(?m)^x$', 'x\nyx\nx', ['x', 'x']],
    ['^x', 'x\nx', ['x']],
    ['\\x{1F511}.', '\u{1F511}\u{1F600}!', ['\u{1F511}\u{1F600}']],
    ['[\u{1F511}-\u{1F513}]+', 'a\u{1F512}\u{1F513}\u{1F514}', ['\u{1F512}\u{1F513}']],
    ['\\p{Greek}+', 'abc \u03b1\u03b2\u03b3', ['\u03b1\u03b2\u03b3']],
    ['\\PL+', 'a12b', ['12']],
    ['[[:digit:][:upper:]]{2}', 'a1Bc', ['1B']],
    ['\\Q(a)\\E', '(a) a', ['(a)']],
    ['[\\b\\]]', 'a]\b', [']', '\b']],
    ['\\b[0-9]*\\b', 'ab 12 3', ['12', '3']],
    ['id-(?:[0-9]{4}){1}-x', 'id-1234-x', ['id-1234-x']],
    ['id-([0-9]{4}){1,1}?-x', 'id-1234-x', ['id-1234-x']],
    ['id-(?:(?:ab|c){1}){1}-x', 'id-ab-x id-c-x', ['id-ab-x', 'id-c-x']],
    ['id-(?:abc){0}def', 'id-def', ['id-def']],
    ['id-(?:abc){0,1}def', 'id-def id-abcdef', ['id-def', 'id-abcdef']],
    ['id-(?:abc){1,2}def', 'id-abcdef id-abcabcdef', ['id-abcdef', 'id-abcabcdef']],
  ])('%j in %j finds %j', (source, text, expected) => {
    expect(found(source, text)).toEqual(expected)
  })

  it('finds what it spans up to 4,096 characters whole, and everywhere in a text', () => {
    const secret = `<${'x'.repeat(4_000)}>`
    for (const before of [0, 100, 4_095, 4_096, 60_000]) {
      expect(found('<x+>', `${' '.repeat(before)}${secret} <x>`)).toEqual([secret, '<x>'])
    }
  })

  it('takes little memory, whatever its case and however many patterns there are', () => {
    const words = Array.from(
      { length: 100 },
      (_, i) => `(?i)${i % 2 === 0 ? 'internal' : '\u043f\u0440\u043e\u0435\u043a\u0442'}-project-name-${i}`,
    )
    const before = process.memoryUsage().arrayBuffers
    const find = createFindPatterns(words)
    expect(find('INTERNAL-Project-Name-4 \u041f\u0440\u043e\u0435\u043a\u0442-project-name-5 \u4e2d')).toHaveLength(2)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000)
  })

  it('that the configuration would have refused lets nothing pass', () => {
    expect(() => createFindPatterns(['a', 'b(?=c)'])).toThrow(/scrub pattern 1 is one with a lookahead/)
  })

  /** A group that may match nothing, and is repeated: RE2 and JavaScript differ in how often. */
  const repeatsNothing = (node: PatternNode): boolean => {
    if (node.type === 'repeat') return mayTakeNothing(node.item) || repeatsNothing(node.item)
    if (node.type === 'sequence') return node.items.some(repeatsNothing)
    return node.type === 'choice' && node.options.some(repeatsNothing)
  }

  it('finds what it found as an expression of JavaScript, whatever is remembered', () => {
    const random = randomNumbers(1)
    const pick = (items: readonly string[]): string => items[random(items.length)] as string
    // Some patterns and texts are of few words, so that a pattern has a text that each of its matches must contain.
    let ofWords = false
    const quantified = (part: string): string => (/^(?:\\[bB]|[$^])$/.test(part) ? part : part + pick(QUANTIFIERS))
    const atom = (depth: number): string => {
      if (depth > 0 && random(3) === 0) return `(${choice(depth - 1)})`
      if (ofWords) return pick(['aab', 'b1a', 'a', '[ab]'])
      return pick(['a', 'b', '1', '\u00e9', '[ab]', '[^a]', '\\d', '\\w', '\\S', '.', '[^\\w]', '\\b', '\\B', '^', '$'])
    }
    const sequence = (depth: number): string =>
      Array.from({ length: 1 + random(3) }, () => quantified(atom(depth))).join('')
    const choice = (depth: number): string =>
      random(3) === 0 ? `${sequence(depth)}|${choice(depth)}` : sequence(depth)
    let compared = 0
    let withLiteral = 0
    for (let round = 0; round < 4_000; round++) {
      ofWords = round % 2 === 1
      const source = choice(2)
      const node = parsePattern(source)
      if ('problem' in node) throw new Error(`${source} ${node.problem}`)
      const program = compilePattern(node)
      const pieces = ofWords ? ['aab', 'b1a', 'a', 'b'] : ['a', 'a', 'b', ' ', '1', '\u00e9', '\n']
      const text = Array.from({ length: random(16) }, () => pick(pieces)).join('')
      const matches = [...text.matchAll(new RegExp(source, 'g'))]
      // An empty match takes its place from one that is not empty: nothing is hidden by it.
      if (repeatsNothing(node) || matches.some(([match]) => match === '')) continue
      const expected = matches.map(({ 0: match, index }) => [index, index + match.length])
      for (const freeSteps of [0, 5, 1_000]) {
        const actual: number[][] = []
        createSearch(program, { freeSteps })(text, (start, end) => actual.push([start, end]))
        expect({ source, text, matches: actual }).toEqual({ source, text, matches: expected })
      }
      compared++
      if (program.literal !== undefined && matches.length > 0) withLiteral++
    }
    expect(compared).toBeGreaterThan(2_000)
    expect(withLiteral).toBeGreaterThan(200)
  })
})

describe('the time for all matches', () => {
  /** Expressions that take exponential, cubic or quadratic time elsewhere, or quadratic time for all their matches. */
  it.each([
    ['(a+)+$', 'a'],
    ['(?:a|a)+b', 'a'],
    ['(a*)*b', 'a'],
    ['(?:a?){20}a{20}', 'a'],
    ['.*.*.*=x', 'a'],
    ['\\d+\\d+\\d+\\d+x', '1'],
    ['[a-z]+[0-9]', 'a'],
    ['a.*b|a', 'a'],
    ['(x+x+)+y|x', 'x'],
    ['(?i)(?:[a-z]+[ ]?)+!', 'ab '],
  ])('of %s grows with the length of the text', (source, unit) => {
    const find = createFindPatterns([source])
    const of = (length: number) => unit.repeat(length / unit.length)
    expect(growthOf(find, { of, length: 32_768 })).toBeLessThan(3)
  })
})

function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
}
