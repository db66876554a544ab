import { describe, expect, it } from 'vitest'
import type { TimelineRow } from '../../src/queries/timeline.ts'
import type { TraceRow } from '../../src/queries/traces.ts'
import { argumentsLine, entriesOf, exitCode, outputBody, responseTime } from './entries.ts'
import { outcomeOf } from './labels.ts'
import { ribbonOf, sumsOf } from './ribbon.ts'
import { eventOf, holds, isTrouble, isTurn, isWait, sessionRows } from './session-rows.ts'
import { tracesOfTurns } from './traces.ts'
import { turnsOf, withNewRows } from './turns.ts'

let next = 0

function row(time_ms: number, role: string, more: Partial<TimelineRow> = {}): TimelineRow {
  next += 1
  return {
    ...{ event_id: next, time_ms, event_name: `codex.${role}`, role, event_kind: null, duration_ms: null, model: 'm' },
    ...{ tool_name: null, success: null, status: null, attempt: null, call_id: null, decision: null, source: null },
    ...{ wait_ms: null, input_tokens: null, output_tokens: null, cached_tokens: null, cache_write_tokens: null },
    ...{ reasoning_tokens: null, ttft_ms: null, error_message: null, declined: 0 },
    ...more,
  }
}

/** A turn: a request that is refused and sent again, a command that a person allows, and the answer. */
const TURN = [
  row(1_000, 'prompt'),
  row(1_200, 'request', { duration_ms: 100, status: 429, attempt: 0, error_message: 'http 429' }),
  row(3_500, 'request', { duration_ms: 300, status: 200, attempt: 1 }),
  row(3_900, 'other', { event_name: 'codex.turn_ttft', duration_ms: 2_900 }),
  row(5_000, 'response', { input_tokens: 100, cached_tokens: 80, output_tokens: 20, ttft_ms: 400 }),
  row(9_000, 'decision', { call_id: 'c', decision: 'approved', source: 'User', wait_ms: 4_000 }),
  row(10_000, 'tool', { call_id: 'c', tool_name: 'exec_command', success: 1, duration_ms: 5_000 }),
  row(10_500, 'request', { duration_ms: 200, status: 200, attempt: 0 }),
  row(12_000, 'response', { input_tokens: 150, output_tokens: 30 }),
]

