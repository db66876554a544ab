import { readdirSync, readFileSync } from 'node:fs'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { check, checkLogs, grpc, http, temporaryDirectory } from './diagnose.fixture.ts'

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

describe('a receiver that takes the probe', () => {
  it.each([
    ['http/protobuf', () => http(receiver.logsUrl), { status: 200 }],
    ['http/json', () => http(receiver.logsUrl, ', protocol = "json"'), { status: 200 }],
    ['http/protobuf', () => http(receiver.logsUrl, ', compression = "gzip"'), { status: 200 }],
    ['grpc', () => grpc(receiver.grpcUrl), { grpcStatus: 0 }],
  ] as const)(
    'is reported as such, and has one record that names the doctor, over %s',
    async (protocol, exporter, status) => {
      const diagnosis = await check(`[otel]\nenvironment = "test"\nexporter = ${exporter()}`)
      expect(diagnosis).toMatchObject({
        ok: true,
        probeId: expect.stringMatching(/^[0-9a-f]{16}$/),
      })
      expect(diagnosis.signals[0]).toMatchObject({
        signal: 'logs',
        state: 'delivered',
        protocol,
        ...status,
        durationMs: expect.any(Number),
      })
      expect(receiver.logs).toHaveLength(1)
      expect(receiver.logs[0]).toMatchObject({
        eventName: 'codex_otel.doctor',
        scope: { name: 'codex_otel' },
        attributes: {
          'event.name': { type: 'string', value: 'codex_otel.doctor' },
          'doctor.id': { type: 'string', value: diagnosis.probeId },
        },
        resource: { attributes: { 'service.name': { value: 'codex-cli' }, env: { value: 'test' } } },
      })
      expect(Math.abs(Number((receiver.logs[0]?.timeUnixNano ?? 0n) / 1_000_000n) - Date.now())).toBeLessThan(60_000)
    },
  )

  it.each([
    ['http/protobuf', () => http(receiver.tracesUrl)],
    ['http/json', () => http(receiver.tracesUrl, ', protocol = "json"')],
    ['grpc', () => grpc(receiver.grpcUrl)],
  ] as const)('gets one span that names the doctor where traces go there, over %s', async (protocol, exporter) => {
    const { ok, probeId, signals } = await check(`[otel]\ntrace_exporter = ${exporter()}`)
    expect(ok).toBe(true)
    expect(signals.find(({ signal }) => signal === 'traces')).toMatchObject({ state: 'delivered', protocol })
    expect(receiver.spans).toHaveLength(1)
    expect(receiver.spans[0]).toMatchObject({
      name: 'codex_otel.doctor',
      attributes: { 'doctor.id': { value: probeId } },
    })
    expect(receiver.logs).toEqual([])
  })

  it('gets a request without a record when the probe is to be empty', async () => {
    const options = { probe: 'empty' } as const
    expect(await checkLogs(http(receiver.logsUrl), options)).toMatchObject({ state: 'delivered' })
    expect(await checkLogs(grpc(receiver.grpcUrl), options)).toMatchObject({ state: 'delivered' })
    expect(await checkLogs(http(receiver.logsUrl, ', protocol = "json"'), options)).toMatchObject({
      state: 'delivered',
    })
    expect(receiver.requests).toHaveLength(3)
    expect(receiver.requests.every(({ body }) => body.length > 0)).toBe(true)
    expect(receiver.logs).toEqual([])
  })

  it('may send a message, which is reported', async () => {
    receiver.misbehave({ answer: { partialSuccess: { rejected: 0, message: 'use TLS soon' } } })
    const logs = await checkLogs(http(receiver.logsUrl))
    expect(logs).toMatchObject({ state: 'delivered', message: expect.stringContaining('use TLS soon') })
  })

  it.each([
    ['HTTP', () => http(receiver.logsUrl), 'HTTP 200'],
    ['gRPC', () => grpc(receiver.grpcUrl), 'OK'],
  ] as const)('is named by what it calls itself, over %s', async (_name, exporter, answer) => {
    const name = 'collector/1.2 (page http://[::1]:4319/)'
    receiver.misbehave({ answer: { headers: { server: name } } })
    const logs = await checkLogs(exporter())
    expect(logs).toMatchObject({ receiver: name })
    expect(logs.message.endsWith(`, ${answer} from ${name}`)).toBe(true)
  })

  it('is not named by a text that is no name, or that repeats a header which was sent to it', async () => {
    const secret = 'secret-of-a-test-header'
    receiver.misbehave({ answer: { headers: { server: `collector ${secret}` } } })
    const echoed = await checkLogs(http(receiver.logsUrl, `, headers = { authorization = "${secret}" }`))
    expect(JSON.stringify(echoed)).not.toContain(secret)
    receiver.behave()
    receiver.misbehave({ answer: { headers: { server: `<b>${'x'.repeat(100)}</b>` } } })
    expect(await checkLogs(http(receiver.logsUrl))).toMatchObject({ message: expect.stringMatching(/, HTTP 200$/) })
  })

  it('is asked past the spool, which stays empty', async () => {
    const codexHome = temporaryDirectory()
    const { spool } = await check(`[otel]\nexporter = ${http(receiver.logsUrl)}`, { codexHome })
    expect(spool).toEqual({
      directory: `${codexHome}/otel-spool`,
      enabled: true,
      maxAgeMs: 7 * 24 * 60 * 60 * 1000,
      destinations: [],
    })
    expect(readdirSync(codexHome)).toEqual([])
  })
})

