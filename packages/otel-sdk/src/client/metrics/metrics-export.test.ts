import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Diagnostic, SessionOptions, TelemetryOptions } from '@codex/otel-api'
import { type ReceivedMetricPoint, type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTelemetry } from '../../create-telemetry.ts'
import { userIdHash } from '../../worker/identity/user-id-hash.ts'

const SESSION: SessionOptions = {
  conversationId: '01a20491-ea9e-7893-8dfd-738a44e42f8c',
  model: 'gpt-5.1-codex',
  originator: 'codex_exec',
  terminalType: 'xterm-256color',
}
const API_KEY = 'sk-canary-0123456789abcdefghijklmnopqrstuvwxyz'

describe('metrics', () => {
  let receiver: Receiver
  let home: string
  let diagnostics: Diagnostic[]

  beforeEach(async () => {
    receiver = await startReceiver()
    home = mkdtempSync(join(tmpdir(), 'codex-otel-metrics-'))
    diagnostics = []
  })
  afterEach(async () => {
    await receiver.close()
    rmSync(home, { recursive: true })
  })

  const http = (protocol = 'binary') => ({ 'otlp-http': { endpoint: `${receiver.httpUrl}/v1/metrics`, protocol } })
  const create = (config: Record<string, unknown> = {}, more: Partial<TelemetryOptions> = {}) =>
    createTelemetry({
      config: { metrics_exporter: http(), ...config },
      codexHome: home,
      serviceVersion: '1.2.3',
      env: {},
      onDiagnostic: diagnostic => diagnostics.push(diagnostic),
      ...more,
    })

  const tags = (point: ReceivedMetricPoint): Record<string, unknown> =>
    Object.fromEntries(Object.entries(point.attributes).map(([key, { value }]) => [key, value]))
  const points = (name: string) =>
    receiver.metrics
      .filter(point => point.name === name)
      .map(point => (point.kind === 'sum' ? point.value : point.kind === 'histogram' ? point.sum : undefined))
  const resource = (point = receiver.metrics[0]): Record<string, unknown> =>
    Object.fromEntries(Object.entries(point?.resource.attributes ?? {}).map(([key, { value }]) => [key, value]))

  it.each([
    ['OTLP/HTTP binary', () => http('binary'), 'application/x-protobuf'],
    ['OTLP/HTTP JSON', () => http('json'), 'application/json'],
    ['OTLP/gRPC', () => ({ 'otlp-grpc': { endpoint: receiver.grpcUrl } }), 'application/grpc'],
  ])('are delivered over %s, though no events are exported', async (_name, exporter, contentType) => {
    const telemetry = create({ environment: 'test', metrics_exporter: exporter() })
    expect(telemetry.problems).toEqual([])
    const session = telemetry.session(SESSION)
    session.emit('codex.turn_ttft', { durationMs: 86.4 })
    for (let i = 1; i <= 3; i++) session.counter('my.counter', i, { kind: 'a' })
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
    expect(receiver.requests.map(request => request.contentType)).toEqual([expect.stringContaining(contentType)])
    expect(receiver.counts.logs).toBe(0)
    const counter = receiver.metrics.find(({ name }) => name === 'my.counter')
    expect(counter).toMatchObject({
      kind: 'sum',
      value: 6,
      valueType: 'int',
      monotonic: true,
      temporality: 'delta',
      unit: '',
      scope: { name: 'codex' },
    })
    expect(tags(counter as ReceivedMetricPoint)).toEqual({
      'app.version': '1.2.3',
      kind: 'a',
      model: 'gpt-5.1-codex',
      originator: 'codex_exec',
    })
    expect(receiver.metrics.find(({ name }) => name === 'codex.turn.ttft.duration_ms')).toMatchObject({
      kind: 'histogram',
      temporality: 'delta',
      unit: 'ms',
      description: 'Duration in milliseconds.',
      count: 1,
      sum: 86,
    })
    expect(telemetry.health()).toMatchObject({
      logs: { exported: 0 },
      metrics: { exported: 3, pending: 0, dropped: {} },
    })
  })

  it('hold no secret in a tag, and the replacements are counted for each signal', async () => {
    const telemetry = create({ exporter: { 'otlp-http': { endpoint: receiver.logsUrl } } })
    const session = telemetry.session(SESSION)
    const token = ['gh', 'p_', 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzaB3'].join('')
    session.counter('my.counter', 1, { file: `src/${token}` })
    session.emit('codex.sandbox_outcome', {
      toolName: token,
      callId: 'call_1',
      outcome: 'denied',
      initialDurationMs: 1,
    })
    await telemetry.shutdown({ timeoutMs: 10_000 })
    const counter = receiver.metrics.find(({ name }) => name === 'my.counter')
    expect(tags(counter as ReceivedMetricPoint).file).toBe('src/[SCRUBBED:github-token]')
    expect(receiver.logs[0]?.attributes.tool_name?.value).toBe('[SCRUBBED:github-token]')
    expect(Buffer.concat(receiver.requests.map(({ body }) => body)).includes(token)).toBe(false)
    expect(telemetry.health()).toMatchObject({ logs: { scrubbed: 1 }, metrics: { scrubbed: 1 } })
  })

  it('describe the operating system, and do not name the host', async () => {
    const telemetry = create({ environment: 'test', exporter: { 'otlp-http': { endpoint: receiver.logsUrl } } })
    telemetry.session(SESSION).emit('codex.user_prompt', { prompt: 'p' })
    await telemetry.shutdown({ timeoutMs: 10_000 })
    expect(resource()).toMatchObject({
      'service.name': 'codex-cli',
      'service.version': '1.2.3',
      env: 'test',
      'host.arch': expect.stringMatching(/^\w+$/),
      os: expect.stringMatching(/./),
    })
    expect(resource()).not.toHaveProperty('host.name')
    expect(resource()).not.toHaveProperty('user_id')
    expect(receiver.logs[0]?.resource.attributes).not.toHaveProperty('os')
  })

  it('hold what was recorded since the last export, or with cumulative temporality since the start', async () => {
    for (const temporality of ['delta', 'cumulative']) {
      receiver.reset()
      const telemetry = create({ metrics: { temporality } })
      telemetry.counter('my.counter', 1)
      telemetry.histogram('my.histogram', 1.5)
      expect(await telemetry.flush()).toBe(true)
      telemetry.counter('my.counter', 2)
      telemetry.histogram('my.histogram', 2.5)
      expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
      expect(points('my.counter')).toEqual(temporality === 'delta' ? [1, 2] : [1, 3])
      expect(points('my.histogram')).toEqual(temporality === 'delta' ? [1.5, 2.5] : [1.5, 4])
      expect(receiver.metrics.map(point => 'temporality' in point && point.temporality)).toEqual(
        Array.from({ length: 4 }, () => temporality),
      )
    }
  })

  it('are sent periodically, without a flush', async () => {
    const telemetry = create({}, { env: { OTEL_METRIC_EXPORT_INTERVAL: '50', OTEL_BLRP_SCHEDULE_DELAY: '600000' } })
    telemetry.counter('my.counter', 1)
    await expect.poll(() => points('my.counter'), { timeout: 10_000 }).toEqual([1])
    telemetry.counter('my.counter', 1)
    await expect.poll(() => points('my.counter'), { timeout: 10_000 }).toEqual([1, 1])
    await telemetry.shutdown({ timeoutMs: 10_000 })
  })

  it('are not sent when nothing was recorded', async () => {
    const telemetry = create()
    expect(await telemetry.flush()).toBe(true)
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
    expect(receiver.requests).toEqual([])
  })

  it('add a million measurements on a thousand series up, exactly', async () => {
    const telemetry = create()
    const series = Array.from({ length: 1000 }, (_, i) => ({ n: String(i) }))
    for (let round = 0; round < 500; round++) {
      for (const tag of series) {
        telemetry.counter('my.counter', 1, tag)
        telemetry.histogram('my.histogram', round, tag)
      }
    }
    expect(await telemetry.shutdown({ timeoutMs: 15_000 })).toBe(true)
    expect(points('my.counter')).toEqual(series.map(() => 500))
    expect(points('my.histogram')).toEqual(series.map(() => (499 * 500) / 2))
  })

  it('that cannot be delivered are kept on disk', async () => {
    const refusing = create({ metrics_exporter: { 'otlp-http': { endpoint: 'http://127.0.0.1:9/v1/metrics' } } })
    refusing.counter('my.counter', 7)
    expect(await refusing.shutdown({ timeoutMs: 2000 })).toBe(false)
    expect(refusing.health()).toMatchObject({ metrics: { spooled: 1, pending: 0 }, logs: { spooled: 0 } })
    expect(refusing.health()?.metrics.lastError).toContain('metrics:')
    expect(refusing.health()?.logs).not.toHaveProperty('lastError')
  })

  it('recorded after the shutdown are counted as lost', async () => {
    const telemetry = create()
    await telemetry.shutdown({ timeoutMs: 10_000 })
    for (let i = 0; i < 5000; i++) telemetry.histogram('late', i)
    expect(telemetry.health()?.metrics.dropped).toEqual({ 'after-shutdown': 5000 })
  })

  it.each([
    ['process.exit()', 'process.exit(0)', 0],
    ['an uncaught error', 'setImmediate(() => { throw new Error("x") })', 1],
    ['a signal', 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)', null],
  ])('arrive with those of the turn under way when the process ends by %s', async (_name, ending, exit) => {
    const sdk = fileURLToPath(new URL('../../../dist/index.js', import.meta.url))
    const script = `
      import { createTelemetry } from ${JSON.stringify(sdk)}
      const telemetry = createTelemetry({
        config: { metrics_exporter: ${JSON.stringify(http())}, shutdown_timeout_ms: 5000 },
        codexHome: ${JSON.stringify(home)}, serviceVersion: '1',
      })
      const session = telemetry.session(${JSON.stringify(SESSION)})
      session.observeTurn({ prompt: 'p' }, () => new Promise(() => {}))
      session.emit('codex.sse_event', { kind: 'response.completed', inputTokens: 1, outputTokens: 2, cachedTokens: 0,
        cacheWriteTokens: 0, reasoningTokens: 0, totalTokens: 3 })
      ${ending}`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
    expect(await new Promise(resolve => child.on('close', resolve))).toBe(exit)
    const total = receiver.metrics.find(({ attributes }) => attributes.token_type?.value === 'total')
    expect(total).toMatchObject({ name: 'codex.turn.token_usage', count: 1, sum: 3 })
    expect(points('codex.conversation.turn.count')).toEqual([1])
  })

  describe('carry user_id', () => {
    /** Everything that was written to disk or sent. */
    const everything = (): string[] => {
      const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
        .map(name => join(home, name))
        .filter(name => statSync(name).isFile())
      return [
        ...files.map(name => readFileSync(name, 'latin1')),
        ...receiver.requests.map(({ body, headers }) => Buffer.from(body).toString('latin1') + JSON.stringify(headers)),
        JSON.stringify(diagnostics),
      ]
    }

    it('of the first session with an identity, on metrics alone, and the key itself is nowhere', async () => {
      const telemetry = create({
        exporter: { 'otlp-http': { endpoint: receiver.logsUrl } },
        log_user_prompt: true,
      })
      telemetry.session(SESSION).emit('codex.user_prompt', { prompt: 'p' })
      const session = telemetry.session({ ...SESSION, auth: { mode: 'ApiKey', apiKey: API_KEY } })
      session.emit('codex.user_prompt', { prompt: 'p' })
      session.counter('bad name', 1, { key: API_KEY })
      telemetry.session({ ...SESSION, auth: { mode: 'Chatgpt', userId: 'user-later' } })
      expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
      expect(resource().user_id).toBe(userIdHash({ apiKey: API_KEY }))
      expect(receiver.logs[0]?.resource.attributes).not.toHaveProperty('user_id')
      expect(everything().length).toBeGreaterThan(2)
      for (const text of everything()) expect(text).not.toContain('canary')
    })

    it('on disk, too, where the key itself is not', async () => {
      const telemetry = create({ metrics_exporter: { 'otlp-http': { endpoint: 'http://127.0.0.1:9/v1/metrics' } } })
      telemetry.session({ ...SESSION, auth: { mode: 'ApiKey', apiKey: API_KEY } }).counter('my.counter', 1)
      expect(await telemetry.shutdown({ timeoutMs: 2000 })).toBe(false)
      expect(everything().some(text => text.includes(userIdHash({ apiKey: API_KEY }) as string))).toBe(true)
      for (const text of everything()) expect(text).not.toContain('canary')
    })

    it('of the identity that the application gives, before any session', async () => {
      const telemetry = create({}, { identity: { userId: 'user-1', apiKey: API_KEY } })
      telemetry.session({ ...SESSION, auth: { mode: 'Chatgpt', userId: 'user-2' } })
      await telemetry.shutdown({ timeoutMs: 10_000 })
      expect(resource().user_id).toBe(userIdHash({ userId: 'user-1' }))
    })

    it('only where the key is no placeholder', async () => {
      const telemetry = create()
      telemetry.session({ ...SESSION, auth: { mode: 'ApiKey', apiKey: 'ollama' } })
      await telemetry.shutdown({ timeoutMs: 10_000 })
      expect(resource()).not.toHaveProperty('user_id')
    })
  })
})
