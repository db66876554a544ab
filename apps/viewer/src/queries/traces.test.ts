import { expect, it } from 'vitest'
import { spanRows } from '../../page/trace/span-rows.ts'
import { CAPTURES, importPaths, testStore } from '../testing.fixture.ts'

it('a trace has its spans, the session that its logs name, and each span in full', async () => {
  const store = await testStore()
  await importPaths(store, CAPTURES)
  const session = '01a20484-8c64-7422-a99d-3f5508332099'
  const traces = await store.query('tracesOfSession', { session, limit: 100 })
  expect(traces.map(({ name, spans }) => ({ name, spans }))).toEqual([
    { name: 'thread/start', spans: 139 },
    { name: 'session_loop', spans: 5 },
    { name: 'turn/start', spans: 348 },
  ])
  const [, , turn] = traces
  expect(turn).toMatchObject({ conversation_id: session, title: 'Run echo', errors: 0 })
  expect(turn?.duration_ms).toBeCloseTo(212.4, 1)
  expect(await store.query('trace', { trace: turn?.trace_id ?? '' })).toEqual([turn])

  const spans = spanRows(await store.query('spans', { trace: turn?.trace_id ?? '' }))
  expect(spans).toHaveLength(348)
  expect(spans.map(({ start_ms }) => start_ms)).toEqual(spans.map(({ start_ms }) => start_ms).sort((a, b) => a - b))
  const ids = new Set(spans.map(({ span_id }) => span_id))
  expect(spans.filter(({ parent_id }) => parent_id === null).map(({ name }) => name)).toEqual(['turn/start'])
  expect(spans.filter(({ parent_id }) => parent_id !== null && !ids.has(parent_id))).toEqual([])
  expect(spans.filter(({ names_session }) => names_session === 1).map(({ name }) => name)).toContain('exec_command')

  const command = spans.find(({ name }) => name === 'exec_command')
  const [record] = await store.query('spanRecord', { span: command?.id ?? -1 })
  expect(record).toMatchObject({ span_id: command?.span_id, parent_id: command?.parent_id, name: 'exec_command' })
  expect(record?.attributes).toMatchObject({ tool_name: 'exec_command' })
  expect(record?.resource).toMatchObject({ 'service.name': 'codex_exec' })
})

it('a trace and a span that are not there have no rows', async () => {
  const store = await testStore()
  for (const trace of ['00'.repeat(16), 'no hex', ''])
    expect([...(await store.query('trace', { trace })), ...(await store.query('spans', { trace }))]).toEqual([])
  expect(await store.query('spanRecord', { span: 1 })).toEqual([])
})
