// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the tables refer to variables.
import http2 from 'node:http2'
import type net from 'node:net'
import type { DeliveryCause } from '@codex/otel-api'
import { type Behaviour, type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closedPort, listen, startProxy, tcpServer } from '../../worker/transport/loopback.fixture.ts'
import { checkLogs, grpc, http } from './diagnose.fixture.ts'

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

interface Answered {
  what: string
  behaviour: Behaviour
  cause: DeliveryCause
  advice: string
  status?: number
  grpcStatus?: number
}

const ANSWERS: readonly Answered[] = [
  {
    what: '401',
    behaviour: { answer: { status: 401 } },
    cause: 'unauthorized',
    advice: 'wants credentials',
    status: 401,
    grpcStatus: 16,
  },
  {
    what: '403',
    behaviour: { answer: { status: 403 } },
    cause: 'forbidden',
    advice: 'to write logs',
    status: 403,
    grpcStatus: 7,
  },
  {
    what: '413',
    behaviour: { answer: { status: 413, grpcStatus: 8, message: 'larger than max' } },
    cause: 'too-large',
    advice: 'raise its limit',
    status: 413,
    grpcStatus: 8,
  },
  {
    what: '429',
    behaviour: { answer: { status: 429, retryAfter: 7 } },
    cause: 'throttled',
    advice: 'wait 7 s',
    status: 429,
    grpcStatus: 8,
  },
  {
    what: '503',
    behaviour: { answer: { status: 503 } },
    cause: 'server-error',
    advice: "receiver's own log",
    status: 503,
    grpcStatus: 14,
  },
  {
    what: '500',
    behaviour: { answer: { status: 500, grpcStatus: 13 } },
    cause: 'server-error',
    advice: "receiver's own log",
    status: 500,
    grpcStatus: 13,
  },
  {
    what: 'a partial success',
    behaviour: { answer: { partialSuccess: { rejected: 1, message: 'too old' } } },
    cause: 'partial-success',
    advice: "look into the receiver's own log",
    status: 200,
    grpcStatus: 0,
  },
]