describe('where nothing is exported, the doctor', () => {
  it.each([
    ['', 'otel.exporter is "none" (default)'],
    ['[otel]\nexporter = "none"', 'otel.exporter is "none" (config.toml:2)'],
  ])('says that nothing asks for it, and that all is well: %j', async (text, message) => {
    const { ok, signals, probeId } = await check(text)
    expect({ ok, probeId }).toEqual({ ok: true, probeId: undefined })
    expect(signals[0]).toEqual({ signal: 'logs', state: 'off', message })
  })

  it('says that the environment switches it off, and sends nothing', async () => {
    const logs = await checkLogs(http(receiver.logsUrl), { env: { OTEL_SDK_DISABLED: 'true' } })
    expect(logs).toMatchObject({ state: 'blocked', message: expect.stringContaining('OTEL_SDK_DISABLED') })
    expect(logs.advice).toContain('unset OTEL_SDK_DISABLED')
    expect(receiver.requests).toEqual([])
  })

  it('says of each signal that a variable holds no URL', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }
    const { ok, signals } = await check('[otel]\nexporter = "otlp-http"\nmetrics_exporter = "otlp-http"', { env })
    expect(ok).toBe(false)
    expect(signals.map(({ state, message }) => [state, message.split('; ').at(-1)])).toEqual([
      ['blocked', 'log events are not exported'],
      ['blocked', 'metrics are not exported'],
      ['off', 'otel.trace_exporter is "none" (default)'],
    ])
    expect(signals[0]?.advice).toContain('correct OTEL_EXPORTER_OTLP_ENDPOINT')
  })

  it.each([
    ['[otel]\nexporter = "carrier-pigeon"', 'config.toml:2: otel.exporter: found "carrier-pigeon"'],
    [
      '[otel]\nexporter = { otlp-http = {\n endpoint = "ftp://x" } }',
      'config.toml:3: otel.exporter.otlp-http.endpoint',
    ],
    ['otel = 5', 'config.toml:1: otel: found 5'],
    ['[otel]\nexpoter = "otlp-http"', 'config.toml:2: otel.expoter: found the unknown key "expoter"'],
    ['[otel.exporters.otlp-http]\nendpoint = "http://h/v1/logs"', 'config.toml:1: otel.exporters: found'],
    [
      '[otel]\nexporter = "otlp-http"\n[otel.content]\nscrub_patterns = ["("]',
      'config.toml:4: otel.content.scrub_patterns',
    ],
  ])('names the line that is wrong in the configuration: %j', async (text, place) => {
    const { ok, signals, config } = await check(text)
    expect(ok).toBe(false)
    expect(signals[0]).toMatchObject({ state: 'blocked', message: expect.stringContaining(place) })
    expect(config.problems).toHaveLength(1)
  })
})

