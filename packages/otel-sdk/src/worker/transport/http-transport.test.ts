import http from 'node:http'
import net from 'node:net'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Chunks } from '../otlp/chunks.ts'
import { createHeaderSource } from './header-source.ts'
import { createHttpTransport, type HttpDestination, type HttpTransportOptions } from './http-transport.ts'
import { atEnd, closedPort, failureOf, listen, REQUEST, TIMEOUT_MS, tcpServer } from './loopback.fixture.ts'
import type { ExporterTransport } from './transport.ts'

type Handler = (request: http.IncomingMessage & { body: Buffer }, response: http.ServerResponse) => void

/** An HTTP server that reads each request whole before it answers. */
async function serve(handler: Handler): Promise<string> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => handler(Object.assign(request, { body: Buffer.concat(chunks) }), response))
  })
  return `http://127.0.0.1:${await listen(server)}/v1/logs`
}

function transportTo(
  endpoint: string,
  destination: Partial<HttpDestination> = {},
  options: Partial<HttpTransportOptions> = {},
): ExporterTransport {
  const transport = createHttpTransport(
    { endpoint, protocol: 'http/protobuf', compression: 'none', tls: undefined, ...destination },
    { headers: createHeaderSource([]), userAgent: 'codex-otel/1.2.3', ...options },
  )
  atEnd(() => transport.shutdown())
  return transport
}

