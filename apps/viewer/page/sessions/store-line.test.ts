import { expect, it } from 'vitest'
import { storeText } from './store-line.tsx'

it('the page says where sessions are kept and for how long, and where none is', () => {
  const store = {
    path: '/state/store.db',
    bytes: 12_300_000,
    maxBytes: 2e9,
    retainMs: 30 * 86_400_000,
    events: 1_234,
    isWritable: true,
  }
  expect(storeText({ store, file: null, version: '1.0.0' })).toBe(
    'kept in /state/store.db: 1.23 k records, 12.3 MB, 2.00 GB at most, each session for 30 days after its last event · version 1.0.0',
  )
  expect(storeText({ store: { ...store, maxBytes: null, retainMs: null }, file: null, version: '1' })).toBe(
    'kept in /state/store.db: 1.23 k records, 12.3 MB · version 1',
  )
  expect(storeText({ store, file: 'a.jsonl', version: '1' })).toMatch(/^read from a\.jsonl: .*; nothing is kept/)
})