describe('the entries of a turn', () => {
  const overWebsocket = (time: number, more: Partial<TimelineRow> = {}): TimelineRow =>
    row(time, 'request', { event_name: 'codex.websocket_request', duration_ms: 2, success: 1, ...more })
  const connect = (time: number, error_message: string | null = null): TimelineRow =>
    row(time, 'other', { event_name: 'codex.websocket_connect', duration_ms: 10, error_message })
  const brokenOff = (time: number): TimelineRow =>
    row(time, 'stream', { event_kind: 'response.completed', error_message: 'the model is busy' })

  it('join a request with its response, and a refused request with the next attempt', () => {
    const entries = entriesOf(TURN)
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...['prompt', 'request', 'response', 'note', 'ask', 'tool', 'response'],
    ])
    expect(entries[1]).toMatchObject({ again: 3_200, trouble: true, from: 1_100 })
    expect(entries[2] && responseTime(entries[2])).toBe(1_800)
    expect(entries[2]).toMatchObject({ from: 3_200, to: 5_000, trouble: false })
  })

  it('keep a request whose stream broke off apart from the response of the next one', () => {
    const entries = entriesOf([
      row(100, 'request', { duration_ms: 10, status: 200 }),
      row(200, 'stream', { error_message: 'stream closed' }),
      row(400, 'request', { duration_ms: 10, status: 200 }),
      row(500, 'response', { input_tokens: 1 }),
    ])
    expect(entries.map(({ kind, trouble }) => [kind, trouble])).toEqual([
      ['request', false],
      ['error', true],
      ['response', false],
    ])
    expect(entries[2]?.from).toBe(390)
  })

  it('put a decision of the configuration into the call that it allows, and show it where the call has no result', () => {
    const decision = row(100, 'decision', { call_id: 'a', decision: 'approved', source: 'Config' })
    const result = row(200, 'tool', { call_id: 'a', success: 1 })
    expect(entriesOf([decision, result]).map(({ kind, decision }) => [kind, decision?.source])).toEqual([
      ['tool', 'Config'],
    ])
    const later = row(300, 'note')
    expect(entriesOf([decision, later]).map(({ kind }) => kind)).toEqual(['ask', 'note'])
  })

  it('tell a call that was not allowed from one that failed', () => {
    const entries = entriesOf([
      row(100, 'decision', { call_id: 'a', decision: 'denied', source: 'User', wait_ms: 50 }),
      row(110, 'tool', { call_id: 'a', success: 0, declined: 1 }),
      row(120, 'tool', { call_id: 'b', success: 0 }),
    ])
    expect(entries.map(({ kind, trouble }) => [kind, trouble])).toEqual([
      ['ask', false],
      ['tool', false],
      ['tool', true],
    ])
    expect(entries.map(entry => outcomeOf(entry, undefined).text).slice(1)).toEqual([
      'not run, declined by you',
      'failed',
    ])
  })

  it.each([
    [{ decision: 'denied', source: 'Config' }, 'not run, declined by the configuration'],
    [{ decision: 'denied', source: 'AutomatedReviewer' }, 'not run, declined by AutomatedReviewer'],
    [{ decision: 'abort', source: 'User', wait_ms: 0 }, 'not run, the turn was stopped'],
    [{ decision: 'timed_out', source: null }, 'not run, no answer in time'],
  ])('say who did not allow a call: %j', (decision, text) => {
    const call = row(110, 'tool', { call_id: 'a', success: 0, declined: 1 })
    const entry = entriesOf([row(100, 'decision', { call_id: 'a', ...decision }), call]).at(-1)
    expect(entry && outcomeOf(entry, undefined)).toEqual({ text, look: 'muted' })
  })

  it('join a request over a WebSocket with its response, which an earlier one of the connection does not take', () => {
    const entries = entriesOf([overWebsocket(100), overWebsocket(150), row(400, 'response', { input_tokens: 5 })])
    expect(entries.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['request', 98, 100],
      ['response', 148, 400],
    ])
    expect(entries[1] && responseTime(entries[1])).toBe(252)
  })

  it.each([
    [
      'over a new WebSocket, from its opening on',
      [overWebsocket(102), brokenOff(150), connect(360), overWebsocket(363)],
      [50, 200, 350],
    ],
    ['over the WebSocket that stays open', [overWebsocket(102), brokenOff(150), overWebsocket(352)], [50, 200, 350]],
    [
      'over HTTP',
      [overWebsocket(102), brokenOff(150), row(400, 'request', { duration_ms: 50, status: 200, attempt: 0 })],
      [50, 200, 350],
    ],
    [
      'after the WebSocket did not take it',
      [overWebsocket(102, { success: 0, error_message: 'closed' }), connect(360)],
      [2, 248, 350],
    ],
    ['after a WebSocket could not be opened', [connect(110, 'refused'), connect(360)], [0, 240, 350]],
  ])('know when what failed was tried again: %s', (_, rows, [model, pause, again]) => {
    const entries = entriesOf(rows)
    expect(entries.map(entry => entry.again).filter(time => time !== undefined)).toEqual([again])
    const sums = sumsOf(ribbonOf(entries, 100, 350))
    expect(sums).toEqual({ ...{ model, tools: 0, you: 0, retry: pause }, other: 250 - (model ?? 0) - (pause ?? 0) })
  })

  it('have a request that was not sent again where its response went on, or the turn ended', () => {
    const wentOn = [overWebsocket(102), brokenOff(150), row(200, 'response', { input_tokens: 1 }), overWebsocket(300)]
    expect(entriesOf(wentOn).filter(({ again }) => again !== undefined)).toEqual([])
    const turns = turnsOf([overWebsocket(102), brokenOff(150), row(300, 'prompt'), overWebsocket(400)])
    expect(turns.flatMap(({ entries }) => entries).filter(({ again }) => again !== undefined)).toEqual([])
  })

  it('have a response without a request, as agents send whose one event is both', () => {
    const [entry] = entriesOf([row(2_000, 'response', { duration_ms: 1_500, input_tokens: 3 })])
    expect(entry).toMatchObject({ kind: 'response', from: 500, to: 2_000 })
    expect(entry && responseTime(entry)).toBe(1_500)
  })
})

describe('the ribbon', () => {
  it('tells the time of the model, the tools, the person and the rest, without a gap and without counting any twice', () => {
    const [turn, ...others] = turnsOf(TURN)
    expect(others).toEqual([])
    expect(turn?.sums).toEqual({
      ...{ model: 100 + 1_800 + 1_700, tools: 1_000, you: 4_000, retry: 2_000, other: 100 + 300 },
    })
    expect(turn?.parts.map(({ name }) => name)).toEqual([
      ...['other', 'model', 'retry', 'model', 'you', 'tools', 'other', 'model'],
    ])
    expect(turn?.parts.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(11_000)
  })

  it('of any events fills the whole time', () => {
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed % below
    }
    for (let round = 0; round < 200; round += 1) {
      const rows = Array.from({ length: random(20) }, () =>
        row(random(1_000), ['request', 'response', 'tool', 'decision'][random(4)] ?? '', {
          duration_ms: random(1_500),
          wait_ms: random(2) === 0 ? null : random(900),
        }),
      )
      const parts = ribbonOf(entriesOf(rows), 100, 900)
      expect(parts[0]?.from).toBe(100)
      expect(parts.at(-1)?.to).toBe(900)
      for (const [index, part] of parts.entries()) {
        expect(part.to).toBeGreaterThan(part.from)
        const following = parts[index + 1]
        if (following) expect([following.from, following.name !== part.name]).toEqual([part.to, true])
      }
      const sums = sumsOf(parts)
      expect(sums.model + sums.tools + sums.you + sums.retry + sums.other).toBe(800)
    }
  })
})

