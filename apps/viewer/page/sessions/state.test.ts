import { expect, it } from 'vitest'
import type { SessionRow } from '../../src/queries/sessions.ts'
import { stateOf } from './state.ts'

const session = { last_ms: 1_000_000 } as SessionRow
const pending = { conversation_id: 'c', since_ms: 1_000_000, calls: 1, answered: 0 }

it.each([
  ['live while events arrive', undefined, 30_000, { name: 'live' }],
  ['ended a minute after its last event', undefined, 60_000, { name: 'ended' }],
  ['live where the clock of its machine is ahead', undefined, -3_600_000, { name: 'live' }],
  ['ended where its clock is years ahead', undefined, -2e12, { name: 'ended' }],
  ['live where a call was only just asked for', pending, 1_000, { name: 'live' }],
  ['waiting where a call has neither a decision nor a result', pending, 5_000, { name: 'waits', sinceMs: 1_000_000 }],
  ['waiting after its last minute, too', pending, 600_000, { name: 'waits', sinceMs: 1_000_000 }],
  ['ended where it has waited for an hour', pending, 3_600_000, { name: 'ended' }],
  ['live where more happened after the call', { ...pending, since_ms: 990_000 }, 5_000, { name: 'live' }],
])('a session is %s', (_, asked, later, state) => {
  expect(stateOf(session, asked, session.last_ms + later)).toEqual(state)
})
