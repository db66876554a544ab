import http from 'node:http'
import { gzipSync } from 'node:zlib'
import { startReceiver } from '@codex/otlp-receiver'
import { expect, it } from 'vitest'
import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import { resolveConfig } from '../../config/resolve-config.ts'
import { atEnd, listen } from '../transport/loopback.fixture.ts'
import { probeSignal } from './probe-signal.ts'

const { config } = resolveConfig({ table: {}, file: 'config.toml', codexHome: '/nowhere', env: {} })

it.each(['http/protobuf', 'http/json', 'grpc'] as const)(
  'each signal has a probe of its kind over %s',
  async protocol => {
    const receiver = await startReceiver()
    atEnd(() => receiver.close())
    const probe = (signal: 'logs' | 'metrics' | 'traces', kind: 'record' | 'empty') => {
      const endpoint = protocol === 'grpc' ? receiver.grpcUrl : `${receiver.httpUrl}/v1/${signal}`
      const exporter: OtlpExporterConfig = {
        protocol,
        endpoint,
        headers: [],
        compression: 'none',
        timeoutMs: 5000,
        tls: undefined,
      }
      const source = { config, serviceName: 'service', serviceVersion: '1' }
      const common = { source, probeId: '0123456789abcdef', timeoutMs: undefined }
      return probeSignal({ signal, exporter, probe: kind, ...common })
    }
    for (const signal of ['logs', 'metrics', 'traces'] as const) {
      expect(await probe(signal, 'empty')).toMatchObject({ signal, state: 'delivered' })
      expect(receiver.counts).toEqual({ logs: 0, metrics: 0, traces: 0 })
    }
    for (const signal of ['logs', 'metrics', 'traces'] as const) await probe(signal, 'record')
    const id = { 'doctor.id': { type: 'string', value: '0123456789abcdef' } }
    const resource = { attributes: { 'service.name': { type: 'string', value: 'service' } } }
    expect(receiver.logs).toMatchObject([{ eventName: 'codex_otel.doctor', attributes: id, resource }])
    expect(receiver.metrics).toMatchObject([{ name: 'codex_otel.doctor', attributes: id, resource }])
    expect(receiver.metrics[0]).toMatchObject({ value: 1, valueType: 'int', temporality: 'delta', monotonic: true })
    expect(receiver.spans).toMatchObject([
      { name: 'codex_otel.doctor', attributes: id, resource, spanId: '0123456789abcdef' },
    ])
  },
)

it.each([
  ['a web page', '<html></html>', 'not-otlp'],
  [
    'a partial success',
    '{"partialSuccess":{"rejectedLogRecords":1,"rejectedDataPoints":1,"rejectedSpans":1}}',
    'partial-success',
  ],
])('a probe of each signal fails on %s in gzip with the status 200', async (_what, body, cause) => {
  const server = http.createServer((request, response) => {
    const head = { 'content-type': 'text/html', 'content-encoding': 'gzip' }
    request.resume().on('end', () => response.writeHead(200, head).end(gzipSync(body)))
  })
  const port = await listen(server)
  for (const signal of ['logs', 'metrics', 'traces'] as const) {
    for (const protocol of ['http/protobuf', 'http/json'] as const) {
      const exporter: OtlpExporterConfig = {
        protocol,
        endpoint: `http://127.0.0.1:${port}/v1/${signal}`,
        headers: [],
        compression: 'none',
        timeoutMs: 5000,
        tls: undefined,
      }
      const source = { config, serviceName: 'service', serviceVersion: '1' }
      const probe = { signal, exporter, source, probeId: '0123456789abcdef', timeoutMs: undefined }
      expect(await probeSignal({ ...probe, probe: 'record' })).toMatchObject({ state: 'failed', cause, status: 200 })
    }
  }
})
