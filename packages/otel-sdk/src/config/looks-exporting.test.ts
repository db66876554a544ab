import type { TelemetryOptions } from '@codex/otel-api'
import { describe, expect, it } from 'vitest'
import { looksExporting } from './looks-exporting.ts'

const options = (config: unknown, env: Record<string, string> = {}): TelemetryOptions =>
  ({ config, env, codexHome: '/home', serviceVersion: '1' }) as TelemetryOptions
const exporter = { 'otlp-http': { endpoint: 'http://127.0.0.1:4318/v1/logs' } }

describe('a glance at the options', () => {
  it.each([
    ['an exporter of logs', { exporter }],
    ['an exporter of metrics beside none of logs', { exporter: 'none', metrics_exporter: exporter }],
    ['an exporter that is wrong', { exporter: { 'otlp-htp': {} } }],
  ])('expects an export of %s', (_, config) => {
    expect(looksExporting(options(config))).toBe(true)
  })

  it.each([
    ['no table', undefined],
    ['a table that could not be parsed', new Error('Invalid TOML')],
    ['a table without an exporter', { environment: 'prod' }],
    ['exporters that are off', { exporter: 'none', metrics_exporter: 'none' }],
    ['an exporter of something else', { profile_exporter: exporter }],
    [
      'a table that throws when it is read',
      new Proxy(
        {},
        {
          get() {
            throw new Error('unreadable')
          },
        },
      ),
    ],
  ])('expects no export of %s', (_, config) => {
    expect(looksExporting(options(config))).toBe(false)
  })

  it('expects no export where a variable may switch it off', () => {
    expect(looksExporting(options({ exporter }, { OTEL_SDK_DISABLED: 'true' }))).toBe(false)
  })
})