describe('the doctor names what a receiver answers, and what to do', () => {
  it.each(ANSWERS)('$what over HTTP', async ({ behaviour, cause, advice, status }) => {
    receiver.misbehave(behaviour)
    const logs = await checkLogs(http(receiver.logsUrl))
    expect(logs).toMatchObject({ state: 'failed', cause, status, advice: expect.stringContaining(advice) })
  })

  it.each(ANSWERS)('$what over gRPC', async ({ behaviour, cause, advice, grpcStatus }) => {
    receiver.misbehave(behaviour)
    const logs = await checkLogs(grpc(receiver.grpcUrl))
    expect(logs).toMatchObject({ state: 'failed', cause, grpcStatus, advice: expect.stringContaining(advice) })
  })

  it.each([
    ['503', { status: 503 }, 'keeps what it has', 'keeps what it has'],
    ['500', { status: 500, grpcStatus: 13 }, 'are not sent again', 'are not sent again'],
    ['429', { status: 429 }, 'keeps what it has', 'are not sent again'],
  ])('%s comes with what exporting does about it', async (_what, answer, overHttp, overGrpc) => {
    receiver.misbehave({ answer })
    expect((await checkLogs(http(receiver.logsUrl))).advice).toContain(overHttp)
    expect((await checkLogs(grpc(receiver.grpcUrl))).advice).toContain(overGrpc)
  })

  it('the receiver is not asked twice', async () => {
    receiver.misbehave({ answer: { status: 503 } })
    await checkLogs(http(receiver.logsUrl))
    await checkLogs(grpc(receiver.grpcUrl))
    expect(receiver.requests).toHaveLength(2)
  })

  it('404 at an address of the environment, with the name of the variable and not of the file', async () => {
    receiver.misbehave({ answer: { status: 404 } })
    const general = { OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.httpUrl}/base` }
    const logs = await checkLogs('"otlp-http"', { env: general })
    expect(logs.advice).toContain('OTEL_EXPORTER_OTLP_ENDPOINT is used with that behind it')
    receiver.behave()
    receiver.misbehave(({ path }) => (path === '/v1/logs' ? undefined : { answer: { status: 404 } }))
    const found = await checkLogs('"otlp-http"', { env: general })
    expect(found.advice).toBe(
      `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT = "${receiver.logsUrl}" is right: something takes logs at that path`,
    )
  })

  it('401 with a header that is not accepted, with the name of the header', async () => {
    receiver.misbehave({ answer: { status: 401 } })
    const logs = await checkLogs(http(receiver.logsUrl, ', headers = { x-api-key = "stale" }'))
    expect(logs.advice).toContain('check the value of x-api-key in otel.exporter.otlp-http.headers')
  })

  it('401 without the header whose variable is not set, with the name of the variable', async () => {
    receiver.misbehave({ answer: { status: 401 } })
    const logs = await checkLogs(http(receiver.logsUrl, ', headers = { x-api-key = "${OTLP_TOKEN}" }'))
    expect(logs.advice).toMatch(
      /^otel\.exporter\.otlp-http\.headers\.x-api-key is left out: found \$\{OTLP_TOKEN\}, which is not/,
    )
  })

  it('401 with headers of the environment that cannot be read, with the name of their variable', async () => {
    receiver.misbehave({ answer: { status: 401 } })
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpUrl, OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' }
    const logs = await checkLogs('"otlp-http"', { env })
    expect(logs.advice).toMatch(/^OTEL_EXPORTER_OTLP_HEADERS is left out: found a malformed list \(hidden\)/)
    expect(logs.message).toContain('(OTEL_EXPORTER_OTLP_HEADERS had no value)')
  })

  it('a redirect, with the host that it points to', async () => {
    receiver.misbehave({ answer: { status: 308, headers: { location: 'https://elsewhere.invalid/v1/logs' } } })
    const logs = await checkLogs(http(receiver.logsUrl))
    expect(logs).toMatchObject({
      cause: 'redirect',
      status: 308,
      message: expect.stringContaining('elsewhere.invalid'),
    })
  })

  it('415, with the protocol that it takes', async () => {
    receiver.misbehave(({ contentType }) =>
      contentType === 'application/json' ? undefined : { answer: { status: 415 } },
    )
    const logs = await checkLogs(http(receiver.logsUrl))
    expect(logs).toMatchObject({
      cause: 'unsupported-media-type',
      advice: 'it takes JSON: set otel.exporter.otlp-http.protocol = "json"',
    })
    receiver.behave()
    receiver.misbehave({ answer: { status: 415 } })
    expect((await checkLogs(http(receiver.logsUrl))).advice).toContain('try protocol = ')
  })

  it('415 because of gzip', async () => {
    receiver.misbehave(({ contentEncoding }) => (contentEncoding === 'gzip' ? { answer: { status: 415 } } : undefined))
    const logs = await checkLogs(http(receiver.logsUrl, ', compression = "gzip", protocol = "json"'))
    expect(logs.advice).toBe(
      'it takes requests that are not compressed: set otel.exporter.otlp-http.compression = "none"',
    )
  })

  it('a status that OTLP does not know', async () => {
    receiver.misbehave({ answer: { status: 418 } })
    expect(await checkLogs(http(receiver.logsUrl))).toMatchObject({ cause: 'http', status: 418 })
  })

  it('a gRPC status that OTLP does not know', async () => {
    receiver.misbehave({ answer: { grpcStatus: 9 } }, { transport: 'grpc' })
    expect(await checkLogs(grpc(receiver.grpcUrl))).toMatchObject({ cause: 'grpc', grpcStatus: 9 })
  })
})

describe('a path where nothing is', () => {
  it.each([
    ['', '/v1/logs'],
    ['/', '/v1/logs'],
    ['/otlp', '/v1/logs'],
    ['/v1/traces/', '/v1/logs'],
    ['/v1/log', '/v1/logs'],
  ])('%j is answered with the one that is right', async (path, right) => {
    await using strict = await startReceiver({ paths: {} })
    strict.misbehave(request => (request.path === right ? undefined : { answer: { status: 404 } }), {
      transport: 'http',
    })
    const logs = await checkLogs(http(`${strict.httpUrl}${path}`))
    expect(logs).toMatchObject({ cause: 'not-found', status: 404 })
    expect(logs.advice).toBe(
      `otel.exporter.otlp-http.endpoint = "${strict.httpUrl}${right}" is right: something takes logs at that path`,
    )
    expect(strict.logs).toEqual([])
  })

  it('is found at the root where the receiver takes every path but the one that is configured', async () => {
    receiver.misbehave(({ path }) => (path === '/metrics' ? { answer: { status: 404 } } : undefined))
    const logs = await checkLogs(http(`${receiver.httpUrl}/metrics`))
    expect(logs.advice).toContain(`endpoint = "${receiver.logsUrl}" is right`)
  })

  it('is found where the request is taken, though the gateway asks for credentials at the root', async () => {
    receiver.misbehave(({ path }) =>
      path === '/tenant/v1/logs' ? undefined : { answer: { status: path === '/tenant' ? 404 : 401 } },
    )
    const logs = await checkLogs(http(`${receiver.httpUrl}/tenant`))
    expect(logs.advice).toContain(`endpoint = "${receiver.httpUrl}/tenant/v1/logs" is right`)
  })

  it('is found below the one that is configured, and keeps its query', async () => {
    receiver.misbehave(({ path }) => (path === '/tenant/v1/logs' ? undefined : { answer: { status: 404 } }))
    const logs = await checkLogs(http(`${receiver.httpUrl}/tenant?key=hunter2`))
    expect(logs.advice).toContain(`"${receiver.httpUrl}/tenant/v1/logs?***"`)
  })

  it('is reported as unknown when none is found', async () => {
    receiver.misbehave({ answer: { status: 404 } })
    const logs = await checkLogs(http(`${receiver.httpUrl}/x`))
    expect(logs.advice).toContain("ask the receiver's operator for the path")
  })

  it('is the usual one already, so that something else is wrong', async () => {
    receiver.misbehave({ answer: { status: 404 } })
    const logs = await checkLogs(http(`${receiver.httpUrl}/v1/logs?key=hunter2`))
    expect(logs.advice).toMatch(/^\/v1\/logs is where most receivers take logs: check that host, port and what stands/)
    expect(logs.advice).not.toContain('hunter2')
  })

  it('over gRPC is a service that the receiver does not have', async () => {
    receiver.misbehave({ answer: { grpcStatus: 12 } }, { transport: 'grpc' })
    const logs = await checkLogs(grpc(receiver.grpcUrl))
    expect(logs).toMatchObject({
      cause: 'not-found',
      grpcStatus: 12,
      advice: expect.stringContaining('switch logs on'),
    })
  })
})

describe('an endpoint that is none', () => {
  it('a web page is distinguished from OTLP', async () => {
    const port = await listen(
      (await import('node:http')).createServer((_request, response) => {
        response.setHeader('content-type', 'text/html').end('<html>welcome</html>')
      }),
    )
    const logs = await checkLogs(http(`http://127.0.0.1:${port}/`))
    expect(logs).toMatchObject({ cause: 'not-otlp', message: expect.stringContaining('web page') })
    expect(logs.advice).toContain('something else answers there')
  })

  it('HTTP to a gRPC receiver gets the name of the exporter to use', async () => {
    const logs = await checkLogs(http(`${receiver.grpcUrl}/v1/logs`))
    expect(logs.state).toBe('failed')
    expect(logs.advice).toBe(
      `it speaks gRPC: use otel.exporter.otlp-grpc with endpoint = "${receiver.grpcUrl}" in place of otlp-http`,
    )
  })

  it('gRPC to an HTTP receiver gets the name of the exporter to use', async () => {
    const logs = await checkLogs(grpc(receiver.httpUrl))
    expect(logs).toMatchObject({ state: 'failed', cause: 'not-otlp' })
    expect(logs.advice).toBe(
      `it speaks OTLP over HTTP: use otel.exporter.otlp-http with endpoint = "${receiver.httpUrl}/v1/logs" in place of otlp-grpc`,
    )
  })

  it('gRPC to a receiver of HTTP/2 without gRPC fails', async () => {
    const server = http2.createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    )
    const logs = await checkLogs(grpc(`http://127.0.0.1:${await listen(server as unknown as net.Server)}`))
    expect(logs.state).toBe('failed')
  })

  it.each([
    ['http', http],
    ['grpc', grpc],
  ] as const)('something that answers with noise, over %s', async (_protocol, exporter) => {
    const port = await listen(tcpServer(socket => socket.end('220 mail.example.com ESMTP\r\n')))
    expect(await checkLogs(exporter(`http://127.0.0.1:${port}`))).toMatchObject({ state: 'failed', cause: 'not-otlp' })
  })
})

