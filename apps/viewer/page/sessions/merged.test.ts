import { expect, it } from 'vitest'
import type { SessionRow } from '../../src/queries/sessions.ts'
import { merged } from './use-sessions.ts'

const session = (id: string, events: number, recent_ms: number): SessionRow =>
  ({ conversation_id: id, events, spans: 0, recent_ms }) as SessionRow

it('sessions that arrive take their place by what is recent in them, and an older state of one does not come back', () => {
  const rows = [session('a', 5, 300), session('b', 5, 200)]
  const changed = new Map([
    ['b', session('b', 6, 400)],
    ['c', session('c', 1, 350)],
    ['a', session('a', 4, 250)],
  ])
  expect(merged(rows, changed)).toEqual([session('b', 6, 400), session('c', 1, 350), session('a', 5, 300)])
})
