import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openToWrite } from '../store/open-database.ts'
import { writerMethods } from '../store/writer-methods.ts'
import { ALL_TIME, EVERYTHING } from './dialect.ts'
import { answer } from './queries.ts'

const HOUR_MS = 3_600_000

const anyCount = fc.constantFrom('0', '5', '700', '-1', '1e30', 'many')
const anyCall = fc.constantFrom('a', 'b', 'c')
const anyModel = fc.constantFrom('m', 'n')

const anyOf = (name: string, facts: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<Record<string, string>> =>
  fc.record({ 'event.name': fc.constant(name), ...facts }, { requiredKeys: ['event.name'] })

const anyEvent = fc.oneof(
  anyOf('codex.sse_event', {
    model: anyModel,
    input_token_count: anyCount,
    output_token_count: anyCount,
    cached_token_count: anyCount,
    cache_write_token_count: anyCount,
    reasoning_token_count: anyCount,
  }),
  anyOf('codex.of_an_agent', { model: anyModel, input_token_count: anyCount, output_token_count: anyCount }),
  anyOf('codex.tool_decision', { call_id: anyCall, decision: fc.constantFrom('approved', 'denied', 'abort') }),
  anyOf('codex.tool_result', {
    model: anyModel,
    tool_name: fc.constantFrom('t', 'u'),
    call_id: anyCall,
    success: fc.constantFrom('true', 'false'),
    decision: fc.constantFrom('denied'),
    'error.message': fc.constantFrom('it broke'),
  }),
)
const anyRecord = fc.record({
  session: fc.constantFrom('s', 't', undefined),
  hour: fc.nat(2),
  attributes: anyEvent,
})

const sum = (rows: object[], key: string): number =>
  rows.reduce((total, row) => total + ((row as Record<string, number>)[key] ?? 0), 0)

it('the sums of sessions, of hours and of the events themselves are the same, in whatever order the events come', () => {
  const start = Date.UTC(2026, 10, 1)
  fc.assert(
    fc.property(fc.array(fc.array(anyRecord, { maxLength: 8 }), { maxLength: 6 }), batches => {
      const db = openToWrite(':memory:')
      const writer = writerMethods(db)
      for (const [number, batch] of batches.entries()) {
        const logRecords = batch.map(({ session, hour, attributes }, place) => ({
          timeUnixNano: `${start + hour * HOUR_MS + number * 100 + place}000000`,
          attributes: Object.entries({ ...attributes, ...(session && { 'conversation.id': session }) }).map(
            ([key, value]) => ({ key, value: { stringValue: value } }),
          ),
        }))
        const message = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] }
        writer.storeAll([{ signal: 'logs', encoding: 'json', body: Buffer.from(JSON.stringify(message)) }])
      }
      const sessions = answer(db, 'sessions', { ...ALL_TIME, limit: 10 })
      for (const session of sessions) {
        const question = { session: session.conversation_id, stream: 1, after: 0, limit: 1_000, offset: 0 } as const
        const rows = answer(db, 'timeline', question)
        expect({
          events: session.events,
          tools_failed: session.tools_failed,
          errors: session.errors,
          responses: session.responses,
          tokens: [session.input_tokens, session.output_tokens, session.cached_tokens, session.cache_write_tokens],
        }).toEqual({
          events: rows.length,
          tools_failed: rows.filter(({ role, success, declined }) => role === 'tool' && success === 0 && !declined)
            .length,
          errors: rows.filter(({ error_message, declined }) => error_message !== null && !declined).length,
          responses: rows.filter(({ input_tokens }) => input_tokens !== null).length,
          tokens: ['input_tokens', 'output_tokens', 'cached_tokens', 'cache_write_tokens'].map(key => sum(rows, key)),
        })
        const usage = answer(db, 'usage', { from: 0 }).filter(row => row.conversation_id === session.conversation_id)
        for (const key of ['input_tokens', 'output_tokens', 'cached_tokens', 'cache_write_tokens'] as const)
          expect(sum(usage, key)).toBe(session[key])
      }
      // Full hours are answered from what was added up, others from the events.
      for (const name of ['tokens', 'hours'] as const) {
        const scope = { ...EVERYTHING, from: start, to: start + 3 * HOUR_MS }
        expect(answer(db, name, { ...scope, to: scope.to + 1 })).toEqual(
          (answer(db, name, scope) as object[]).filter(row =>
            Object.values(row).some((value, index) => index > 0 && value),
          ),
        )
      }
      db.close()
    }),
    { numRuns: 300 },
  )
})
