import type { SignalHealth } from '@codex/otel-api'
import { expect, it } from 'vitest'
import { createLossLedger } from './loss-ledger.ts'

const counted: SignalHealth = {
  exported: 4,
  pending: 0,
  spooled: 0,
  recovered: 0,
  retried: 0,
  scrubbed: 0,
  dropped: { rejected: 1, 'worker-crashed': 2 },
}

it("the loss ledger adds the losses of the application's thread to those that the worker counted, signal by signal", () => {
  const ledger = createLossLedger()
  ledger.drop('logs', 'worker-crashed', 3)
  ledger.drop('logs', 'queue-full', 5)
  ledger.drop('metrics', 'invalid', 1)
  ledger.drop('metrics', 'queue-full', 0)
  expect(ledger.complete('logs', counted)).toEqual({
    ...counted,
    dropped: { rejected: 1, 'worker-crashed': 5, 'queue-full': 5 },
  })
  expect(ledger.complete('metrics', { ...counted, dropped: {} }).dropped).toEqual({ invalid: 1 })
})

it('the loss ledger keeps the failure that made records drop when the loss is reported after it', () => {
  const ledger = createLossLedger()
  ledger.failed('logs', { severity: 'warning', code: 'export-failed', message: '3 failed: refused', cause: 'refused' })
  ledger.failed('logs', { severity: 'warning', code: 'events-dropped', message: '3 events were dropped' })
  expect(ledger.complete('logs', counted).lastError).toBe('refused')
  ledger.failed('logs', { severity: 'warning', code: 'export-failed', message: 'timed out' })
  expect(ledger.complete('logs', counted).lastError).toBe('timed out')
})

it('the loss ledger names the loss where no failure is known', () => {
  const ledger = createLossLedger()
  ledger.failed('logs', { severity: 'warning', code: 'events-dropped', message: 'events were dropped' })
  expect(ledger.complete('logs', counted).lastError).toBe('events were dropped')
  expect(ledger.complete('metrics', counted)).not.toHaveProperty('lastError')
})
