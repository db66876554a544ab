import { describe, expect, it } from 'vitest'
import { matchOf, parseSearch } from './parse-search.ts'

const NOW = Date.UTC(2026, 10, 1, 12)
const filtersOf = (typed: string): unknown => parseSearch(typed, NOW).filters

describe('words', () => {
  it.each([
    ['a "b" c*', '"a" "b" "c"*'],
    ['wait for it', '"wait" "for" "it"*'],
    ['"rate limit" now ', '"rate limit" "now"'],
    ['spo* seal ', '"spo"* "seal"'],
    ['"not ended', '"not ended"'],
    ['src/a-b.ts', '"src a b ts"*'],
    ['" OR * NEAR( ) -', '"OR NEAR"'],
    ['AND NOT', '"AND" "NOT"*'],
    ['', ''],
    ['*** --', ''],
    ['http://127.0.0.1:4318/v1', '"http 127 0 0 1 4318 v1"*'],
    ['"tool:x y"', '"tool x y"'],
    ['C:\\temp', '"C temp"*'],
    ['error: again', '"error" "again"*'],
  ])('of %s are none of the index’s operators', (typed, match) => {
    expect(matchOf(parseSearch(typed))).toBe(match)
    expect(parseSearch(typed).filters).toEqual([])
  })
})

describe('a filter', () => {
  it.each([
    ['tool:exec_command', { key: 'tool', value: 'exec_command' }],
    ['model:gpt-5*', { key: 'model', value: 'gpt-5*' }],
    ['tool:"my tool"', { key: 'tool', value: 'my tool' }],
    ['session:01a2', { key: 'session', value: '01a2' }],
    ['agent:codex', { key: 'agent', value: 'codex' }],
    ['event:tool_result', { key: 'event', value: 'tool_result' }],
    ['status:429', { key: 'status', from: 429, to: 429 }],
    ['status:5xx', { key: 'status', from: 500, to: 599 }],
    ['is:error', { key: 'is', value: 'error' }],
    ['before:2h', { key: 'before', timeMs: NOW - 7_200_000 }],
    ['after:1.5d', { key: 'after', timeMs: NOW - 129_600_000 }],
    ['after:2026-10-31T06:30Z', { key: 'after', timeMs: Date.UTC(2026, 9, 31, 6, 30) }],
    ['before:2026-10-31', { key: 'before', timeMs: new Date(2026, 9, 31).getTime() }],
    ['slower:1.5s', { key: 'slower', durationMs: 1_500 }],
  ])('%s is read', (typed, filter) => {
    expect(filtersOf(typed)).toEqual([filter])
  })

  it('behind the last word leaves that one a beginning', () => {
    expect(matchOf(parseSearch('rate lim tool:x is:error '))).toBe('"rate" "lim"*')
    expect(matchOf(parseSearch('rate lim tool:x again '))).toBe('"rate" "lim" "again"')
  })

  it('stands among words', () => {
    expect(parseSearch('rate tool:exec_command is:error lim', NOW)).toEqual({
      terms: [
        { words: ['rate'], prefix: false },
        { words: ['lim'], prefix: true },
      ],
      filters: [
        { key: 'tool', value: 'exec_command' },
        { key: 'is', value: 'error' },
      ],
    })
  })

  it.each([
    [
      'tol:x',
      'there is no filter tol: ; there are tool:, model:, event:, agent:, session:, call:, decision:, source:, status:, is:, before:, after:, slower:. Put "tol:x" in quotes to look for these words.',
    ],
    [
      'is:broken',
      'is: has no value "broken"; there are is:error, is:failed, is:denied, is:waited, is:retry, is:prompt, is:request, is:response, is:decision, is:tool.',
    ],
    ['status:42', 'status: has no value "42"; write an HTTP status, such as status:429 or status:5xx.'],
    [
      'before:soon',
      'before: has no value "soon"; write how long ago or when, such as before:2h, before:7d or before:2026-11-01T09:30.',
    ],
    ['slower:9', 'slower: has no value "9"; write a duration with its unit, such as slower:500ms or slower:2s.'],
  ])('%s is answered with what to write', (typed, message) => {
    expect(() => parseSearch(typed, NOW)).toThrow(new RangeError(message))
  })
})
