import { stripVTControlCharacters } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import type { ConfigDescription } from '../telemetry.ts'
import { configReport } from './config-report.ts'

const { isTTY, columns } = process.stdout
afterEach(() => Object.assign(process.stdout, { isTTY, columns }))

const file = '/home/dev/.codex/config.toml'
const rows: ConfigDescription['rows'] = [
  { key: 'otel.environment', value: '"staging"', origin: `${file}:2` },
  { key: 'otel.exporter.otlp-http.protocol', value: '"binary"', origin: 'default' },
  {
    key: 'otel.exporter.otlp-http.endpoint',
    value: `"https://${'collector.'.repeat(4)}example/v1/logs"`,
    origin: file,
  },
  { key: 'otel.exporter.otlp-http.timeout_ms', value: '4321', origin: 'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT' },
  { key: 'OTEL_METRIC_EXPORT_INTERVAL', value: '60000', origin: 'default' },
]

function report(width: number | undefined): string[] {
  Object.assign(process.stdout, width === undefined ? { isTTY: false } : { isTTY: true, columns: width })
  return stripVTControlCharacters(configReport({ file, rows, problems: [] })).split('\n')
}

describe('the report of the configuration', () => {
  it.each([80, 100, 0])(
    'fits a terminal of %i columns, with the origin on a line below where it does not fit',
    width => {
      const lines = report(width)
      expect(lines.filter(line => line.length > (width || 80))).toEqual([])
      const at = lines.findIndex(line => line.includes('timeout_ms'))
      expect(lines.slice(at, at + 2).join('\n')).toMatch(/timeout_ms +4321\s+OTEL_EXPORTER_OTLP_METRICS_TIMEOUT$/)
      expect(lines.find(line => line.includes('environment  '))).toMatch(/environment +"staging" +config.toml:2$/)
    },
  )

  it('has one line for each value where there is no terminal', () => {
    expect(report(undefined).filter(line => line.startsWith('    '))).toHaveLength(rows.length)
  })
})
