import { expect, it } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { capturesOf, importPaths, testStore } from '../testing.fixture.ts'

const ONE = { limit: 1 }

it('a question that takes too long is cut off, and the next one is answered', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('a-simple'))
  const question = { ...ALL_TIME, limit: 1 }
  await expect(store.query('sessions', question, 0)).rejects.toThrow('sessions took more than 0 s; ask for less time')
  expect(await store.query('sessions', question)).toMatchObject([{ events: 17 }])
})

it('a question that waits behind one that is cut off has its own time', async () => {
  const store = await testStore()
  const [cut, waiting] = await Promise.allSettled([store.query('requests', ONE, 0), store.query('requests', ONE)])
  expect([cut.status, waiting.status]).toEqual(['rejected', 'fulfilled'])
})

it('a question that is given up before its turn is not asked', async () => {
  const store = await testStore()
  const leave = new AbortController()
  const first = store.query('requests', ONE)
  const second = store.queryJson('requests', ONE, { signal: leave.signal })
  leave.abort()
  await expect(second).rejects.toBe(leave.signal.reason)
  await first
})
