import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testFolder, testStore } from '../testing.fixture.ts'
import type { RefusedRequest } from './refusals.ts'
import { Store } from './store.ts'

const wrongPath: RefusedRequest = {
  ...{ timeMs: 1_000, transport: 'http', signal: undefined, method: 'POST', path: '/v1/log', userAgent: 'agent/1' },
  ...{ bytes: 12, status: 404, reason: 'no signal is received at /v1/log', cure: 'use /v1/logs' },
}

describe('a request that was refused', () => {
  it('is kept with its reason and its cure, and is there after a restart', async () => {
    const path = join(testFolder(), 'store.db')
    {
      await using store = await Store.open(path)
      await store.refuse(wrongPath)
      await store.refuse({
        ...wrongPath,
        timeMs: 2_000,
        transport: 'grpc',
        status: 14,
        reason: 'full',
        cure: undefined,
      })
      await store.refuse({
        ...wrongPath,
        timeMs: 3_000,
        method: '',
        path: '',
        status: undefined,
        reason: 'TLS arrived',
      })
      await store.refuse({ ...wrongPath, timeMs: 4_000, signal: 'logs', status: 500, reason: 'the disk is full' })
    }
    await using store = await Store.openToRead(path)
    const rows = await store.query('refusals', { limit: 50 })
    expect(rows.map(({ status, outcome }) => [status, outcome])).toEqual([
      [500, 'failed'],
      [null, 'unreadable'],
      [14, 'busy'],
      [404, 'refused'],
    ])
    expect(rows[3]).toEqual({
      ...{ refusal_id: 1, time_ms: 1_000, first_ms: 1_000, times: 1, transport: 'http', signal: null, method: 'POST' },
      ...{ path: '/v1/log', user_agent: 'agent/1', bytes: 12, status: 404, outcome: 'refused' },
      ...{ reason: 'no signal is received at /v1/log', cure: 'use /v1/logs' },
    })
  })

  it('a second time is counted', async () => {
    const store = await testStore()
    await Promise.all([1_000, 3_000, 2_000].map(timeMs => store.refuse({ ...wrongPath, timeMs })))
    expect(await store.query('refusals', { limit: 50 })).toMatchObject([{ first_ms: 1_000, time_ms: 3_000, times: 3 }])
  })

  it('is one of the newest 500 that are kept, with texts of bounded length', async () => {
    const store = await testStore()
    const long = 'x'.repeat(10_000)
    for (let count = 0; count < 700; count++)
      void store.refuse({ ...wrongPath, timeMs: count, path: `/${count}`, userAgent: long, reason: long, cure: long })
    await store.refuse({ ...wrongPath, timeMs: 700 })
    const rows = await store.query('refusals', { limit: 10_000 })
    expect(rows.map(({ time_ms }) => time_ms)).toEqual(Array.from({ length: 500 }, (_, index) => 700 - index))
    expect(Math.max(...rows.map(row => JSON.stringify(row).length))).toBeLessThan(2_000)
  })

  it('goes with the sessions of its time', async () => {
    const store = await testStore()
    await store.refuse(wrongPath)
    await store.refuse({ ...wrongPath, timeMs: 9_000, path: '/other' })
    await store.clear({ beforeMs: 5_000 })
    expect(await store.query('refusals', { limit: 50 })).toMatchObject([{ path: '/other' }])
    await store.clear({})
    expect(await store.query('refusals', { limit: 50 })).toEqual([])
  })
})