describe('the turns of a session', () => {
  it('begin at its prompts, and what comes before the first is none of them', () => {
    const turns = turnsOf([row(1, 'start'), row(5, 'note', { duration_ms: 3 }), ...TURN, row(20_000, 'prompt')])
    expect(turns.map(({ number, entries }) => [number, entries.length])).toEqual([
      [0, 2],
      [1, 5],
      [2, 0],
    ])
    expect(turns[1]).toMatchObject({ input: 250, output: 50, firstToken: 2_900, trouble: 1, from: 1_000, to: 12_000 })
    // Nothing is known of the last turn's tokens.
    expect(turns[2]).toMatchObject({ input: null, output: null, firstToken: null })
  })

  it('take events that arrive later in the order of their times, each once', () => {
    const [a, b, c] = [row(10, 'prompt'), row(20, 'request'), row(30, 'response')]
    expect(withNewRows([a, c], [b, c])).toEqual([a, b, c])
    const same = [a, b]
    expect(withNewRows(same, [a])).toBe(same)
  })
})

describe('the rows of a session', () => {
  it('are its turns and their entries, and that it waits for a person while it probably does', () => {
    const turns = turnsOf(TURN)
    const rows = sessionRows(turns, undefined)
    expect(rows).toHaveLength(6)
    expect(rows.map(row => isTurn(row))).toEqual([true, false, false, false, false, false])
    expect(rows.filter(isTrouble).map(({ entry }) => entry?.kind)).toEqual(['request'])
    expect(rows.filter(isWait).map(({ entry }) => entry?.kind)).toEqual(['ask'])
    const waiting = sessionRows(turns, 12_000)
    expect(waiting.slice(0, -1)).toEqual(rows)
    expect(waiting.at(-1)).toMatchObject({ key: 'waiting', entry: { kind: 'waiting', from: 12_000 } })
    expect(sessionRows(turnsOf([row(1, 'prompt')]), 5)).toHaveLength(1)
  })

  it('keep their keys when a request becomes a response, and are found by either event', () => {
    const [prompt, request, response] = [row(1, 'prompt'), row(2, 'request', { status: 200 }), row(3, 'response')]
    const before = sessionRows(turnsOf([prompt, request]), undefined)
    const after = sessionRows(turnsOf([prompt, request, response]), undefined)
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key))
    for (const event of [request.event_id, response.event_id]) expect(after.findIndex(row => holds(row, event))).toBe(1)
    expect(after.map(eventOf)).toEqual([prompt.event_id, response.event_id])
  })

  it('have the trace that most of the time of their turn is in', () => {
    const turns = turnsOf([
      row(0, 'start'),
      row(1_000, 'prompt'),
      row(2_000, 'note'),
      row(5_000, 'prompt'),
      row(9_000, 'note'),
    ])
    const trace = (trace_id: string, start_ms: number, duration_ms: number): TraceRow =>
      ({ trace_id, start_ms, duration_ms }) as TraceRow
    const traces = [
      trace('start', 0, 900),
      trace('first', 1_001, 990),
      trace('short', 5_100, 100),
      trace('second', 5_300, 3_000),
    ]
    expect([...tracesOfTurns(turns, traces)]).toEqual([
      [1, 'first'],
      [2, 'second'],
    ])
    expect(tracesOfTurns(turns, []).size).toBe(0)
  })
})

describe('the texts of a call', () => {
  it.each([
    ['Exit code: 3\nWall time: 1 s\nOutput:\nx', 3],
    ['Chunk ID: 1\nProcess exited with code 0\nOriginal token count: 1\nOutput:\nExit code: 9', 0],
    ['Output:\nExit code: 9', undefined],
    ['exec_command failed', undefined],
  ])('%j tells the exit code', (output, code) => {
    expect(exitCode(output)).toBe(code)
  })

  it('show the output without what the agent wrote above it', () => {
    expect(outputBody('Chunk ID: 1\nWall time: 0 s\nOutput:\na\nOutput:\nb')).toBe('a\nOutput:\nb')
    expect(outputBody('my Output:\nx')).toBe('my Output:\nx')
  })

  it.each([
    ['{"cmd":"echo hi"}', 'echo hi'],
    ['{"command":["git","log"]}', 'git log'],
    ['{"path":"a.ts","line":3}', 'path: a.ts  line: 3'],
    ['{"cmd":"echo \\"a', 'echo "a'],
    ['[1]', '[1]'],
    ['plain', 'plain'],
  ])('%j is one line', (text, line) => {
    expect(argumentsLine(text)).toBe(line)
  })
})
