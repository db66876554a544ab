import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { ConfigProblem, Diagnosis, SpooledData } from '../telemetry.ts'
import { configReport } from './config-report.ts'
import { doctorReport } from './doctor-report.ts'

const file = '/home/dev/.codex/config.toml'
const problem = (key: string, line: number): ConfigProblem => ({
  severity: 'error',
  file,
  line,
  key,
  found: `the ${key}`,
  allowed: 'another',
  message: `${file}:${line}: ${key}: found the ${key}; allowed: another; nothing is exported`,
})

describe('the report of the doctor', () => {
  it('has a problem that blocks every signal once, and names it where it says that they are blocked', () => {
    const cause = problem('otel.content.scrub_patterns', 7)
    const blocked = {
      state: 'blocked',
      message: cause.message,
      advice: `correct ${cause.key}; allowed: another`,
    } as const
    const diagnosis: Diagnosis = {
      ok: false,
      config: { file, rows: [], problems: [problem('otel.spool', 3), cause] },
      signals: [
        { signal: 'logs', ...blocked },
        { signal: 'metrics', ...blocked },
      ],
      spool: { directory: '/home/dev/.codex/otel-spool', enabled: true, destinations: [] },
    }
    const report = stripVTControlCharacters(configReport(diagnosis.config) + doctorReport(diagnosis))
    expect(report.split(cause.message)).toHaveLength(2)
    expect(report.split('allowed: another')).toHaveLength(3)
    expect(
      report.match(
        /blocked +\w+ +not exported: see the problem of otel\.content\.scrub_patterns above \(config\.toml:7\)\n/g,
      ),
    ).toHaveLength(2)
  })

  it('keeps advice that no problem holds', () => {
    const message = 'environment: OTEL_SDK_DISABLED: found true; allowed: nothing; nothing is exported'
    const cause: ConfigProblem = { ...problem('OTEL_SDK_DISABLED', 1), file: 'environment', line: undefined, message }
    const report = doctorReport({
      ok: false,
      config: { file, rows: [], problems: [cause] },
      signals: [{ signal: 'logs', state: 'blocked', message, advice: 'unset OTEL_SDK_DISABLED' }],
      spool: { directory: '/', enabled: true, destinations: [] },
    })
    const plain = stripVTControlCharacters(report)
    expect(plain).toContain('see the problem of OTEL_SDK_DISABLED above (environment)')
    expect(plain).toContain('-> unset OTEL_SDK_DISABLED')
  })

  it('says beneath a success that nothing sends what waits for a destination of before', () => {
    const waiting: SpooledData = {
      ...{ id: '3f2a9c1b', signal: 'logs', endpoint: 'http://old.example/v1/logs', records: 5, requests: 1 },
      ...{ storedBytes: 100, oldestMs: Date.now(), configured: false, ownedRecords: 0 },
    }
    const report = (destinations: Diagnosis['spool']['destinations']): string =>
      doctorReport({
        ok: true,
        config: { file, rows: [], problems: [] },
        signals: [{ signal: 'logs', state: 'delivered', message: 'delivered' }],
        spool: { directory: '/', enabled: true, destinations },
      })
    const remark = 'What waits on disk for a destination of before goes nowhere by itself: see above.'
    expect(report([waiting])).toContain(`Everything that is configured is delivered. ${remark}`)
    for (const others of [[], [{ ...waiting, configured: true }], [{ ...waiting, ownedRecords: 5 }]]) {
      expect(report(others)).not.toContain(remark)
    }
  })
})
