import http from 'node:http'
import http2 from 'node:http2'
import net from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { startGrpcReceiver } from './grpc-receiver.fixture.ts'
import { createGrpcTransport, type GrpcDestination, type GrpcTransportOptions } from './grpc-transport.ts'
import { createHeaderSource } from './header-source.ts'
import { atEnd, closedPort, failureOf, listen, REQUEST, startProxy, TIMEOUT_MS, tcpServer } from './loopback.fixture.ts'
import type { ExporterTransport } from './transport.ts'

function transportTo(
  port: number,
  destination: Partial<GrpcDestination> = {},
  options: Partial<GrpcTransportOptions> = {},
): ExporterTransport {
  const transport = createGrpcTransport(
    { endpoint: `http://127.0.0.1:${port}`, compression: 'none', tls: undefined, ...destination },
    { signal: 'logs', headers: createHeaderSource([]), userAgent: 'codex-otel/1.2.3', ...options },
  )
  atEnd(() => transport.shutdown())
  return transport
}

/** google.rpc.Status with a RetryInfo of one second and a half. */
function retryInfo(): Buffer {
  const message = (field: number, content: Buffer) =>
    Buffer.concat([Buffer.from([field * 8 + 2, content.length]), content])
  const duration = Buffer.from([0x08, 0x01, 0x10, ...[0x80, 0xca, 0xb5, 0xee, 0x01]])
  const any = Buffer.concat([
    message(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    message(2, message(1, duration)),
  ])
  return Buffer.concat([Buffer.from([0x08, 0x08]), message(3, any)])
}

/** An HTTP/2 server that knows no gRPC. */
function http2Server(onStream: (stream: http2.ServerHttp2Stream) => void): http2.Http2Server {
  const server = http2.createServer()
  server.on('session', session => session.on('error', () => {}))
  server.on('stream', stream => {
    stream.on('error', () => {})
    onStream(stream)
  })
  return server
}

describe('a call', () => {
  it.each([
    ['logs', '/opentelemetry.proto.collector.logs.v1.LogsService/Export'],
    ['metrics', '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'],
    ['traces', '/opentelemetry.proto.collector.trace.v1.TraceService/Export'],
  ] as const)('of %s goes to its service with the bytes as they are', async (signal, path) => {
    const receiver = await startGrpcReceiver()
    const headers = createHeaderSource([
      { name: 'x-key', value: 'abc' },
      { name: 'content-type', value: 'text/plain' },
    ])
    const result = await transportTo(receiver.port, {}, { signal, headers }).send(new Uint8Array(REQUEST), TIMEOUT_MS)
    expect(result).toEqual({ status: 'success', data: Buffer.alloc(0) })
    const [call] = receiver.calls
    expect(call).toMatchObject({ path, body: REQUEST })
    expect(call?.metadata.get('x-key')).toEqual(['abc'])
    expect(call?.metadata.get('user-agent')[0]).toMatch(/^codex-otel\/1\.2\.3 /)
  })

  it('is compressed on request', async () => {
    const frames: Buffer[] = []
    const server = http2Server(stream => {
      stream.on('data', (chunk: Buffer) => frames.push(chunk))
      stream.on('end', () => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
        stream.end(Buffer.alloc(5))
      })
    })
    const data = Buffer.alloc(10_000, 'a')
    const transport = transportTo(await listen(server), { compression: 'gzip' })
    expect(await transport.send(data, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    const body = Buffer.concat(frames)
    expect(body[0]).toBe(1)
    expect(body.length).toBeLessThan(gzipSync(data).length + 100)
  })

  it('may be larger than the library allows by default, and shares its connection', async () => {
    const receiver = await startGrpcReceiver()
    const transport = transportTo(receiver.port)
    await Promise.all([1, 2, 3].map(() => transport.send(Buffer.alloc(1_000_000), TIMEOUT_MS)))
    expect(new Set(receiver.calls.map(call => call.peer)).size).toBe(1)
    expect(receiver.calls).toHaveLength(3)
  })

  it('has its partial success read', async () => {
    const body = Buffer.from([0x0a, 0x06, 0x08, 0x03, 0x12, 0x02, 0x6e, 0x6f])
    const { port } = await startGrpcReceiver(() => ({ body }))
    const result = await transportTo(port).send(REQUEST, TIMEOUT_MS)
    expect(result).toEqual({ status: 'success', data: body, partialSuccess: { rejected: 3, message: 'no' } })
  })
})

describe('a status', () => {
  it.each([
    [1, 'grpc', true],
    [2, 'grpc', false],
    [3, 'grpc', false],
    [4, 'timed-out', true],
    [5, 'grpc', false],
    [7, 'forbidden', false],
    [8, 'throttled', false],
    [9, 'grpc', false],
    [10, 'grpc', true],
    [11, 'grpc', true],
    [12, 'not-found', false],
    [13, 'server-error', false],
    [14, 'server-error', true],
    [15, 'grpc', true],
    [16, 'unauthorized', false],
  ])('%i is %s, retryable: %s', async (code, kind, retryable) => {
    const { port } = await startGrpcReceiver(() => ({ code, details: 'because' }))
    const failure = await failureOf(transportTo(port).send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind, grpcCode: code, retryable })
    expect(failure.message).toMatch(/^http:\/\/127\.0\.0\.1:\d+: [A-Z_]+, .*: because$/)
  })

  it('asks to wait with a RetryInfo, which makes RESOURCE_EXHAUSTED retryable', async () => {
    for (const code of [8, 14]) {
      const { port } = await startGrpcReceiver(() => ({ code, statusDetails: retryInfo() }))
      const result = await transportTo(port).send(REQUEST, TIMEOUT_MS)
      expect(result).toMatchObject({ status: 'retryable', retryInMillis: 1_500 })
    }
  })

  it('with details that cannot be read is as one without', async () => {
    const { port } = await startGrpcReceiver(() => ({ code: 8, statusDetails: Buffer.from('garbage') }))
    expect(await failureOf(transportTo(port).send(REQUEST, TIMEOUT_MS))).toMatchObject({
      kind: 'throttled',
      retryable: false,
    })
  })

  it('reports that the request is too large', async () => {
    const details = 'grpc: received message larger than max (5000000 vs. 4194304)'
    const { port } = await startGrpcReceiver(() => ({ code: 8, details }))
    expect(await failureOf(transportTo(port).send(REQUEST, TIMEOUT_MS))).toMatchObject({
      kind: 'too-large',
      retryable: false,
    })
  })

  it('masks the values of headers', async () => {
    const { port } = await startGrpcReceiver(call => ({
      code: 16,
      details: `no key ${call.metadata.get('x-key')}\nhere`,
    }))
    const headers = createHeaderSource([{ name: 'x-key', value: 'canary-123' }])
    const { message } = await failureOf(transportTo(port, {}, { headers }).send(REQUEST, TIMEOUT_MS))
    expect(message).toMatch(/: no key \*\*\* here$/)
  })
})

describe('a server that answers', () => {
  it.each([
    [401, 'unauthorized', false],
    [403, 'forbidden', false],
    [404, 'not-found', false],
    [413, 'too-large', false],
    [503, 'server-error', true],
  ])('may be a gateway that speaks no gRPC: %i', async (status, kind, retryable) => {
    const server = http2Server(stream => {
      stream.respond({ ':status': status })
      stream.end('no')
    })
    const failure = await failureOf(transportTo(await listen(server)).send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind, status, retryable })
  })

  it('may be a web page, an endless answer or garbage', async () => {
    const page = http2Server(stream => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' })
      stream.end('<html></html>')
    })
    const { port } = await startGrpcReceiver(() => ({ body: Buffer.alloc(1_000_000) }))
    const garbage = await startGrpcReceiver(() => ({ body: Buffer.from('garbage') }))
    for (const each of [await listen(page), port, garbage.port]) {
      const failure = await failureOf(transportTo(each).send(REQUEST, TIMEOUT_MS))
      expect(failure).toMatchObject({ kind: 'not-otlp', retryable: false })
    }
  })

  it('may speak HTTP/1 only, or nothing of the kind', async () => {
    const http1 = http.createServer((_request, response) => response.end())
    const ssh = tcpServer(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    for (const server of [http1, ssh]) {
      const failure = await failureOf(transportTo(await listen(server)).send(REQUEST, TIMEOUT_MS))
      expect(failure).toMatchObject({ kind: 'not-otlp', retryable: true })
    }
  })
})

