import type { CodexEventName } from '@codex/otel-api'
import { expect, it } from 'vitest'
import { type CompiledRow, ROW_BY_NAME } from '../../catalogue/event-table.ts'
import type { SessionAttributes } from '../../catalogue/session-attributes.ts'
import { type EventTuple, openTuple } from '../../protocol/event-tuple.ts'
import { SignalSlot } from '../../protocol/shared-state.ts'
import { readEvents } from '../written-events.fixture.ts'
import { createLogSignal } from './logs.ts'
import { openRoute } from './signal-start.fixture.ts'

const TIME_MS = Date.UTC(2026, 8, 21, 10, 0, 0, 5)
const SESSION: SessionAttributes = { common: { 'conversation.id': 'c-1' }, authEnvironment: {}, own: {} }

function event(name: CodexEventName, fields: Record<string, unknown>): EventTuple {
  const row = ROW_BY_NAME.get(name) as CompiledRow
  const tuple = openTuple(row.id, TIME_MS)
  for (const field of row.fields) tuple.push(fields[field])
  return tuple
}

it('an event arrives as a log record with its name, its time and the resource of logs', async () => {
  await using route = await openRoute('logs')
  const signal = createLogSignal(route.start, route.delivery, undefined)
  readEvents([event('codex.turn_ttft', { durationMs: 12 })], SESSION, signal)
  await signal.journal()
  expect(await signal.end(10_000)).toBe(true)
  const nanoseconds = BigInt(TIME_MS) * 1_000_000n
  expect(route.receiver.logs).toMatchObject([
    {
      eventName: 'codex.turn_ttft',
      timeUnixNano: nanoseconds,
      observedTimeUnixNano: nanoseconds,
      severityNumber: 9,
      severityText: 'INFO',
      scope: { name: 'codex_otel' },
      attributes: { 'conversation.id': { value: 'c-1' }, duration_ms: { value: '12' } },
      resource: { attributes: { 'service.name': { value: 'codex_exec' }, 'host.name': { type: 'string' } } },
    },
  ])
})

it('journal() stores every event that was emitted, also more than one batch of the processor holds', async () => {
  await using route = await openRoute('logs')
  const signal = createLogSignal(route.start, route.delivery, undefined)
  const events = Array.from({ length: 1_300 }, (_, i) => event('codex.turn_ttft', { durationMs: i }))
  readEvents(events, SESSION, signal)
  await signal.journal()
  expect(route.store.records).toBe(1_300)
  expect(route.delivery.stats).toMatchObject({ accepted: 1_300, exported: 0 })
  expect(await signal.end(10_000)).toBe(true)
  expect(route.receiver.logs.map(({ attributes }) => Number(attributes.duration_ms?.value))).toEqual(
    events.map((_, i) => i),
  )
})

it('events that a receiver refuses to take stay stored when the signal ends', async () => {
  await using route = await openRoute('logs')
  route.receiver.misbehave({ answer: { status: 503 } })
  const signal = createLogSignal(route.start, route.delivery, undefined)
  readEvents([event('codex.turn_ttft', { durationMs: 1 })], SESSION, signal)
  await signal.journal()
  expect(await signal.end(10_000)).toBe(false)
  expect(route.store.records).toBe(1)
})

it('the number of secrets that were replaced is there for the application to read', async () => {
  await using route = await openRoute('logs')
  const signal = createLogSignal(route.start, route.delivery, undefined)
  readEvents([event('codex.tool_result', { output: 'PASSWORD=hunter2' })], SESSION, signal)
  await signal.journal()
  expect(route.shared(SignalSlot.scrubbed)).toBe(1)
  await signal.end(10_000)
})
