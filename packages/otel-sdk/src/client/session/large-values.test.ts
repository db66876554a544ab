import { expect, it } from 'vitest'
import { resolveConfig } from '../../config/resolve-config.ts'
import { cpuMs } from '../../content/cpu-ms.fixture.ts'
import { type EventTuple, fieldOf } from '../../protocol/event-tuple.ts'
import { createMetricRegistry } from '../metrics/metric-registry.ts'
import { createSession } from './session.ts'

/** A session that keeps the last event, the names of the metrics that were recorded, and what was refused. */
function openSession() {
  const { config } = resolveConfig({ table: {}, file: 'config.toml', codexHome: '/', env: {} })
  const seen = { field: (_column: number): unknown => undefined, metrics: [] as string[], refused: [] as unknown[] }
  const registry = createMetricRegistry({
    sink: { add: ({ name }) => void seen.metrics.push(name) },
    onInvalid: message => seen.refused.push(message),
    onOverflow() {},
  })
  const session = createSession(
    {
      outbox: {
        add(event) {
          const fields = [...event]
          seen.field = column => fieldOf(fields as EventTuple, column)
        },
      },
      metrics: { registry, openTurns: new Set(), onInvalidEvent: name => seen.refused.push(name) },
      appVersion: '1',
      policy: config.content,
      onInvalidAttribute: name => seen.refused.push(name),
      onInvalidEvent: name => seen.refused.push(name),
    },
    { conversationId: 'c', model: 'm', originator: 'o', terminalType: 't', metricTags: false },
  )
  return { session, seen }
}

const START = {
  providerName: 'p',
  approvalPolicy: 'never',
  sandboxPolicy: 'read-only',
  reasoningSummary: 'auto',
} as const
/** The place of `mcpServers` in `codex.conversation_starts`. */
const MCP_SERVERS = 7

it('of a list of very many names only those are read that are kept', () => {
  const { session, seen } = openSession()
  let reads = 0
  const name = { toString: () => `server-${reads++}` } as string
  session.emit('codex.conversation_starts', { ...START, mcpServers: Array<string>(1_000_000).fill(name) })
  expect(reads).toBeLessThan(20_000)
  expect(String(seen.field(MCP_SERVERS))).toMatch(/^server-0, server-1, server-2, /)
})

it('names that are too long to read are not joined', () => {
  const { session, seen } = openSession()
  const long = 'a'.repeat(100_000_000)
  for (const mcpServers of [
    [long, long],
    [[long, long] as unknown as string, 'b'],
  ]) {
    expect(cpuMs(() => session.emit('codex.conversation_starts', { ...START, mcpServers }))).toBeLessThan(60)
    expect(String(seen.field(MCP_SERVERS))).toMatch(/^\[not read by telemetry: 100000000 characters\],/)
  }
})

it('a measurement of more than 128 tags is refused without a look at all of them', () => {
  const { session, seen } = openSession()
  const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']))
  const [most, more, many] = [tags(128), tags(129), tags(100_000)]
  session.counter('calls', 1, most)
  expect(seen).toMatchObject({ metrics: ['calls'], refused: [] })
  const used = cpuMs(() => {
    session.counter('calls', 1, more)
    session.counter('calls', 1, many)
    session.counter('others', 1, many)
    session.startTimer('times', many).end(many)
    session.counter('lists', 1, Array<string>(1_000_000).fill('v') as unknown as typeof many)
    session.counter('texts', 1, 'x'.repeat(1_000_000) as unknown as typeof many)
  })
  expect(used).toBeLessThan(400)
  expect(seen.metrics).toEqual(['calls'])
  expect(seen.refused).toHaveLength(6)
  for (const name of ['calls', 'others', 'times', 'lists']) {
    expect(seen.refused.join()).toContain(`"${name}" was dropped, as will be others: it has more than 128 tags`)
  }
})

it('an own event of long texts is made without reading them, and reports no more than their names', () => {
  const { session, seen } = openSession()
  const rope = 'b'.repeat(50_000_000) + 'c'.repeat(50_000_000)
  const emit = session.emit as (name: string, attributes: object) => void
  const used = cpuMs(() => emit('o.tested', { text: rope, list: [rope, rope], kept: 1 }))
  expect(used).toBeLessThan(60)
  expect(seen.refused).toEqual([])
  // The name, how many were left out, then each attribute's name and value.
  const fields = [0, 1, 2, 3, 4, 5, 6, 7].map(index => seen.field?.(index))
  const unread = '[not read by telemetry: 100000000 characters]'
  expect(fields).toEqual(['o.tested', 0, 'text', unread, 'list', [unread, unread], 'kept', 1])
})

it('a price of any length is told without being read for the metric', () => {
  const { session, seen } = openSession()
  const cost = { turnId: 't', interrupted: false, speed: 's', reasoningEffort: 'low' }
  session.emit('codex.turn_cost', { ...cost, estimatedUsd: `1.${'0'.repeat(500)}` })
  expect(seen.metrics).toEqual(['codex.turn.cost_microusd'])
  session.emit('codex.turn_cost', { ...cost, estimatedUsd: `1.${'0'.repeat(20_000_000)}` })
  expect(seen).toMatchObject({ metrics: ['codex.turn.cost_microusd'], refused: [] })
})

it('names of events and metrics, and kinds of events, are told without being read when they are too long', () => {
  const { session, seen } = openSession()
  const rope = 'b'.repeat(50_000_000) + 'c'.repeat(50_000_000)
  const used = cpuMs(() => {
    session.counter(rope, 1)
    session.emit(rope as 'codex.sse_event', { kind: 'a', durationMs: 1 })
    session.emit('codex.sse_event', { kind: rope, durationMs: 1 })
  })
  expect(used).toBeLessThan(60)
  expect(seen.refused).toHaveLength(2)
})