describe('a connection that fails', () => {
  const both = [
    ['http', http],
    ['grpc', grpc],
  ] as const

  it.each(both)('because the name is not known, over %s', async (_protocol, exporter) => {
    const logs = await checkLogs(exporter('http://no-such-host.invalid:4318'))
    expect(logs).toMatchObject({ cause: 'name-not-found', advice: expect.stringContaining('check the host name') })
  })

  it.each(both)('because nothing listens, over %s', async (_protocol, exporter) => {
    const logs = await checkLogs(exporter(`http://127.0.0.1:${await closedPort()}`))
    expect(logs).toMatchObject({
      cause: 'refused',
      detail: 'ECONNREFUSED',
      advice: expect.stringContaining('start the receiver'),
    })
  })

  it.each(both)('because nothing answers in time, over %s', async (protocol, exporter) => {
    receiver.misbehave({ answer: 'hang' })
    const logs = await checkLogs(exporter(protocol === 'grpc' ? receiver.grpcUrl : receiver.logsUrl), {
      timeoutMs: 150,
    })
    expect(logs).toMatchObject({ cause: 'timed-out', advice: expect.stringContaining('timeout_ms to be over 150') })
    expect(logs.durationMs).toBeLessThan(3000)
  })

  it.each(both)('because it is cut, over %s', async (_protocol, exporter) => {
    const port = await listen(tcpServer(socket => socket.resetAndDestroy()))
    expect(await checkLogs(exporter(`http://127.0.0.1:${port}`))).toMatchObject({ cause: 'reset' })
  })

  it.each(both)('because the proxy is not there, over %s', async (_protocol, exporter) => {
    const env = { http_proxy: `http://127.0.0.1:${await closedPort()}` }
    const logs = await checkLogs(exporter('http://otel.invalid:4318'), { env })
    expect(logs).toMatchObject({ cause: 'proxy', advice: expect.stringContaining('NO_PROXY') })
  })

  it.each(both)('because the proxy wants a password, over %s', async (_protocol, exporter) => {
    const proxy = await startProxy({ refuseWith: 407 })
    const env = { https_proxy: `http://127.0.0.1:${proxy.port}` }
    const logs = await checkLogs(exporter('https://otel.invalid:4318'), { env })
    expect(logs).toMatchObject({ cause: 'proxy', status: 407, advice: expect.stringContaining('user and password') })
  })
})
