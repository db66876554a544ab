import { expect, it } from 'vitest'
import type { Store } from '../store/store.ts'
import { capturesOf, importPaths, testStore } from '../testing.fixture.ts'
import { ALL_TIME } from './dialect.ts'

const HOUR = 3_600_000
const AT = 490_000 * HOUR

it('what the Codex CLI counts in its metrics is what its events add up to', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('b-tool-ok'))
  const rows = await store.query('metricCheck', ALL_TIME)
  expect(rows).toEqual([
    { what: 'requests', events: 2, metrics: 2 },
    { what: 'tool calls', events: 1, metrics: 1 },
    { what: 'input tokens', events: 2_468, metrics: 2_468 },
  ])
  const before = { from: 0, to: AT }
  expect(await store.query('metricCheck', before)).toEqual(rows.map(({ what }) => ({ what, events: 0, metrics: null })))
})

it('metrics that did not come are unknown, and not 0', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('a-simple'))
  const rows = await store.query('metricCheck', ALL_TIME)
  expect(rows.map(({ metrics }) => metrics)).toEqual([null, null, null])
  expect(rows[0]?.events).toBeGreaterThan(0)
})

/** Stores the values of one sum, a minute between them. */
async function storeSum(store: Store, temporality: 1 | 2, values: readonly number[], from: number): Promise<void> {
  const dataPoints = values.map((value, index) => ({
    timeUnixNano: `${from + index * 60_000}000000`,
    asInt: value,
    attributes: [{ key: 'tool', value: { stringValue: `of ${temporality}` } }],
  }))
  const sum = { aggregationTemporality: temporality, isMonotonic: true, dataPoints }
  const message = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'codex.tool.call', sum }] }] }] }
  const body = new TextEncoder().encode(JSON.stringify(message))
  expect(await store.store({ signal: 'metrics', encoding: 'json', body })).not.toHaveProperty('malformed')
}

it('a cumulative series counts by what it grew in a period, and from 0 where it began anew', async () => {
  const store = await testStore()
  const calls = async (from: number, to: number): Promise<number | null | undefined> =>
    (await store.query('metricCheck', { from, to })).find(({ what }) => what === 'tool calls')?.metrics
  await storeSum(store, 2, [3, 5, 5], AT)
  await storeSum(store, 2, [9, 2], AT + HOUR)
  expect(await calls(AT, AT + HOUR)).toBe(5)
  expect(await calls(AT + HOUR, AT + 2 * HOUR)).toBe(6)
  await storeSum(store, 1, [10, 10], AT)
  expect(await calls(AT, AT + HOUR)).toBe(25)
})
