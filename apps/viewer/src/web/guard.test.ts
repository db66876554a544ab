import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { openSession, send, sendRaw, startTestServer, type TestServer } from './web-server.fixture.ts'

/** The status of the answer to a request that is written as it is; empty where the connection was closed without one. */
async function statusOf(server: TestServer, lines: readonly string[], host?: string): Promise<string> {
  const answer = await sendRaw(server, `${lines.join('\r\n')}\r\n\r\n`, host)
  return /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? ''
}

const CLOSE = 'Connection: close'

/** Requests of a client that has the cookie, so that the token is not what stops them. */
const THREATS: readonly [what: string, status: string, request: (port: number) => readonly string[]][] = [
  ['no other name', '200', port => ['GET /api/info HTTP/1.1', `Host: 127.0.0.1:${port}`]],
  ['the name localhost in any letters', '200', port => ['GET /api/info HTTP/1.1', `Host: LocalHost:${port}`]],
  ['the address of IPv6', '200', port => ['GET /api/info HTTP/1.1', `Host: [::1]:${port}`]],
  ['the name of another site (DNS rebinding)', '421', port => ['GET /api/info HTTP/1.1', `Host: evil.example:${port}`]],
  ['the name of another site for the page', '421', port => ['GET / HTTP/1.1', `Host: evil.example:${port}`]],
  ['the name of another site for a file', '421', port => ['GET /page.js HTTP/1.1', `Host: evil.example:${port}`]],
  ['the name of another site for the stream', '421', port => ['GET /api/live HTTP/1.1', `Host: evil.example:${port}`]],
  ['a name that begins like its own', '421', port => ['GET / HTTP/1.1', `Host: localhost.evil.example:${port}`]],
  ['another port', '421', port => ['GET / HTTP/1.1', `Host: localhost:${port - 1}`]],
  ['no port', '421', () => ['GET / HTTP/1.1', 'Host: localhost']],
  ['no name in HTTP/1.0', '421', () => ['GET / HTTP/1.0']],
  ['no name in HTTP/1.1', '400', () => ['GET / HTTP/1.1']],
  ['two names', '421', port => ['GET / HTTP/1.1', `Host: localhost:${port}`, 'Host: evil.example']],
  ['a name with a user', '421', port => ['GET / HTTP/1.1', `Host: evil.example@localhost:${port}`]],
  [
    'a whole address in the request line',
    '400',
    port => [`GET http://evil.example/ HTTP/1.1`, `Host: localhost:${port}`],
  ],
  [
    'the origin of another site',
    '403',
    port => ['GET /api/info HTTP/1.1', `Host: localhost:${port}`, 'Origin: https://evil.example'],
  ],
  [
    'its own name as another origin',
    '403',
    port => ['GET /api/info HTTP/1.1', `Host: localhost:${port}`, `Origin: http://127.0.0.1:${port}`],
  ],
  [
    'the origin of another port',
    '403',
    port => ['GET /api/info HTTP/1.1', `Host: localhost:${port}`, `Origin: http://localhost:${port - 1}`],
  ],
  ['no origin (a sandboxed page)', '403', port => ['GET / HTTP/1.1', `Host: localhost:${port}`, 'Origin: null']],
  [
    'its own origin',
    '200',
    port => ['GET /api/info HTTP/1.1', `Host: localhost:${port}`, `Origin: http://localhost:${port}`],
  ],
  [
    'a script of another site',
    '403',
    port => ['GET /api/info HTTP/1.1', `Host: localhost:${port}`, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: cors'],
  ],
  [
    'a script of another port of this machine',
    '403',
    port => ['GET /api/info HTTP/1.1', `Host: localhost:${port}`, 'Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: cors'],
  ],
  [
    'a frame of another site',
    '403',
    port => [
      'GET / HTTP/1.1',
      `Host: localhost:${port}`,
      'Sec-Fetch-Site: cross-site',
      'Sec-Fetch-Mode: navigate',
      'Sec-Fetch-Dest: iframe',
    ],
  ],
  [
    'a preflight of another site',
    '403',
    port => [
      'OPTIONS /api/info HTTP/1.1',
      `Host: localhost:${port}`,
      'Origin: https://evil.example',
      'Access-Control-Request-Method: GET',
    ],
  ],
  ['OPTIONS', '405', port => ['OPTIONS /api/info HTTP/1.1', `Host: localhost:${port}`]],
  ['a method that changes something', '405', port => ['DELETE /api/info HTTP/1.1', `Host: localhost:${port}`]],
  ['POST to the page', '405', port => ['POST / HTTP/1.1', `Host: localhost:${port}`, 'Content-Length: 0']],
  ['TRACE', '405', port => ['TRACE / HTTP/1.1', `Host: localhost:${port}`]],
  ['a method that there is not', '400', port => ['FROB / HTTP/1.1', `Host: localhost:${port}`]],
  ['CONNECT', '', () => ['CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443']],
  [
    'a WebSocket',
    '404',
    port => ['GET /socket HTTP/1.1', `Host: localhost:${port}`, 'Upgrade: websocket', 'Connection: Upgrade, close'],
  ],
  ['a way out of the folder', '404', port => ['GET /../../package.json HTTP/1.1', `Host: localhost:${port}`]],
  ['an encoded way out of the folder', '404', port => ['GET /%2e%2e%2fcli.js HTTP/1.1', `Host: localhost:${port}`]],
  ['an encoded letter', '404', port => ['GET /%70age.js HTTP/1.1', `Host: localhost:${port}`]],
  ['a way out with backslashes', '404', port => ['GET /..\\cli.js HTTP/1.1', `Host: localhost:${port}`]],
  ['a path with two slashes', '404', port => ['GET //page.js HTTP/1.1', `Host: localhost:${port}`]],
  ['a zero byte', '404', port => ['GET /page.js%00 HTTP/1.1', `Host: localhost:${port}`]],
  ['no path', '400', port => ['GET * HTTP/1.1', `Host: localhost:${port}`]],
  ['a huge query', '431', port => [`GET /?${'a'.repeat(90_000)} HTTP/1.1`, `Host: localhost:${port}`]],
  ['a huge header', '431', port => ['GET / HTTP/1.1', `Host: localhost:${port}`, `X-A: ${'a'.repeat(90_000)}`]],
  [
    'two lengths (request smuggling)',
    '400',
    port => ['POST /api/session HTTP/1.1', `Host: localhost:${port}`, 'Content-Length: 0', 'Content-Length: 5'],
  ],
  ['TLS', '400', () => ['\u0016\u0003\u0001']],
]

/** A request that changes something, from a script of the page but for what is named. */
const change =
  (line: string, headers: Record<string, string | undefined> = {}) =>
  (port: number): readonly string[] => {
    const all = {
      Host: `localhost:${port}`,
      Origin: `http://localhost:${port}`,
      'Sec-Fetch-Site': 'same-origin',
      ...headers,
    }
    const given = Object.entries(all).filter(([, value]) => value !== undefined)
    return [`${line} HTTP/1.1`, ...given.map(([name, value]) => `${name}: ${value}`)]
  }

const FORGET = 'DELETE /api/sessions/none'
const ADD = 'POST /api/imports?name=a'
const NONE = undefined

/** None of them is let in by the cookie, nor where no token is asked for. */
const CHANGES: typeof THREATS = [
  ['a script of the page, with a session that is not there', '404', change(FORGET)],
  [
    'a script of the page at the address of IPv4',
    '404',
    port => change(FORGET, { Host: `127.0.0.1:${port}`, Origin: `http://127.0.0.1:${port}` })(port),
  ],
  ['no origin', '403', change(FORGET, { Origin: NONE })],
  ['no origin and no site, as a program', '403', change(FORGET, { Origin: NONE, 'Sec-Fetch-Site': NONE })],
  ['no site', '403', change(FORGET, { 'Sec-Fetch-Site': NONE })],
  ['a person who typed it', '403', change(FORGET, { 'Sec-Fetch-Site': 'none' })],
  ['another port of this machine', '403', change(FORGET, { 'Sec-Fetch-Site': 'same-site' })],
  ['another site', '403', change(FORGET, { 'Sec-Fetch-Site': 'cross-site' })],
  [
    'a link of another site',
    '403',
    change(FORGET, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }),
  ],
  ['the origin of another site', '403', change(FORGET, { Origin: 'https://evil.example' })],
  ['the origin null', '403', change(FORGET, { Origin: 'null' })],
  ['its own origin over TLS', '403', port => change(FORGET, { Origin: `https://localhost:${port}` })(port)],
  [
    'the name of another site (DNS rebinding)',
    '421',
    port => change(FORGET, { Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` })(port),
  ],
  ['GET in its place', '405', change('GET /api/sessions/none')],
  ['POST in its place', '405', change('POST /api/sessions/none', { 'Content-Length': '0' })],
  ['PUT in its place', '405', change('PUT /api/sessions/none', { 'Content-Length': '0' })],
  ['every session at once', '405', change('DELETE /api/sessions')],
  ['a session in a folder', '405', change('DELETE /api/sessions/a/b')],
  ['an id that is not well encoded', '400', change('DELETE /api/sessions/%ff')],
  ['a form', '415', change(FORGET, { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': '0' })],
  [
    'a form with files',
    '415',
    change(FORGET, { 'Content-Type': 'multipart/form-data; boundary=a', 'Content-Length': '0' }),
  ],
  ['a text', '415', change(FORGET, { 'Content-Type': 'text/plain', 'Content-Length': '0' })],
  [
    'a file without its size',
    '400',
    change(ADD, { 'Content-Type': 'application/octet-stream', 'Content-Length': '0' }),
  ],
  ['a file without a type', '415', change(ADD, { 'Content-Length': '0' })],
  [
    'a file in a form',
    '415',
    change(ADD, { 'Content-Type': 'multipart/form-data; boundary=a', 'Content-Length': '0' }),
  ],
  ['a file that another site sends', '403', change(ADD, { Origin: 'https://evil.example', 'Content-Length': '0' })],
  ['a file that no page sends', '403', change(ADD, { Origin: NONE, 'Content-Type': 'application/octet-stream' })],
  [
    'a piece of no file',
    '404',
    change('POST /api/imports/none?at=0', { 'Content-Type': 'application/json', 'Content-Length': '0' }),
  ],
  ['the end of no file', '404', change('DELETE /api/imports/none')],
  ['the list of files', '405', change('GET /api/imports')],
  ['all files', '405', change('DELETE /api/imports')],
  [
    'a text that is named like JSON',
    '415',
    change(FORGET, { 'Content-Type': 'text/plain; application/json', 'Content-Length': '0' }),
  ],
]

it.each([true, false])(
  'a request that changes something is refused unless the page sends it; with a token: %s',
  async token => {
    const server = await startTestServer({ token })
    const cookie = token ? [`Cookie: ${await openSession(server)}`] : []
    const answers = await Promise.all(
      CHANGES.map(async ([what, , request]) => [
        what,
        await statusOf(server, [...request(server.port), CLOSE, ...cookie]),
      ]),
    )
    expect(answers).toEqual(CHANGES.map(([what, status]) => [what, status]))
    const withoutCookie = await statusOf(server, [...change(FORGET)(server.port), CLOSE])
    expect(withoutCookie).toBe(token ? '401' : '404')
  },
)

it('a request is answered or refused by its name, its origin, its method and its path', async () => {
  const server = await startTestServer()
  const cookie = await openSession(server)
  const answers = await Promise.all(
    THREATS.map(async ([what, , request]) => {
      const lines = request(server.port)
      const more = what === 'a WebSocket' ? [] : [CLOSE]
      return [what, await statusOf(server, [...lines, ...more, `Cookie: ${cookie}`])]
    }),
  )
  expect(answers).toEqual(THREATS.map(([what, status]) => [what, status]))
})

it('a link in another site may be followed to the page, and to nothing with data in it', async () => {
  const server = await startTestServer({ token: false })
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  expect((await send(server, '/', { headers: link })).status).toBe(200)
  expect((await send(server, '/api/info', { headers: link })).status).toBe(403)
})

/** What the page may do, in full: whatever is allowed beyond it is a way for a text to run or to get out. */
const POLICY = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'",
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
].join('; ')

it('every answer has the headers that keep it from other sites, and none that lets them in', async () => {
  const server = await startTestServer()
  const cookie = await openSession(server)
  const paths = [
    '/',
    '/page.js',
    '/s/a/1',
    '/nothing',
    '/api/info',
    '/api/query/refusals',
    '/api/nothing',
    '/api/session',
  ]
  for (const path of paths) {
    for (const headers of [{ cookie }, { cookie: '' }, { cookie, origin: 'https://evil.example' }]) {
      const answer = await send(server, path, { headers })
      expect(answer.headers).toMatchObject({
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(Object.keys(answer.headers).filter(name => name.startsWith('access-control-'))).toEqual([])
    }
  }
})

it('the answer to HEAD has the headers of GET and no body', async () => {
  const server = await startTestServer()
  const headers = { cookie: await openSession(server) }
  for (const path of ['/', '/page.css', '/api/query/refusals?limit=50']) {
    const [got, head] = await Promise.all([
      send(server, path, { headers }),
      send(server, path, { method: 'HEAD', headers }),
    ])
    expect([head.status, head.body]).toEqual([200, ''])
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(got.body)))
    expect(head.headers['content-type']).toBe(got.headers['content-type'])
  }
  expect((await send(server, '/api/live', { method: 'HEAD', headers })).status).toBe(405)
})

it('the files of the page have their types and are not sent again while they are the same', async () => {
  const server = await startTestServer()
  const types = {
    '/': 'text/html; charset=utf-8',
    '/t/ab': 'text/html; charset=utf-8',
    '/page.js': 'text/javascript; charset=utf-8',
    '/page.css': 'text/css; charset=utf-8',
  }
  for (const [path, type] of Object.entries(types)) {
    const { status, headers, body } = await send(server, path)
    expect([status, headers['content-type'], headers['cache-control'], body === '']).toEqual([
      200,
      type,
      'no-cache',
      false,
    ])
    const again = await send(server, path, { headers: { 'if-none-match': headers.etag ?? '' } })
    expect([again.status, again.body]).toEqual([304, ''])
  }
})

it('the files of the page are compressed for a client that takes them so, and the same for another', async () => {
  const server = await startTestServer()
  const [plain, compressed, refused] = await Promise.all(
    ['', 'br, gzip', 'gzip;q=0, br'].map(async accepted => {
      const headers: Record<string, string> = accepted === '' ? {} : { 'accept-encoding': accepted }
      const answer = await fetch(`http://127.0.0.1:${server.port}/page.js`, {
        headers: { 'accept-encoding': 'identity', ...headers },
      })
      return {
        encoding: answer.headers.get('content-encoding'),
        vary: answer.headers.get('vary'),
        text: await answer.text(),
      }
    }),
  )
  expect(compressed).toEqual({ encoding: 'gzip', vary: 'accept-encoding', text: plain?.text })
  expect(plain).toMatchObject({ encoding: null, vary: 'accept-encoding', text: expect.stringMatching(/\w{3}/) })
  expect(refused).toEqual(plain)
})