describe('a connection that fails', () => {
  it('is refused, and the next call tries again', async () => {
    const transport = transportTo(await closedPort())
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'refused', retryable: true })
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'refused', retryable: true })
  })

  it('has no address', async () => {
    const transport = transportTo(0, { endpoint: 'http://nowhere.invalid:4317' })
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({
      kind: 'name-not-found',
      retryable: true,
    })
  })

  it('is reset, before and after it was made', async () => {
    const before = tcpServer(socket => socket.resetAndDestroy())
    const after = http2Server(stream => stream.session?.destroy())
    const stream = http2Server(stream => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR))
    for (const server of [before, after, stream]) {
      const failure = await failureOf(transportTo(await listen(server)).send(REQUEST, TIMEOUT_MS))
      expect(failure).toMatchObject({ kind: 'reset', retryable: true })
    }
  })

  it('hangs until the deadline', async () => {
    const silent = tcpServer(() => {})
    const { port } = await startGrpcReceiver(() => undefined)
    for (const each of [await listen(silent), port]) {
      const started = performance.now()
      const failure = await failureOf(transportTo(each).send(REQUEST, 150))
      expect(failure).toMatchObject({ kind: 'timed-out', retryable: true })
      expect(performance.now() - started).toBeLessThan(1_000)
    }
  })

  it.each(['http', 'https'])(
    'is retired when it hangs, and the next request makes a connection of its own: %s',
    async scheme => {
      const connections: net.Socket[] = []
      const port = await listen(net.createServer(socket => connections.push(socket.on('error', () => {}).resume())))
      const transport = transportTo(port, { endpoint: `${scheme}://127.0.0.1:${port}` })
      expect(await failureOf(transport.send(REQUEST, 300))).toMatchObject({ kind: 'timed-out' })
      expect(await failureOf(transport.send(REQUEST, 300))).toMatchObject({ kind: 'timed-out' })
      expect(connections).toHaveLength(2)
      await expect.poll(() => connections.every(socket => socket.destroyed || socket.readableEnded)).toBe(true)
    },
  )

  it('is retired after a time-out without harm to the other calls on it', async () => {
    const streams: http2.ServerHttp2Stream[] = []
    const server = http2Server(stream => streams.push(stream))
    const transport = transportTo(await listen(server))
    const first = transport.send(REQUEST, 200)
    const second = transport.send(REQUEST, TIMEOUT_MS)
    expect(await failureOf(first)).toMatchObject({ kind: 'timed-out' })
    // Only now is the second call answered.
    const [, open] = streams
    open?.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    open?.on('wantTrailers', () => open.sendTrailers({ 'grpc-status': '0' }))
    open?.end(Buffer.alloc(5))
    expect(await second).toMatchObject({ status: 'success' })
  })

  it('ends at shutdown, and none is made after it', async () => {
    const { port } = await startGrpcReceiver(() => {
      transport.shutdown()
      return undefined
    })
    const transport = transportTo(port)
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'shut-down', retryable: true })
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'shut-down' })
  })
})

