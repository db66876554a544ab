import http2 from 'node:http2'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createGrpcTransport } from './grpc-transport.ts'
import { createHeaderSource } from './header-source.ts'
import { atEnd, failureOf, listen, REQUEST, TIMEOUT_MS } from './loopback.fixture.ts'
import type { ExportResult } from './transport.ts'

type Stream = http2.ServerHttp2Stream

/** What the transport says about a call to a server that does `onStream` with each stream. */
async function resultOf(onStream: (stream: Stream) => void): Promise<ExportResult> {
  const server = http2.createServer()
  server.on('session', session => session.on('error', () => {}))
  server.on('stream', stream => {
    stream.on('error', () => {})
    stream.resume()
    onStream(stream)
  })
  const transport = createGrpcTransport(
    { endpoint: `http://127.0.0.1:${await listen(server)}`, compression: 'none', tls: undefined },
    { signal: 'logs', headers: createHeaderSource([]), userAgent: 'codex-otel/1.2.3' },
  )
  atEnd(() => transport.shutdown())
  return transport.send(REQUEST, TIMEOUT_MS)
}

const HEAD = { ':status': 200, 'content-type': 'application/grpc' } as const
const frame = (message: Buffer, compressed = 0): Buffer => {
  const head = Buffer.alloc(5, compressed)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}
const EMPTY = frame(Buffer.alloc(0))

function respond(stream: Stream, body: Buffer, trailers: http2.OutgoingHttpHeaders, head: object = {}): void {
  stream.respond({ ...HEAD, ...head }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers(trailers))
  stream.end(body)
}

/** An answer without trailers. */
function page(stream: Stream, head: http2.OutgoingHttpHeaders, body: Buffer): void {
  stream.respond(head)
  stream.end(body)
}

/** Of RFC 9113, section 7; the last one has no name. */
const HTTP2_ERRORS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 200]

describe.each(HTTP2_ERRORS)('the HTTP/2 error %i', code => {
  it.each([
    ['before the answer', (stream: Stream) => stream.close(code)],
    [
      'behind the headers of the answer',
      (stream: Stream) => {
        stream.respond(HEAD)
        setImmediate(() => stream.close(code))
      },
    ],
    [
      'in the middle of the message',
      (stream: Stream) => {
        stream.respond(HEAD)
        stream.write(frame(Buffer.alloc(20)).subarray(0, 9), () => stream.close(code))
      },
    ],
  ])('that resets the stream %s leaves the request to the next attempt', async (_when, onStream) => {
    expect(await failureOf(resultOf(onStream))).toMatchObject({ retryable: true })
  })

  it('in a GOAWAY with the end of the connection leaves the request to the next attempt', async () => {
    const away = (stream: Stream, lastStream: number) => {
      stream.session?.goaway(code, lastStream)
      setImmediate(() => stream.session?.destroy())
    }
    for (const lastStream of [0, 1]) {
      expect((await failureOf(resultOf(stream => away(stream, lastStream)))).retryable).toBe(true)
    }
  })

  it('that resets the stream behind the trailers takes nothing from their status', async () => {
    const refused = resultOf(stream => {
      stream.respond({ ...HEAD, 'grpc-status': '12' }, { endStream: true })
      setImmediate(() => stream.close(code))
    })
    expect(await failureOf(refused)).toMatchObject({ kind: 'not-found', grpcCode: 12, retryable: false })
  })
})

describe('an answer without a status of the receiver leaves the request to the next attempt', () => {
  it.each([
    ['the stream ends without trailers', (stream: Stream) => page(stream, HEAD, EMPTY)],
    ['the trailers have no grpc-status', (stream: Stream) => respond(stream, EMPTY, { 'x-other': '1' })],
    ...['', 'x', '-0', '0x0', '0.0', '+0', 'OK'].flatMap((status): [string, (stream: Stream) => void][] => [
      [
        `the grpc-status is ${JSON.stringify(status)}, without a message`,
        stream => respond(stream, Buffer.alloc(0), { 'grpc-status': status }),
      ],
      [
        `the grpc-status is ${JSON.stringify(status)}, behind a message`,
        stream => respond(stream, EMPTY, { 'grpc-status': status }),
      ],
    ]),
    [
      'an empty grpc-status is in the headers',
      (stream: Stream) => stream.respond({ ...HEAD, 'grpc-status': '' }, { endStream: true }),
    ],
    [
      'the session ends in the middle of the answer',
      (stream: Stream) => {
        stream.respond(HEAD)
        stream.write(EMPTY, () => stream.session?.destroy())
      },
    ],
    [
      'the connection is reset in the middle of the answer',
      (stream: Stream) => {
        const { socket } = stream.session as http2.ServerHttp2Session & { socket: { destroy(): void } }
        stream.respond(HEAD)
        stream.write(EMPTY, () => socket.destroy())
      },
    ],
    [
      'a page in the way is cut',
      (stream: Stream) => {
        stream.respond({ ':status': 200, 'content-type': 'text/html' })
        stream.write('<ht', () => stream.session?.destroy())
      },
    ],
  ])('%s', async (_what, onStream) => {
    expect(await failureOf(resultOf(onStream))).toMatchObject({ retryable: true })
  })
})

