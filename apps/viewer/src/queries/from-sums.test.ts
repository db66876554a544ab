import { expect, it } from 'vitest'
import type { Store } from '../store/store.ts'
import { CAPTURES, importPaths, testStore } from '../testing.fixture.ts'
import { EVERYTHING } from './dialect.ts'

/** One event at a time, and one of no session, which asks for nothing, and fails. */
async function storeLoose(store: Store): Promise<void> {
  const attributes = (values: Record<string, string>): object[] =>
    Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  const logRecords = [
    { 'event.name': 'codex.sse_event', input_token_count: '5', output_token_count: '2', model: 'loose' },
    {
      'event.name': 'codex.api_request',
      attempt: '1',
      'http.response.status_code': '500',
      'error.message': 'http 500',
    },
  ].map(values => ({ timeUnixNano: '1764417600123000000', attributes: attributes(values) }))
  const body = new TextEncoder().encode(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
  await store.store({ signal: 'logs', encoding: 'json', body })
}

it('the sums of full hours are what the events themselves give', async () => {
  const store = await testStore()
  await importPaths(store, CAPTURES)
  await storeLoose(store)
  const hours = await store.query('hours', EVERYTHING)
  expect(hours.length).toBeGreaterThan(1)
  const middle = hours[1]?.hour_ms ?? 0
  for (const model of ['', 'gpt-5.1-codex', 'loose', 'no such model']) {
    for (const agent of ['', 'codex', 'no such agent']) {
      for (const from of [0, middle]) {
        const scope = { ...EVERYTHING, model, agent, from }
        for (const name of ['tokens', 'hours'] as const) {
          // Of a period that is no full hours, the events are asked.
          const fromEvents = await store.query(name, { ...scope, from: Math.max(1, from - 1) })
          expect(await store.query(name, scope)).toEqual(fromEvents)
        }
      }
    }
  }
})

it('what has no session goes from the sums with its events', async () => {
  const store = await testStore()
  await storeLoose(store)
  expect(await store.query('tokens', EVERYTHING)).toHaveLength(1)
  await store.clear({ beforeMs: Date.UTC(2025, 10, 30) })
  expect(await store.query('tokens', EVERYTHING)).toEqual([])
  expect(await store.query('hours', EVERYTHING)).toEqual([])
})
