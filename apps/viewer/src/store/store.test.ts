import { expect, it } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { capturesOf, importPaths, testStore } from '../testing.fixture.ts'

it('a question that takes too long is cut off, and the next one is answered', async () => {
  const store = await testStore()
  await importPaths(store, ...capturesOf('a-simple'))
  const question = { ...ALL_TIME, limit: 1 }
  await expect(store.query('sessions', question, 0)).rejects.toThrow('sessions took more than 0 s; ask for less time')
  expect(await store.query('sessions', question)).toMatchObject([{ events: 17 }])
})