describe('a status in the trailers', () => {
  const failing = (status: string, message = 'because') =>
    failureOf(resultOf(stream => respond(stream, Buffer.alloc(0), { 'grpc-status': status, 'grpc-message': message })))

  it.each([
    [12, 'Bandwidth exhausted or memory limit exceeded'],
    [13, 'Received RST_STREAM with code 2'],
    [13, 'Connection dropped'],
    [2, 'Received HTTP status code 503'],
    [3, 'No connection established. Last error: Error'],
  ])('%i is final although its words are those of a broken connection: %s', async (code, message) => {
    expect(await failing(String(code), message)).toMatchObject({ grpcCode: code, retryable: false })
  })

  it.each([
    ['8', 'Received message larger than max (5 vs 65536)', 'too-large'],
    ['17', '', 'grpc'],
  ])('is the receiver’s in any case: %s', async (status, message, kind) => {
    expect(await failing(status, message)).toMatchObject({ kind, retryable: false })
  })

  it.each([
    ['in trailers', (stream: Stream) => respond(stream, Buffer.alloc(0), { 'grpc-status': '0' })],
    ['in headers', (stream: Stream) => stream.respond({ ...HEAD, 'grpc-status': '0' }, { endStream: true })],
  ])('of OK without a message is no success: %s', async (_where, onStream) => {
    const failure = await failureOf(resultOf(onStream))
    expect(failure).toMatchObject({ kind: 'not-otlp', retryable: true })
    expect(failure.message).toMatch(/it says OK and sends no message$/)
  })
})

describe('an answer that no OTLP receiver gives is final', () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000))
  it.each([
    [
      'a short page',
      (stream: Stream) => page(stream, { ':status': 200, 'content-type': 'text/html' }, Buffer.from('ok')),
    ],
    [
      'nothing but the headers of a page',
      (stream: Stream) => stream.respond({ ':status': 200, 'content-type': 'text/html' }, { endStream: true }),
    ],
    [
      'a bomb',
      (stream: Stream) => respond(stream, frame(bomb, 1), { 'grpc-status': '0' }, { 'grpc-encoding': 'gzip' }),
    ],
    [
      'a message that cannot be inflated',
      (stream: Stream) =>
        respond(stream, frame(Buffer.from('abc'), 1), { 'grpc-status': '0' }, { 'grpc-encoding': 'gzip' }),
    ],
    [
      'a message in an unknown encoding',
      (stream: Stream) =>
        respond(stream, frame(Buffer.from('abc'), 1), { 'grpc-status': '0' }, { 'grpc-encoding': 'zstd' }),
    ],
  ])('%s', async (_what, onStream) => {
    expect(await failureOf(resultOf(onStream))).toMatchObject({ kind: 'not-otlp', retryable: false })
  })

  it('a partial success in gzip is read', async () => {
    const body = frame(gzipSync(Buffer.from([0x0a, 0x06, 0x08, 0x03, 0x12, 0x02, 0x6e, 0x6f])), 1)
    const result = await resultOf(stream => respond(stream, body, { 'grpc-status': '0' }, { 'grpc-encoding': 'gzip' }))
    expect(result).toMatchObject({ status: 'success', partialSuccess: { rejected: 3, message: 'no' } })
  })
})

it('a call tells the receiver how long the transport waits', async () => {
  let timeout = ''
  await resultOf(stream => {
    stream.once('data', () => {})
    respond(stream, EMPTY, { 'grpc-status': '0' })
  }).then(result => expect(result.status).toBe('success'))
  const server = http2.createServer()
  server.on('stream', (stream, headers) => {
    timeout = String(headers['grpc-timeout'])
    respond(stream, EMPTY, { 'grpc-status': '0' })
  })
  const transport = createGrpcTransport(
    { endpoint: `http://127.0.0.1:${await listen(server)}`, compression: 'none', tls: undefined },
    { signal: 'logs', headers: createHeaderSource([]), userAgent: 'codex-otel/1.2.3' },
  )
  atEnd(() => transport.shutdown())
  await transport.send(REQUEST, 3_000)
  expect(Number.parseInt(timeout, 10)).toBeGreaterThan(3_000)
  expect(timeout).toMatch(/^\d{4}m$/)
})
