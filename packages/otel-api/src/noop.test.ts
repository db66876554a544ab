import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CreateTelemetry } from './telemetry.ts'

const ENDPOINT = { endpoint: 'http://127.0.0.1:4318/v1/logs' }
const NAMED = { exporter: { 'otlp-http': ENDPOINT } }

describe('the no-op, configured', () => {
  const lines: string[] = []
  let createTelemetry: CreateTelemetry

  beforeEach(async () => {
    lines.length = 0
    vi.spyOn(console, 'error').mockImplementation(line => void lines.push(line))
    // What was said belongs to the module, of which a process has one.
    vi.resetModules()
    ;({ createTelemetry } = await import('./noop.ts'))
  })
  afterEach(() => vi.restoreAllMocks())

  const create = (config: unknown, silentNoop?: boolean): void => {
    createTelemetry({ config, codexHome: '/', serviceVersion: '1', silentNoop })
  }

  it.each([
    NAMED,
    { exporter: { 'otlp-grpc': ENDPOINT } },
    { exporter: 'otlp-http' },
    { metrics_exporter: { 'otlp-http': ENDPOINT } },
    { trace_exporter: { 'otlp-grpc': ENDPOINT } },
    { exporter: 'none', metrics_exporter: 'otlp-grpc' },
    { exporter: 'no-such-exporter' },
    Object.assign(Object.create(null), NAMED),
  ])('by %j, says once on stderr what to do', config => {
    create(config)
    create(config)
    expect(lines).toEqual([
      expect.stringMatching(/^codex-otel: .*#telemetry stays external, with --conditions=codex-otel$/),
    ])
  })

  it.each([
    undefined,
    null,
    'text',
    new Error('a mistake in the file'),
    {},
    { environment: 'prod' },
    { exporter: 'none', metrics_exporter: 'none', trace_exporter: 'none' },
    { exporter: 'statsig', metrics_exporter: { statsig: {} } },
    { exporter: undefined },
  ])('by %j, says nothing', config => {
    expect(() => create(config)).not.toThrow()
    expect(lines).toEqual([])
  })

  it('says nothing of what cannot be read', () => {
    const unreadable = new Proxy({}, { ownKeys: () => expect.unreachable() })
    expect(() => create(unreadable)).not.toThrow()
    expect(lines).toEqual([])
  })

  it('says nothing where that is intended', () => {
    create(NAMED, true)
    expect(lines).toEqual([])
    create(NAMED, false)
    expect(lines).toHaveLength(1)
  })
})
