import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SpooledData } from '../telemetry.ts'
import { spoolReport } from './spool-report.ts'

const DAY_MS = 86_400_000

beforeEach(() => void vi.useFakeTimers({ now: 30 * DAY_MS, toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const report = (data: Partial<SpooledData>): string =>
  spoolReport({
    directory: '/home/me/.codex/otel-spool',
    enabled: true,
    maxAgeMs: 7 * DAY_MS,
    destinations: [
      {
        id: '3f2a9c1b',
        signal: 'logs',
        endpoint: 'http://old.example/v1/logs',
        records: 5,
        ownedRecords: 0,
        requests: 1,
        storedBytes: 100,
        oldestMs: 28 * DAY_MS,
        configured: false,
        ...data,
      },
    ],
  }).join('\n')

describe('records for an endpoint that the configuration no longer names', () => {
  it('are reported with how long they are kept, how to send them and how to drop them', () => {
    expect(report({})).toContain(
      'the configuration names no such destination, so nothing sends them. They are kept for 5 days more (otel.spool.max_age), then a run removes them. To send them, name an endpoint for them again and run codex-demo otel flush --to-current; to delete them, codex-demo otel discard.',
    )
    expect(report({})).toContain('http://old.example/v1/logs (id 3f2a9c1b); ')
    expect(report({ current: 'http://new.example/v1/logs' })).toContain(
      'To send them to http://new.example/v1/logs instead, run codex-demo otel flush --to-current; ',
    )
  })

  it('are reported as too old when they are', () => {
    expect(report({ oldestMs: DAY_MS })).toContain('the next run that stores something removes them')
  })

  it('are left to a run that has not ended', () => {
    expect(report({ ownedRecords: 5 })).toMatch(/; a run that has not ended keeps them, and sends them$/)
    expect(report({ ownedRecords: 2 })).toContain('keeps 2 of them; the configuration names no such destination')
  })
})