describe('through a proxy', () => {
  it('the call goes over a tunnel, with the credentials of the proxy', async () => {
    const receiver = await startGrpcReceiver()
    const proxy = await startProxy()
    const transport = transportTo(receiver.port, { proxy: `http://user:p%40ss@127.0.0.1:${proxy.port}` })
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(proxy.requests).toEqual([`CONNECT 127.0.0.1:${receiver.port}`])
    expect(proxy.credentials).toEqual([`Basic ${btoa('user:p@ss')}`])
  })

  it('that refuses, the refusal is named', async () => {
    const proxy = await startProxy({ refuseWith: 407 })
    const transport = transportTo(4317, { proxy: `http://user:canary@127.0.0.1:${proxy.port}` })
    const failure = await failureOf(transport.send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'proxy', status: 407, retryable: false })
    expect(failure.message).toContain(`the proxy http://127.0.0.1:${proxy.port} refused to connect: 407`)
  })

  it('that is not there, the proxy is named', async () => {
    const transport = transportTo(4318, { proxy: `http://127.0.0.1:${await closedPort()}` })
    const failure = await failureOf(transport.send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'proxy', detail: 'ECONNREFUSED', retryable: true })
  })

  it('must be a URL', () => {
    expect(() => transportTo(1, { proxy: 'socks5://127.0.0.1:1' })).toThrow(
      'the proxy socks5://127.0.0.1:1 is not an http',
    )
  })
})
