import { describe, expect, it } from 'vitest'
import { record } from './delivery-row.ts'
import { FAULT_RUNS, type FaultCase, faultNames, healScene, openCase, WORK_MS } from './fault-cases.ts'
import { asRow, type FaultOutcome, LEAVE_LIMIT_MS, meetFault } from './meet-fault.ts'

describe('codex-otel', () => {
  it.for(FAULT_RUNS)(
    'loses nothing that was not refused: $name over $transport',
    async ({ fault, transport }, context) => {
      await using scene = await openCase(fault, transport)
      const mended = await fault.mend?.(scene)
      const outcome = await meetFault(scene, {
        telemetry: 'codex',
        // Where all can be delivered it goes on until it is; the other kind of SDK cannot tell.
        agent: {
          ...(fault.expect === 'in-time' || fault.expect === 'refused' ? { recovers: 0 } : { workMs: WORK_MS }),
          ...(fault.spoil === undefined ? {} : { exporter: fault.spoil(scene) }),
        },
        heal: () => healScene(scene),
        next: fault.expect !== 'kept',
        ...(mended === undefined ? {} : { nextExporter: mended }),
      })
      record(context, asRow(outcome, faultNames(fault, 'codex-otel', transport)))
      expect(outcome).toMatchObject({ run: { code: 0, stderr: '' }, ...fates(fault, outcome) })
      expect(outcome.twice).toBeLessThanOrEqual(fault.twice ?? 0)
      expect(outcome.leaveMs).toBeLessThan(LEAVE_LIMIT_MS)
      expect([...new Set(outcome.run.said.map(({ code }) => code))]).toEqual(fault.says)
      // Every record is in one place.
      const { exported, pending, spooled, dropped } = outcome.run.health?.logs ?? { dropped: {} }
      const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
      expect((exported ?? 0) + (pending ?? 0) + (spooled ?? 0) + lost).toBe(outcome.sent)
      if (outcome.next !== undefined) expect(outcome.next.health?.logs.recovered).toBe(outcome.left)
    },
  )
})

function fates({ expect: fate }: FaultCase, { sent }: FaultOutcome): Partial<FaultOutcome> {
  switch (fate) {
    case 'in-time':
      return { arrived: sent, left: 0, afterNext: sent }
    case 'later':
      return { arrived: 0, left: sent, afterNext: sent }
    case 'either':
      return { left: sent, afterNext: sent }
    case 'refused':
      return { arrived: 0, left: 0, afterNext: 0, said: expect.arrayContaining([`rejected: ${sent}`]) }
    case 'kept':
      return { arrived: 0, left: sent }
  }
}
