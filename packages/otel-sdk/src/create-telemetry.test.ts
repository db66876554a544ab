import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnostic, SessionOptions, TelemetryOptions } from '@codex/otel-api'
import { type ReceivedLog, type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTelemetry } from './create-telemetry.ts'

const SESSION: SessionOptions = {
  conversationId: '01a20491-ea9e-7893-8dfd-738a44e42f8c',
  model: 'gpt-5.1-codex',
  originator: 'codex_exec',
  terminalType: 'xterm-256color',
}

const plain = (log: ReceivedLog | undefined) =>
  Object.fromEntries(Object.entries(log?.attributes ?? {}).map(([key, { value }]) => [key, value]))

const typed = (log: ReceivedLog | undefined) =>
  Object.fromEntries(Object.entries(log?.attributes ?? {}).map(([key, { type, value }]) => [key, `${type}:${value}`]))

describe('createTelemetry', () => {
  let receiver: Receiver
  let home: string
  let diagnostics: Diagnostic[]

  beforeEach(async () => {
    receiver = await startReceiver()
    home = mkdtempSync(join(tmpdir(), 'codex-otel-'))
    diagnostics = []
  })
  afterEach(async () => {
    await receiver.close()
    rmSync(home, { recursive: true })
  })

  const http = (protocol = 'binary') => ({ 'otlp-http': { endpoint: receiver.logsUrl, protocol } })
  const grpc = () => ({ 'otlp-grpc': { endpoint: receiver.grpcUrl } })
  const create = (config: Record<string, unknown>, more: Partial<TelemetryOptions> = {}) =>
    createTelemetry({
      config,
      codexHome: home,
      serviceVersion: '1.2.3',
      env: {},
      onDiagnostic: diagnostic => diagnostics.push(diagnostic),
      ...more,
    })

  it.each([
    ['OTLP/HTTP binary', () => http('binary'), 'application/x-protobuf'],
    ['OTLP/HTTP JSON', () => http('json'), 'application/json'],
    ['OTLP/gRPC', grpc, 'application/grpc'],
  ])('delivers events over %s', async (_name, exporter, contentType) => {
    const telemetry = create({ environment: 'test', exporter: exporter() })
    const session = telemetry.session({
      ...SESSION,
      auth: { mode: 'Chatgpt', accountId: 'acct-1', email: 'someone@example.test' },
    })
    session.emit('codex.tool_result', {
      toolName: 'exec_command',
      callId: 'call_1',
      durationMs: 12.7,
      success: true,
      arguments: '{"cmd":"ls"}',
      output: 'file',
    })
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
    const [log] = receiver.logs
    expect(receiver.requests[0]?.contentType).toContain(contentType)
    expect(log).toMatchObject({
      eventName: 'codex.tool_result',
      severityNumber: 9,
      severityText: 'INFO',
      traceId: '',
      scope: { name: 'codex_otel' },
    })
    expect(log?.timeUnixNano).toBe(BigInt(Date.parse(String(plain(log)['event.timestamp']))) * 1_000_000n)
    expect(typed(log)).toEqual({
      'event.name': 'string:codex.tool_result',
      'event.timestamp': expect.stringMatching(/^string:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      'conversation.id': `string:${SESSION.conversationId}`,
      'app.version': 'string:1.2.3',
      auth_mode: 'string:Chatgpt',
      originator: 'string:codex_exec',
      'user.account_id': 'string:acct-1',
      'user.email': 'string:someone@example.test',
      'terminal.type': 'string:xterm-256color',
      model: 'string:gpt-5.1-codex',
      slug: 'string:gpt-5.1-codex',
      tool_result_seq: 'int:1',
      tool_name: 'string:exec_command',
      tool_namespace: 'string:functions',
      call_id: 'string:call_1',
      duration_ms: 'string:12',
      success: 'string:true',
      output_truncated: 'bool:false',
      arguments: 'string:{"cmd":"ls"}',
      output: 'string:file',
      mcp_server: 'string:',
      mcp_server_origin: 'string:',
    })
    expect(plain({ attributes: log?.resource.attributes } as ReceivedLog)).toMatchObject({
      'service.name': 'codex-cli',
      'service.version': '1.2.3',
      env: 'test',
      'host.name': hostname(),
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'opentelemetry',
    })
    expect(telemetry.health()).toMatchObject({ logs: { exported: 1, dropped: {} } })
  })

  it('redacts prompts unless told otherwise, and always tells their length in code points', async () => {
    for (const logUserPrompt of [false, true]) {
      const telemetry = create({ exporter: http(), log_user_prompt: logUserPrompt })
      telemetry.session(SESSION).emit('codex.user_prompt', { prompt: 'Grüße 🚀' })
      await telemetry.shutdown({ timeoutMs: 10_000 })
    }
    expect(receiver.logs.map(plain)).toMatchObject([
      { prompt_length: '7', prompt: '[REDACTED]' },
      { prompt_length: '7', prompt: 'Grüße 🚀' },
    ])
    expect(Buffer.from(receiver.requests[0]?.body ?? []).includes('Grüße')).toBe(false)
  })

  it('cuts the output of a tool at 2,048 bytes and says so', async () => {
    const telemetry = create({ exporter: http() })
    telemetry.session(SESSION).emit('codex.tool_result', {
      toolName: 'exec_command',
      callId: 'call_1',
      durationMs: 1,
      success: true,
      arguments: '{}',
      output: 'ä'.repeat(20_000),
    })
    await telemetry.shutdown({ timeoutMs: 10_000 })
    expect(plain(receiver.logs[0])).toMatchObject({
      output: `${'ä'.repeat(1024)}\n[... telemetry preview truncated ...]`,
      output_truncated: true,
    })
  })

  it('counts tool results over a whole conversation, whatever the model', async () => {
    const telemetry = create({ exporter: http() })
    const session = telemetry.session(SESSION)
    const result = { toolName: 't', callId: 'c', durationMs: 0, success: false, arguments: '', output: '' }
    session.emit('codex.tool_result', result)
    session.withModel('other', 'other-slug').emit('codex.tool_result', result)
    telemetry.session(SESSION).emit('codex.tool_result', result)
    await telemetry.shutdown({ timeoutMs: 10_000 })
    expect(receiver.logs.map(plain)).toMatchObject([
      { tool_result_seq: 1, model: 'gpt-5.1-codex', slug: 'gpt-5.1-codex' },
      { tool_result_seq: 2, model: 'other', slug: 'other-slug' },
      { tool_result_seq: 1 },
    ])
  })

  it('adds what the environment offers to the events that ask for it, and nothing else', async () => {
    const telemetry = create({ exporter: http() })
    const session = telemetry.session({
      ...SESSION,
      authEnvironment: {
        openaiApiKeyPresent: false,
        codexApiKeyPresent: false,
        codexApiKeyEnabled: true,
        providerKeyPresent: true,
        refreshTokenUrlOverridePresent: false,
      },
    })
    session.emit('codex.websocket_request', { durationMs: 0, success: true, connectionReused: false })
    session.emit('codex.turn_ttft', { durationMs: 3 })
    await telemetry.shutdown({ timeoutMs: 10_000 })
    expect(plain(receiver.logs[0])).toMatchObject({
      'auth.env_codex_api_key_enabled': true,
      'auth.env_provider_key_name': 'configured',
      'auth.env_provider_key_present': true,
    })
    expect(Object.keys(plain(receiver.logs[1])).filter(key => key.startsWith('auth.'))).toEqual([])
  })

  it('does nothing when there is nothing to export to', async () => {
    const telemetry = create({ exporter: 'none' })
    expect(telemetry.enabled).toBe(false)
    telemetry.session(SESSION).emit('codex.turn_ttft', { durationMs: 3 })
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
  })

  it.each([
    ['no options', undefined],
    [
      'options that cannot be read',
      {
        get config(): unknown {
          throw new Error('unreadable')
        },
      },
    ],
  ])('gives %s as a problem, and exports nothing', (_what, options) => {
    const telemetry = createTelemetry(options as unknown as TelemetryOptions)
    expect(telemetry.enabled).toBe(false)
    expect(telemetry.problems).toMatchObject([{ severity: 'error', key: 'options' }])
  })

  it.each(['', 'relative/home', undefined])('keeps nothing on disk without an absolute home (%s)', async codexHome => {
    const telemetry = create({ exporter: http() }, { codexHome: codexHome as string })
    expect(telemetry.problems).toMatchObject([{ severity: 'warning', key: 'codexHome' }])
    telemetry.session(SESSION).emit('codex.turn_ttft', { durationMs: 1 })
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
    expect(receiver.counts.logs).toBe(1)
  })

  it('delivers where no directory can be made, and says so', async () => {
    const telemetry = create({ exporter: http() }, { codexHome: '/proc/no-such-home' })
    telemetry.session(SESSION).emit('codex.turn_ttft', { durationMs: 1 })
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
    expect(receiver.counts.logs).toBe(1)
    expect(diagnostics).toMatchObject([{ code: 'spool-unusable' }])
  })

  it('gives a wrong table as a value, and runs on without that exporter', () => {
    const telemetry = create({ exporter: { 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'grpc' } } })
    expect(telemetry.enabled).toBe(false)
    expect(telemetry.problems).toMatchObject([
      { severity: 'error', file: join(home, 'config.toml'), key: 'otel.exporter.otlp-http.protocol', found: '"grpc"' },
    ])
  })

  it('delivers a burst of 100,000 events whole', async () => {
    const telemetry = create({ exporter: http() })
    const session = telemetry.session(SESSION)
    const output = 'x'.repeat(300)
    for (let i = 0; i < 100_000; i++) {
      session.emit('codex.tool_result', {
        toolName: 'exec_command',
        callId: `call_${i}`,
        durationMs: 12,
        success: true,
        arguments: '{"cmd":"echo hello"}',
        output,
      })
    }
    expect(await telemetry.flush({ timeoutMs: 60_000 })).toBe(true)
    expect(receiver.counts.logs).toBe(100_000)
    expect(telemetry.health()).toMatchObject({ logs: { exported: 100_000, dropped: {} } })
    await telemetry.shutdown()
  }, 60_000)

  it('shares one promise between two flushes at once, but not with events emitted in between', async () => {
    const telemetry = create({ exporter: http() })
    const session = telemetry.session(SESSION)
    session.emit('codex.turn_ttft', { durationMs: 1 })
    const first = telemetry.flush()
    expect(telemetry.flush()).toBe(first)
    session.emit('codex.turn_ttft', { durationMs: 2 })
    const later = telemetry.flush()
    expect(later).not.toBe(first)
    expect(await later).toBe(true)
    expect(receiver.counts.logs).toBe(2)
    await telemetry.shutdown({ timeoutMs: 10_000 })
  })

  it('drops what is emitted after shutdown, and counts it', async () => {
    const telemetry = create({ exporter: http() })
    await telemetry.shutdown({ timeoutMs: 10_000 })
    telemetry.session(SESSION).emit('codex.turn_ttft', { durationMs: 1 })
    await new Promise(resolve => setImmediate(resolve))
    expect(telemetry.health()).toMatchObject({ logs: { dropped: { 'after-shutdown': 1 } } })
  })

  it('counts an event that cannot be read, and delivers the others', async () => {
    const telemetry = create({ exporter: http() })
    const session = telemetry.session(SESSION)
    const unreadable = {
      get durationMs(): number {
        throw new Error('unreadable')
      },
    }
    session.emit('codex.turn_ttft', unreadable)
    session.emit('codex.turn_ttft', { durationMs: 1 })
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
    expect(telemetry.health()).toMatchObject({ logs: { exported: 1, dropped: { invalid: 1 } } })
  })

  it.each([
    ['a name that no event has', 'codex.user_promt', { prompt: 'hi' }, '"codex.user_promt"'],
    ['a name that is no text', 7, { prompt: 'hi' }, '"number"'],
    ['null in place of its fields', 'codex.user_prompt', null, '"codex.user_prompt"'],
    ['a text in place of its fields', 'codex.user_prompt', 'hi', '"codex.user_prompt"'],
    ['nothing in place of its fields', 'codex.turn_ttft', undefined, '"codex.turn_ttft"'],
    ['no prompt', 'codex.user_prompt', {}, '"codex.user_prompt"'],
    ['null in place of the prompt', 'codex.user_prompt', { prompt: null, promptLength: 4 }, '"codex.user_prompt"'],
    ['a required field missing', 'codex.tool_decision', { callId: 'c' }, '"codex.tool_decision"'],
  ])('counts each event with %s, and reports it once', async (_what, name, payload, shown) => {
    const telemetry = create({ exporter: http() })
    const emit = telemetry.session(SESSION).emit as (name: unknown, payload: unknown) => void
    for (let i = 0; i < 3; i++) emit(name, payload)
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
    expect(telemetry.health()?.logs).toMatchObject({ exported: 0, dropped: { invalid: 3 } })
    expect(receiver.counts.logs).toBe(0)
    expect(diagnostics).toEqual([
      {
        severity: 'warning',
        code: 'event-invalid',
        message: expect.stringContaining(`the event ${shown} was dropped`),
      },
    ])
  })

  it('delivers while an application tests with timers that stand still', async () => {
    const telemetry = create({ exporter: http() })
    vi.useFakeTimers()
    try {
      telemetry.session(SESSION).emit('codex.turn_ttft', { durationMs: 1 })
      expect(await telemetry.flush({ timeoutMs: 10_000 })).toBe(true)
      telemetry.session(SESSION).emit('codex.turn_ttft', { durationMs: 2 })
    } finally {
      vi.useRealTimers()
    }
    await receiver.waitForLogs(2)
    await telemetry.shutdown({ timeoutMs: 10_000 })
  })

  it('keeps the deadline when the collector never answers', async () => {
    receiver.misbehave({ answer: 'hang' })
    const telemetry = create({ exporter: http() })
    telemetry.session(SESSION).emit('codex.turn_ttft', { durationMs: 1 })
    const started = performance.now()
    expect(await telemetry.shutdown({ timeoutMs: 200 })).toBe(false)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it.each([
    ['a getter that throws', Object.defineProperty({}, 'timeoutMs', { get: () => fail() })],
    ['no number', { timeoutMs: '5' }],
    ['a symbol', { timeoutMs: Symbol('five') }],
    ['not a number', { timeoutMs: Number.NaN }],
    ['no end', { timeoutMs: Number.POSITIVE_INFINITY }],
    ['null', null],
    ['a text', 'soon'],
  ])('flushes and shuts down with options that are %s', async (_name, options) => {
    const telemetry = create({ exporter: http() })
    telemetry.session(SESSION).emit('codex.user_prompt', { prompt: 'hello' })
    expect(await telemetry.flush(options as never)).toBe(true)
    expect(await telemetry.shutdown(options as never)).toBe(true)
    expect(receiver.logs).toHaveLength(1)
  })

  it('does not read a text of 100 million characters, and says how long it was', async () => {
    const telemetry = create({ exporter: http(), log_user_prompt: true, content: { tool_output: 'full' } })
    const session = telemetry.session(SESSION)
    session.emit('codex.user_prompt', { prompt: 'ab'.repeat(50_000_000) })
    await telemetry.shutdown({ timeoutMs: 10_000 })
    expect(plain(receiver.logs[0])).toMatchObject({
      prompt_length: '100000000',
      prompt: expect.stringContaining('100000000 characters'),
    })
  })

  it('lets the application call every method from the listener for diagnostics', async () => {
    await receiver.close()
    const heard: Diagnostic[] = []
    const flushed: Promise<boolean>[] = []
    const telemetry = create(
      { exporter: http(), metrics_exporter: { 'otlp-http': { endpoint: receiver.metricsUrl, protocol: 'binary' } } },
      {
        onDiagnostic(diagnostic) {
          heard.push(diagnostic)
          telemetry.session(SESSION).emit('codex.user_prompt', { prompt: 'from the listener' })
          session.counter('tool.calls', 1)
          flushed.push(telemetry.flush({ timeoutMs: 10 }))
          const logs = telemetry.health?.()?.logs
          expect((logs?.pending ?? 0) + (logs?.spooled ?? 0)).toBeLessThan(100)
          if (heard.length === 3) flushed.push(telemetry.shutdown({ timeoutMs: 10 }))
        },
      },
    )
    const session = telemetry.session(SESSION)
    session.emit('codex.user_prompt', { prompt: 'hello' })
    session.counter('not a name', 1)
    await telemetry.flush({ timeoutMs: 50 })
    await expect.poll(() => heard.length).toBeGreaterThanOrEqual(3)
    await Promise.all(flushed)
    receiver = await startReceiver()
  })
})

function fail(): never {
  throw new Error('struck')
}