describe('a request', () => {
  it('has a length, a user agent and the content type of the protocol', async () => {
    const seen: http.IncomingMessage[] = []
    const endpoint = await serve((request, response) => {
      seen.push(request)
      expect(request.body).toEqual(REQUEST)
      response.end()
    })
    expect(await transportTo(endpoint).send(REQUEST, TIMEOUT_MS)).toEqual({
      status: 'success',
      httpStatus: 200,
      data: Buffer.alloc(0),
    })
    await transportTo(endpoint, { protocol: 'http/json' }).send(REQUEST, TIMEOUT_MS)
    expect(seen[0]?.headers).toMatchObject({
      'content-length': String(REQUEST.length),
      'user-agent': 'codex-otel/1.2.3',
      'content-type': 'application/x-protobuf',
    })
    expect(seen[0]?.headers).not.toHaveProperty('transfer-encoding')
    expect(seen[1]?.headers['content-type']).toBe('application/json')
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/v1/logs' })
  })

  it.for(['none', 'gzip'] as const)('is one request where it comes in pieces, compression: %s', async compression => {
    const pieces = new Chunks()
    // Larger together than what a socket takes at once.
    for (let size = 0; size < 30; size++) pieces.add(Buffer.alloc(size * 5000, size))
    const endpoint = await serve((request, response) => {
      expect(Number(request.headers['content-length'])).toBe(request.body.length)
      const body = compression === 'gzip' ? gunzipSync(request.body) : request.body
      expect(body.equals(pieces.concat())).toBe(true)
      response.end()
    })
    const transport = transportTo(endpoint, { compression })
    // The second one goes over the connection of the first.
    expect(await transport.send(pieces, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(await transport.send(pieces, TIMEOUT_MS)).toMatchObject({ status: 'success' })
  })

  it('is compressed on request, with the length of what is sent', async () => {
    const endpoint = await serve((request, response) => {
      expect(request.headers['content-encoding']).toBe('gzip')
      expect(Number(request.headers['content-length'])).toBe(request.body.length)
      expect(gunzipSync(request.body)).toEqual(REQUEST)
      response.end()
    })
    expect(await transportTo(endpoint, { compression: 'gzip' }).send(REQUEST, TIMEOUT_MS)).toMatchObject({
      status: 'success',
    })
  })

  it('carries the headers, which cannot change what the transport sets', async () => {
    let headers: http.IncomingHttpHeaders = {}
    const endpoint = await serve((request, response) => {
      headers = request.headers
      response.end()
    })
    const source = createHeaderSource([
      { name: 'x-key', value: 'abc' },
      { name: 'content-length', value: '1' },
      { name: 'user-agent', value: 'me' },
    ])
    await transportTo(endpoint, {}, { headers: source }).send(REQUEST, TIMEOUT_MS)
    expect(headers).toMatchObject({ 'x-key': 'abc', 'content-length': '11', 'user-agent': 'codex-otel/1.2.3' })
  })

  it('takes user name and password from the endpoint', async () => {
    let authorization: string | undefined
    const endpoint = await serve((request, response) => {
      authorization = request.headers.authorization
      response.end()
    })
    await transportTo(endpoint.replace('//', '//user:p%40ss@')).send(REQUEST, TIMEOUT_MS)
    expect(authorization).toBe(`Basic ${btoa('user:p@ss')}`)
  })

  it('uses one connection for requests in a row, and no more than `maxSockets` for many at once', async () => {
    const ports = new Set<number | undefined>()
    const endpoint = await serve((request, response) => {
      ports.add(request.socket.remotePort)
      response.end()
    })
    const transport = transportTo(endpoint, {}, { maxSockets: 2 })
    for (let i = 0; i < 5; i++) await transport.send(REQUEST, TIMEOUT_MS)
    expect(ports.size).toBe(1)
    await Promise.all(Array.from({ length: 20 }, () => transport.send(REQUEST, TIMEOUT_MS)))
    expect(ports.size).toBeLessThanOrEqual(2)
  })

  it('goes over a fresh connection when the receiver closed the kept one', async () => {
    let connections = 0
    const server = net.createServer(socket => {
      connections++
      let requests = 0
      socket.on('error', () => {})
      socket.on('data', () => {
        // Answers the first request on a connection and resets it at the second one.
        if (++requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
        else socket.resetAndDestroy()
      })
    })
    const transport = transportTo(`http://127.0.0.1:${await listen(server)}/v1/logs`)
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(connections).toBe(2)
  })

  it('goes over a fresh connection when the receiver forgot all kept ones', async () => {
    const sockets = new Set<net.Socket>()
    let connections = 0
    let forgotten = false
    const server = net.createServer(socket => {
      const old = connections++ < 3
      socket.on('error', () => {})
      socket.on('data', () => {
        if (forgotten && old) socket.resetAndDestroy()
        // Together, so that each has a connection of its own.
        else if (connections >= 3)
          for (const other of sockets) other.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
      })
      if (!old) sockets.clear()
      sockets.add(socket)
    })
    const transport = transportTo(`http://127.0.0.1:${await listen(server)}/v1/logs`)
    const first = await Promise.all([1, 2, 3].map(() => transport.send(REQUEST, TIMEOUT_MS)))
    expect(first).toMatchObject([{ status: 'success' }, { status: 'success' }, { status: 'success' }])
    forgotten = true
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(connections).toBe(4)
  })
})

describe('answers', () => {
  it('are kept when they are a success, and a partial one is read', async () => {
    const answers = [
      { type: 'application/x-protobuf', body: Buffer.from([0x0a, 0x06, 0x08, 0x03, 0x12, 0x02, 0x6e, 0x6f]) },
      {
        type: 'application/json; charset=utf-8',
        body: '{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"no"}}',
      },
      { type: 'application/json', body: '{"partialSuccess":{}}' },
      { type: 'application/json', body: '{}' },
      { type: 'text/plain', body: 'OK' },
    ]
    const endpoint = await serve((_request, response) => {
      const answer = answers.shift()
      response.setHeader('content-type', answer?.type ?? '').end(answer?.body)
    })
    const transport = transportTo(endpoint)
    const partialSuccess = { rejected: 3, message: 'no' }
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success', partialSuccess })
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success', partialSuccess })
    for (const _ of [1, 2, 3]) {
      const result = await transport.send(REQUEST, TIMEOUT_MS)
      expect(result.status).toBe('success')
      expect(result).not.toHaveProperty('partialSuccess')
    }
  })

  it.each([
    [400, 'http', false],
    [401, 'unauthorized', false],
    [403, 'forbidden', false],
    [404, 'not-found', false],
    [407, 'proxy', false],
    [408, 'http', false],
    [413, 'too-large', false],
    [415, 'unsupported-media-type', false],
    [429, 'throttled', true],
    [500, 'server-error', false],
    [501, 'server-error', false],
    [502, 'server-error', true],
    [503, 'server-error', true],
    [504, 'server-error', true],
  ])('with the status %i are %s, retryable: %s', async (status, kind, retryable) => {
    const endpoint = await serve((_request, response) => response.writeHead(status).end())
    const error = await failureOf(transportTo(endpoint).send(REQUEST, TIMEOUT_MS))
    expect(error).toMatchObject({ kind, status, retryable })
    expect(error.message).toContain(`${endpoint}: ${status}, `)
  })

  it('ask for a wait, in seconds or as a date', async () => {
    const date = new Date('2026-01-01T00:00:00Z')
    const waits = ['7', '0', new Date(date.getTime() + 90_000).toUTCString(), 'soon', '-1', '99999999']
    const endpoint = await serve((_request, response) => {
      response.sendDate = false
      response.writeHead(503, { 'retry-after': waits.shift() ?? '', date: date.toUTCString() }).end()
    })
    const transport = transportTo(endpoint)
    for (const expected of [7_000, 0, 90_000, undefined, undefined, 86_400_000]) {
      const result = await transport.send(REQUEST, TIMEOUT_MS)
      expect(result.status === 'retryable' && result.retryInMillis).toBe(expected)
    }
  })

  it('are quoted without what variables put into the URL, in whatever form they repeat it', async () => {
    const [token, key] = ['tok-1234+/x', 'k%C3%A9y-5678']
    let said = ''
    const base = await serve((request, response) => {
      said = `no route for http://h${request.url} (${decodeURIComponent(request.url ?? '')}), token ${token} of 127.0.0.1`
      response.writeHead(404, { 'content-type': 'text/plain' }).end(said)
    })
    const url = new URL(base)
    const endpoint = `${url.origin}/in/id-${encodeURIComponent(token)}/v1/logs?key=${key}`
    const shownEndpoint = `${url.origin}/in/id-\${TOKEN}/v1/logs?***`
    const destination = { shownEndpoint, endpointSecrets: [token] }
    const { message } = await failureOf(transportTo(endpoint, destination).send(REQUEST, TIMEOUT_MS))
    expect(said).toContain('tok-1234%2B%2Fx')
    expect(message).toContain('no route for http://h/in/***/v1/logs?key=*** (/in/')
    expect(message).toContain('of 127.0.0.1')
    expect(message).not.toMatch(/1234|5678|C3%A9/)
  })

  it('are quoted in one line, with the values of headers masked', async () => {
    const endpoint = await serve((request, response) => {
      const body = JSON.stringify({ message: `no\u001b[31m\nkey ${request.headers.authorization} here` })
      response.writeHead(401, { 'content-type': 'application/json' }).end(body)
    })
    const headers = createHeaderSource([{ name: 'authorization', value: 'Bearer canary-123' }])
    const error = await failureOf(transportTo(endpoint, {}, { headers }).send(REQUEST, TIMEOUT_MS))
    expect(error.message).toMatch(/the receiver does not accept the credentials: no\\u\{1b\}\[31m key \*\*\* here$/)
  })

  it('that point elsewhere are not followed', async () => {
    let requests = 0
    const endpoint = await serve((_request, response) => {
      requests++
      response.writeHead(307, { location: 'https://elsewhere.example/login?token=1' }).end()
    })
    const error = await failureOf(transportTo(endpoint).send(REQUEST, TIMEOUT_MS))
    expect(error).toMatchObject({ kind: 'redirect', status: 307, detail: 'elsewhere.example', retryable: false })
    expect(error.message).not.toContain('token')
    expect(requests).toBe(1)
  })

  it.each([
    ['a web page', 'text/html', '<html></html>'],
    ['garbage', 'application/x-protobuf', '\u00ff\u00fe garbage'],
    ['broken JSON', 'application/json', '{'],
    ['some text', 'text/plain', 'Hello'],
    ['too long', 'application/x-protobuf', 'x'.repeat(300_000)],
  ])('that are no OTLP answer are recognised: %s', async (_name, type, body) => {
    const endpoint = await serve((_request, response) => response.setHeader('content-type', type).end(body))
    const error = await failureOf(transportTo(endpoint).send(REQUEST, TIMEOUT_MS))
    expect(error).toMatchObject({ kind: 'not-otlp', status: 200, retryable: false })
  })

  it('count also when they come before the request was read, and end the connection', async () => {
    const server = http.createServer((_request, response) => {
      response.writeHead(413, { connection: 'close', 'content-type': 'text/plain' }).end('4 MiB at most')
    })
    const transport = transportTo(`http://127.0.0.1:${await listen(server)}/v1/logs`)
    const failure = await failureOf(transport.send(Buffer.alloc(8 * 1024 * 1024), TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'too-large', status: 413, retryable: false })
  })

  it('count as soon as they refuse, also when they break off', async () => {
    const head = 'HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 10\r\n\r\n'
    const server = tcpServer(socket => socket.write(`${head}abc`, () => socket.end()))
    const transport = transportTo(`http://127.0.0.1:${await listen(server)}/v1/logs`)
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({
      kind: 'http',
      status: 400,
      retryable: false,
    })
  })

  it('are read up to a limit only', async () => {
    let written = 0
    const endpoint = await serve((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536
      }
      response.writeHead(500).on('drain', more)
      more()
    })
    expect(await failureOf(transportTo(endpoint).send(REQUEST, TIMEOUT_MS))).toMatchObject({
      kind: 'server-error',
      status: 500,
    })
    expect(written).toBeLessThan(50_000_000)
  })
})

describe('a connection that fails', () => {
  it('is refused', async () => {
    const port = await closedPort()
    const error = await failureOf(transportTo(`http://127.0.0.1:${port}/v1/logs`).send(REQUEST, TIMEOUT_MS))
    expect(error).toMatchObject({ kind: 'refused', detail: 'ECONNREFUSED', retryable: true })
  })

  it('has no address', async () => {
    const error = await failureOf(transportTo('http://nowhere.invalid/v1/logs?key=secret').send(REQUEST, TIMEOUT_MS))
    expect(error).toMatchObject({ kind: 'name-not-found', retryable: true })
    expect(error.message).toContain('http://nowhere.invalid/v1/logs?***: ')
  })

  it('is reset before or in the middle of the answer', async () => {
    const before = tcpServer(socket => socket.resetAndDestroy())
    const middle = tcpServer(socket =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', () => socket.resetAndDestroy()),
    )
    for (const server of [before, middle]) {
      const transport = transportTo(`http://127.0.0.1:${await listen(server)}/v1/logs`)
      expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'reset', retryable: true })
    }
  })

  it('speaks something else', async () => {
    const server = tcpServer(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    const transport = transportTo(`http://127.0.0.1:${await listen(server)}/v1/logs`)
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'not-otlp', retryable: true })
  })

  it.each([
    ['before the answer', ''],
    ['in the middle of the answer', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
  ])('hangs %s until the deadline', async (_when, start) => {
    const server = tcpServer(socket => socket.write(start))
    const transport = transportTo(`http://127.0.0.1:${await listen(server)}/v1/logs`)
    const started = performance.now()
    const error = await failureOf(transport.send(REQUEST, 150))
    expect(error).toMatchObject({ kind: 'timed-out', retryable: true })
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  it('ends at shutdown, and none is made after it', async () => {
    const server = tcpServer(() => transport.shutdown())
    const transport = transportTo(`http://127.0.0.1:${await listen(server)}/v1/logs`)
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'shut-down', retryable: true })
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'shut-down' })
  })
})
