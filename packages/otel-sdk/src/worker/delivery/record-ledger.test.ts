import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { WORKER_DROP_REASONS } from '../../protocol/shared-state.ts'
import type { DeliveryStats } from './delivery-stats.ts'
import { failOnBreach } from './failing-accounts.fixture.ts'
import { RecordLedger, type RecordPlace, type RecordSource } from './record-ledger.ts'

const everywhere = ({ exported, dropped, pending, spooled }: Readonly<DeliveryStats>): number =>
  exported + pending + spooled + Object.values(dropped).reduce((sum, count) => sum + count, 0)

const places: RecordPlace[] = ['pending', 'exported', 'spooled', ...WORKER_DROP_REASONS]
const origins: (RecordSource | RecordPlace)[] = ['accepted', 'recovered', ...places]

describe('RecordLedger', () => {
  it('counts a record at its source and in one place', () => {
    const ledger = new RecordLedger(failOnBreach)
    ledger.moved('accepted', 'pending', 5)
    ledger.moved('recovered', 'pending', 2)
    ledger.moved('pending', 'exported', 4)
    ledger.moved('pending', 'expired', 3)
    expect(ledger.stats).toMatchObject({ accepted: 5, recovered: 2, pending: 0, exported: 4, dropped: { expired: 3 } })
  })

  it('reports a move of more records than a place has, and moves those that are there', () => {
    const onBreach = vi.fn()
    const ledger = new RecordLedger(onBreach)
    ledger.moved('accepted', 'pending', 2)
    ledger.moved('pending', 'exported', 3)
    expect(onBreach.mock.calls).toEqual([['3 records cannot move from pending, which has 2, to exported']])
    expect(ledger.stats).toMatchObject({ accepted: 2, pending: 0, exported: 2 })
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('reports a move of %s records, and moves none', count => {
    const onBreach = vi.fn()
    const ledger = new RecordLedger(onBreach)
    ledger.moved('accepted', 'pending', count)
    expect(onBreach).toHaveBeenCalledOnce()
    expect(ledger.stats).toMatchObject({ accepted: 0, pending: 0 })
  })

  it('keeps every record in exactly one place, and no number negative, whatever is moved', () => {
    const move = fc.record({
      from: fc.constantFrom(...origins),
      to: fc.constantFrom(...places),
      records: fc.integer({ min: -3, max: 50 }),
    })
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), moves => {
        const onBreach = vi.fn()
        const ledger = new RecordLedger(onBreach)
        const { stats } = ledger
        let breaches = 0
        for (const { from, to, records } of moves) {
          const held = { ...stats, ...stats.dropped }
          const source = from === 'accepted' || from === 'recovered'
          if (records < 0 || (!source && records > held[from])) breaches++
          ledger.moved(from, to, records)
          expect(everywhere(stats)).toBe(stats.accepted + stats.recovered)
          expect(
            Math.min(stats.pending, stats.exported, stats.spooled, ...Object.values(stats.dropped)),
          ).toBeGreaterThanOrEqual(0)
        }
        expect(onBreach).toHaveBeenCalledTimes(breaches)
      }),
      { numRuns: 300 },
    )
  })
})
