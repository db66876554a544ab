import { describe, expect, it } from 'vitest'
import type { ConfigDescription, SignalHealth } from '../telemetry.ts'
import { describeHealth, describeTelemetry } from './telemetry-status.ts'

const FILE = '/home/me/.codex/config.toml'
const config = (values: Record<string, string>, ...severities: ('error' | 'warning')[]): ConfigDescription => ({
  file: FILE,
  rows: Object.entries(values).map(([key, value]) => ({ key: `otel.${key}`, value, origin: 'default' })),
  problems: severities.map(severity => ({ severity, file: FILE, key: '', found: '', allowed: '', message: '' })),
})
const http = (endpoint: string): Record<string, string> => ({
  exporter: '"otlp-http"',
  'exporter.otlp-http.endpoint': JSON.stringify(endpoint),
})
const grpcMetrics = (endpoint: string): Record<string, string> => ({
  metrics_exporter: '"otlp-grpc"',
  'metrics_exporter.otlp-grpc.endpoint': JSON.stringify(endpoint),
})

// The tests run with the no-op, which says that telemetry is not in the build; `built in` stands for the other build.
const on = (description: ConfigDescription, enabled = true): string => describeTelemetry(description, enabled, true)

describe('the banner', () => {
  it.each([
    ['http://user:password@127.0.0.1:4318/v1/logs?token=t', 'http://127.0.0.1:4318'],
    ['http://***@collector.example:4318/v1/logs?***', 'http://collector.example:4318'],
    ['https://[::1]:4318/', 'https://[::1]:4318'],
    ['https://otel.example', 'https://otel.example'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the file has a variable there.
    ['https://${USER}@${HOST}:4318/v1/logs', 'https://${HOST}:4318'],
  ])('names of %s the origin alone', (endpoint, origin) => {
    expect(on(config(http(endpoint)))).toBe(`telemetry is on: logs to ${origin}`)
  })

  it('names an origin once, with its signals', () => {
    const both = { ...http('http://h:1/v1/logs'), ...grpcMetrics('http://h:1') }
    expect(on(config(both))).toBe('telemetry is on: logs and metrics to http://h:1')
    expect(on(config({ ...both, ...grpcMetrics('http://h:2') }))).toBe(
      'telemetry is on: logs to http://h:1, metrics to http://h:2',
    )
  })

  it('names the place on this machine that an exporter writes to', () => {
    const file = { metrics_exporter: '"file"', 'metrics_exporter.file.path': '"/logs/events.jsonl"' }
    expect(on(config({ exporter: '"console"', ...file }))).toBe(
      'telemetry is on: logs to standard error, metrics to /logs/events.jsonl',
    )
  })

  it('names the kind of an exporter without an endpoint, or with one whose host is cut off', () => {
    expect(on(config({ exporter: '"other"' }))).toBe('telemetry is on: logs to other')
    const cut = { exporter: '"otlp-http"', 'exporter.otlp-http.endpoint': '"https://aaaa" (cut, 99 characters in all)' }
    expect(on(config(cut))).toBe('telemetry is on: logs to otlp-http')
  })

  it('says why telemetry is off', () => {
    const off = config({ exporter: '"none"', metrics_exporter: '"none"' })
    expect(on(off, false)).toBe(`telemetry is off: [otel] of ${FILE} names no exporter`)
    const broken = config({ exporter: 'off, see the problems' }, 'error')
    expect(on(broken, false)).toContain('a mistake in [otel] keeps it off')
    expect(on(config(http('http://h')), false)).toContain('something keeps the exporters of [otel] off')
  })

  it('says in /telemetry how to see what there is, where nothing asks for it', () => {
    const hint = 'to see what there is, printed or in a page: codex-demo -c otel.exporter=console, codex-demo otel view'
    const lines = (description: ConfigDescription): string[] =>
      describeHealth({ config: description, enabled: false, health: undefined, builtIn: true })
    expect(lines(config({ exporter: '"none"' }))).toContain(hint)
    expect(lines(config({ exporter: 'off, see the problems' }, 'error'))).not.toContain(hint)
    expect(lines(config(http('http://h')))).not.toContain(hint)
  })

  it('of the build without telemetry says so', () => {
    expect(describeTelemetry(undefined, false)).toBe('telemetry is not in this build')
  })
})

describe('/telemetry', () => {
  const numbers: SignalHealth = {
    exported: 5,
    pending: 2,
    spooled: 1,
    recovered: 3,
    retried: 9,
    scrubbed: 0,
    dropped: { rejected: 2, 'queue-full': 1 },
    lastError: 'logs: HTTP 503',
    lastSuccessMs: 10_000,
  }
  const calm: SignalHealth = { ...numbers, pending: 0, spooled: 0, recovered: 0, dropped: {} }

  it('gives the numbers of each exported signal, and the last failure where records wait or are lost', () => {
    const description = config({ ...http('http://h:1/v1/logs'), ...grpcMetrics('http://h:2') })
    const health = { logs: numbers, metrics: calm, traces: calm }
    expect(describeHealth({ config: description, enabled: true, health, nowMs: 14_200, builtIn: true })).toEqual([
      'telemetry is on: logs to http://h:1, metrics to http://h:2',
      'logs: 11 recorded (3 of earlier runs), 5 delivered, last 4 s ago, 2 waiting, 1 on disk, 3 lost (2 refused by the collector, 1 too many to hold); last failure: HTTP 503; codex-demo otel doctor finds out why',
      'metrics: 5 recorded, 5 delivered, last 4 s ago, 0 waiting, none lost',
    ])
  })

  it('leaves out a signal that is not exported', () => {
    const health = { logs: calm, metrics: calm, traces: calm }
    const lines = describeHealth({
      config: config(http('http://h:1')),
      enabled: true,
      health,
      nowMs: 14_200,
      builtIn: true,
    })
    expect(lines.map(line => line.split(':')[0])).toEqual(['telemetry is on', 'logs'])
  })
})