it.each([
  ['head', 'GET / HTTP/1.1\r\nHost: localhost:PORT\r\nX-'],
  ['body', 'POST /api/session HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: 9\r\n\r\n{'],
])('a client that sends the %s of its request too slowly is answered with 408', async (_part, begun) => {
  const server = await startTestServer({ limits: { headTimeoutMs: 100, requestTimeoutMs: 100 } })
  expect(await sendRaw(server, begun.replace('PORT', String(server.port)))).toMatch(/^HTTP\/1\.1 408 /)
})

it('a client that leaves its answers unread is disconnected', async () => {
  const server = await startTestServer({ limits: { silenceMs: 100 } })
  const socket = connect(server.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  socket.pause()
  const get = `GET /page.js HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`
  const closed = new Promise(resolve => socket.once('close', resolve))
  // More than the buffers of both sides hold.
  const timer = setInterval(() => socket.write(get.repeat(200)), 1)
  await closed
  clearInterval(timer)
})

it('connections and streams above their limits are refused, and there is room again when others end', async () => {
  const server = await startTestServer({ limits: { streams: 2, connections: 5 } })
  const headers = { cookie: await openSession(server) }
  const open = async () => {
    const socket = connect(server.port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(`GET /api/live HTTP/1.1\r\nHost: localhost:${server.port}\r\nCookie: ${headers.cookie}\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    return { socket, status: /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] }
  }
  const streams = [await open(), await open(), await open()]
  expect(streams.map(({ status }) => status)).toEqual(['200', '200', '503'])
  for (let more = 0; more < 2; more++) {
    const socket = connect(server.port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
  }
  expect(await sendRaw(server, '')).toBe('')
  for (const { socket } of streams) socket.destroy()
  await expect
    .poll(() =>
      send(server, '/api/info', { headers }).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200)
  await expect.poll(async () => (await open()).status).toBe('200')
})

it('a question above the limit of those at once is sent away', async () => {
  const server = await startTestServer({ limits: { questions: 1 }, token: false })
  const path = '/api/query/refusals?limit=1'
  const both = await Promise.all([send(server, path), send(server, path)])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 503])
  expect(both.find(({ status }) => status === 503)?.headers['retry-after']).toBe('1')
})

it('both loopback addresses are served at one port, and no other address', async () => {
  const server = await startTestServer()
  expect(await statusOf(server, ['GET / HTTP/1.1', `Host: [::1]:${server.port}`, CLOSE], '::1')).toBe('200')
  await expect(startTestServer({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
