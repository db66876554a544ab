import { expect, it } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { CAPTURES, importPaths, testStore } from '../testing.fixture.ts'
import { sessionsText } from './session-text.ts'

it('a list of sessions has errors and the prompt at each width, and leaves out what a narrow terminal has no room for', async () => {
  const store = await testStore()
  await importPaths(store, CAPTURES)
  const sessions = await store.query('sessions', { ...ALL_TIME, limit: 100 })
  const heads = [40, 60, 80, 100, 160].map(width => {
    const lines = sessionsText(sessions, width).trimEnd().split('\n')
    expect(lines.length).toBe(sessions.length + 1)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width)
    return lines[0]?.split(/\s+/).join(' ')
  })
  expect(heads).toEqual([
    'when session errors what',
    'when session errors what',
    'when session requests tokens in/out errors what',
    'when session turns requests tools tokens in/out errors what',
    'when session turns requests tools waited tokens in/out errors what',
  ])
})
