import { expect, it } from 'vitest'
import { withDefaults } from './limits.ts'

const MIB = 1024 * 1024

it('a server without limits of its own has those that are documented', () => {
  const usual = {
    ...{ receivedBytes: 20 * MIB, decodedBytes: 64 * MIB, requests: 64, heldBytes: 256 * MIB, connections: 256 },
    ...{ requestTimeoutMs: 30_000, idleTimeoutMs: 120_000 },
    record: { attributes: 1_000, depth: 32, values: 50_000 },
  }
  expect(withDefaults()).toEqual(usual)
  const one = withDefaults({ requests: 2, record: { depth: 3 } })
  expect(one).toEqual({ ...usual, requests: 2, record: { ...usual.record, depth: 3 } })
})
