import { expect, it } from 'vitest'
import { parseSearch } from '../../src/queries/parse-search.ts'
import { groupApprovals } from './group-approvals.ts'
import { between, filter, inScope, searchPath, wordsOf } from './links.ts'
import { readQuery } from './scope.ts'
import { cacheRate, tokensByBucket } from './tokens.ts'

const NOW = Date.UTC(2026, 10, 1, 12, 34)

it('the address says the period, the model and the agent, and a wrong period is the usual one', () => {
  const read = (search: string) => readQuery(new URLSearchParams(search), NOW)
  expect(read('from=24h&model=m&agent=codex').scope).toEqual({
    from: Date.UTC(2026, 9, 31, 13),
    to: Date.UTC(2026, 10, 1, 13),
    model: 'm',
    agent: 'codex',
  })
  expect(read('from=all').scope.from).toBe(0)
  expect(read('').period.key).toBe('7d')
  expect(read('from=soon').period.key).toBe('7d')
})

it('a link leads to a search that is understood, whatever a name has in it', () => {
  const scope = { from: Date.UTC(2026, 9, 31, 13), to: Date.UTC(2026, 10, 1, 13, 30), model: 'gpt 5"x', agent: '' }
  const path = searchPath('is:response', inScope(scope), filter('tool', 'mcp__a b'))
  const words = new URLSearchParams(path.split('?')[1]).get('q') ?? ''
  expect(parseSearch(words, NOW)).toEqual({
    terms: [],
    filters: [
      { key: 'is', value: 'response' },
      { key: 'after', timeMs: scope.from },
      { key: 'before', timeMs: scope.to },
      { key: 'model', value: 'gpt 5*x' },
      { key: 'tool', value: 'mcp__a b' },
    ],
  })
  expect(between({ from: 0, to: NOW })).toBe('before:2026-11-01T12:34Z')
})

it('an error is looked for by its words', () => {
  expect(parseSearch(wordsOf('http #: rate limit reached, id_#x'), NOW)).toEqual({
    terms: ['http', 'rate', 'limit', 'reached', 'id'].map(word => ({ words: [word], prefix: false })),
    filters: [],
  })
})

it('tokens are stacked without counting what was cached twice', () => {
  const buckets = [
    { from: 0, to: 10 },
    { from: 10, to: 20 },
  ]
  const row = (hour_ms: number, input: number, cached: number, output: number) => ({
    hour_ms,
    model: 'm',
    responses: 1,
    input_tokens: input,
    cached_tokens: cached,
    cache_write_tokens: 0,
    output_tokens: output,
    reasoning_tokens: 0,
  })
  const rows = [row(1, 100, 60, 5), row(2, 10, 0, 1), row(15, 50, 50, 2)]
  expect(tokensByBucket(rows, buckets)).toEqual({
    fresh: [50, 0],
    cached: [60, 50],
    cacheWrite: [0, 0],
    output: [6, 2],
  })
  expect(cacheRate(rows)).toBeCloseTo(110 / 160, 10)
  expect(cacheRate([])).toBeNull()
})

it('decisions on all tools are added up by what was decided and who decided', () => {
  const row = (tool_name: string, decision: string, source: string | null, decisions: number, wait_ms: number) => ({
    ...{ tool_name, decision, source, decisions, wait_ms },
    longest_wait_ms: wait_ms,
  })
  expect(
    groupApprovals([
      row('a', 'approved', 'User', 2, 5),
      row('b', 'approved', 'User', 3, 9),
      row('b', 'approved', 'Config', 7, 0),
      row('b', 'denied', null, 1, 0),
    ]),
  ).toEqual([
    { decision: 'approved', source: 'Config', decisions: 7, wait_ms: 0, longest_wait_ms: 0 },
    { decision: 'approved', source: 'User', decisions: 5, wait_ms: 14, longest_wait_ms: 9 },
    { decision: 'denied', source: null, decisions: 1, wait_ms: 0, longest_wait_ms: 0 },
  ])
})
