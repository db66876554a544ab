import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capturesOf } from '../testing.fixture.ts'
import { openToWrite } from './open-database.ts'
import { writerMethods } from './writer-methods.ts'

const CAPTURED = capturesOf('b-tool-ok').map(file => gunzipSync(readFileSync(file)))

/** Captured requests with some bytes changed, left out or repeated. */
const damaged = fc
  .tuple(fc.constantFrom(...CAPTURED), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.nat(), fc.nat())
  .map(([body, changes, cut, length]) => {
    const from = cut % body.length
    const copy = Buffer.concat([body.subarray(0, from), body.subarray(from + (length % 64))])
    for (const [at, byte] of changes) copy[at % copy.length] = byte
    return new Uint8Array(copy)
  })
const anything = fc.oneof(fc.uint8Array({ maxLength: 500 }), damaged)

describe('bytes of any kind', () => {
  it('are stored or refused by an import, and never stop it', () => {
    const db = openToWrite(':memory:')
    const writer = writerMethods(db)
    const stored = (): number =>
      (db.prepare('SELECT coalesce(sum(records), 0) AS n FROM chunk').get() as { n: number }).n
    fc.assert(
      fc.property(fc.constantFrom('lines', 'document', 'binary'), anything, (form, bytes) => {
        const before = stored()
        const { logs, metrics, traces } = writer.importPart({ form, bytes })
        expect(stored() - before).toBe(logs + metrics + traces)
      }),
      { numRuns: 150 },
    )
  })

  it('are stored or refused at the door, and cost the requests beside them nothing', () => {
    const db = openToWrite(':memory:')
    const writer = writerMethods(db)
    const good = { signal: 'logs', encoding: 'binary', body: CAPTURED[3] ?? new Uint8Array() } as const
    fc.assert(
      fc.property(
        fc.constantFrom('logs', 'metrics', 'traces'),
        fc.constantFrom('binary', 'json'),
        anything,
        (signal, encoding, body) => {
          const [first, second] = writer.storeAll([{ signal, encoding, body }, good])
          expect(first).toSatisfy((result: object) => 'records' in result || 'malformed' in result)
          expect(second).toEqual({ records: 28 })
        },
      ),
      { numRuns: 60 },
    )
  })
})