describe('the doctor', () => {
  const SECRET = 'hunter2-secret-token'

  it('reports every value in effect with its origin, and no secret', async () => {
    receiver.misbehave(({ path }) => (path === '/v1/logs' ? { answer: { status: 404 } } : undefined))
    const diagnosis = await check(
      `[otel]\nenvironment = "prod"\nexporter = { otlp-http = { endpoint = "${receiver.httpUrl}/\${TOKEN}", headers = { authorization = "Bearer \${TOKEN}" } } }`,
      { env: { TOKEN: SECRET, OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '1234' }, configOverrides: ['otel.environment'] },
    )
    expect(diagnosis.config.rows).toEqual(
      expect.arrayContaining([
        { key: 'otel.environment', value: '"prod"', origin: 'command line' },
        { key: 'otel.exporter.otlp-http.timeout_ms', value: '1234', origin: 'OTEL_EXPORTER_OTLP_LOGS_TIMEOUT' },
        { key: 'otel.exporter.otlp-http.protocol', value: '"binary"', origin: 'default' },
      ]),
    )
    expect(diagnosis.signals[0]).toMatchObject({
      state: 'failed',
      cause: 'not-found',
      endpoint: `${receiver.httpUrl}/\${TOKEN}`,
    })
    expect(diagnosis.signals[0]?.advice).toContain(
      `otel.exporter.otlp-http.endpoint = "${receiver.httpUrl}/\${TOKEN}/v1/logs"`,
    )
    expect(JSON.stringify(diagnosis)).not.toContain(SECRET)
  })

  it('reports nothing of a secret that the receiver repeats', async () => {
    receiver.misbehave({ answer: { status: 403, message: `no ${SECRET} here` } })
    const exporter = http(receiver.logsUrl, `, headers = { x-key = "${SECRET}" }`)
    const diagnosis = await check(`[otel]\nexporter = ${exporter}`)
    expect(diagnosis.signals[0]?.message).toContain('no *** here')
    expect(JSON.stringify(diagnosis)).not.toContain(SECRET)
  })

  it('warns of credentials in clear text to another host', async () => {
    const exporter = http(
      'http://otel.invalid:4318/v1/logs',
      ', headers = { authorization = "Bearer x" }, timeout_ms = 200',
    )
    const { config } = await check(`[otel]\nexporter = ${exporter}`, { env: { http_proxy: 'http://127.0.0.1:9' } })
    expect(config.problems.map(({ message }) => message).join()).toContain('in clear text')
  })

  it("ends a header's program that did not answer", async () => {
    const codexHome = temporaryDirectory()
    const pid = `${codexHome}/pid`
    const program = `require("node:fs").writeFileSync(${JSON.stringify(pid)}, String(process.pid)); setInterval(() => {}, 1000)`
    const command = JSON.stringify([process.execPath, '-e', program])
    const exporter = http(receiver.logsUrl, `, headers = { authorization = { command = ${command} } }`)
    const logs = await checkLogs(exporter, { codexHome, timeoutMs: 1000 })
    expect(logs).toMatchObject({ state: 'failed', cause: 'timed-out' })
    await expect.poll(() => isRunning(Number(readFileSync(pid, 'utf8')))).toBe(false)
  })

  it.skipIf(process.platform === 'win32')('runs each program once for all probes and alternatives', async () => {
    const codexHome = temporaryDirectory()
    const runs = (name: string): string => readFileSync(`${codexHome}/${name}`, 'utf8')
    const own = JSON.stringify(['/bin/sh', '-c', `echo run >> '${codexHome}/own'; echo token`])
    const helper = JSON.stringify(`echo run >> '${codexHome}/helper'; echo '{"x-helper":"token"}'`)
    // The endpoint is wrong, and other paths and protocols are tried.
    const exporter = http(
      `${receiver.httpUrl}/wrong`,
      `, headers = { authorization = { command = ${own} } }, headers_helper = ${helper}`,
    )
    const { signals } = await check(`[otel]\nexporter = ${exporter}\nmetrics_exporter = ${exporter}`, { codexHome })
    expect(signals.map(({ cause, advice }) => [cause, advice?.includes('is right')])).toEqual([
      ['not-found', true],
      ['not-found', true],
      [undefined, undefined],
    ])
    // The two signals have each a header of their own, and share the helper.
    expect(runs('own')).toBe('run\nrun\n')
    expect(runs('helper')).toBe('run\n')
  })

  it('names a header that has no value', async () => {
    const exporter = http(receiver.logsUrl, ', headers = { authorization = { file = "token" } }')
    const logs = await checkLogs(exporter)
    expect(logs.warnings?.join()).toMatch(/header "authorization": .*token/)
  })
})

/** A process that has ended and was not collected by its parent yet does not count. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
