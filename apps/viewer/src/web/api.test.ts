import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { Store } from '../store/store.ts'
import { capturedBody, capturesOf, importPaths, testStore } from '../testing.fixture.ts'
import type { LiveMessage } from './contract.ts'
import { openSession, send, startTestServer, type TestServer } from './web-server.fixture.ts'

const PERIOD = `from=0&to=${Number.MAX_SAFE_INTEGER}`

async function startWithSession(...scenarios: string[]): Promise<{ server: TestServer; headers: { cookie: string } }> {
  const server = await startTestServer()
  for (const scenario of scenarios) await importPaths(server.store, ...capturesOf(scenario))
  return { server, headers: { cookie: await openSession(server) } }
}

it('the token of the printed address is swapped for a cookie, and any other is refused', async () => {
  const server = await startTestServer()
  expect(Buffer.from(server.token, 'base64url')).toHaveLength(16)
  const wrong = ['', server.token.slice(1), 'x'.repeat(server.token.length), 'x'.repeat(10_000)]
  for (const body of [...wrong.map(token => JSON.stringify({ token })), '', '[]', 'null', server.token]) {
    const refused = await send(server, '/api/session', { method: 'POST', body })
    expect([refused.status, refused.headers['set-cookie']]).toEqual([401, undefined])
  }
  const opened = await send(server, '/api/session', { method: 'POST', body: JSON.stringify({ token: server.token }) })
  expect(opened.status).toBe(204)
  expect(opened.headers['set-cookie']?.[0]).toMatch(
    new RegExp(`^codex-otel-viewer-${server.port}=[\\w-]{22}; Path=/; HttpOnly; SameSite=Strict$`),
  )
  expect(opened.headers['set-cookie']?.[0]).not.toContain(server.token)
})

it('the token and the cookie are new with each start', async () => {
  const [one, other] = [await startTestServer(), await startTestServer()]
  expect(one.token).not.toBe(other.token)
  const secretOf = async (server: TestServer): Promise<string> => (await openSession(server)).split('=')[1] ?? ''
  const [secret, another] = [await secretOf(one), await secretOf(other)]
  expect(secret).toMatch(/^[\w-]{22}$/)
  expect(secret).not.toBe(another)
  const cookie = `codex-otel-viewer-${other.port}=${secret}`
  expect((await send(other, '/api/info', { headers: { cookie } })).status).toBe(401)
})

it.each(['/api/info', '/api/live', '/api/query/refusals', '/api/nothing'])(
  '%s is closed to a request without the cookie, and to one with the token in its place',
  async path => {
    const server = await startTestServer()
    for (const cookie of ['', `codex-otel-viewer-${server.port}=${server.token}`, 'codex-otel-viewer=x; a=b']) {
      const { status, body } = await send(server, path, { headers: { cookie } })
      expect(status).toBe(401)
      expect(JSON.parse(body).error).toContain('open the address that the program printed')
    }
  },
)

it('without a token everybody is let in', async () => {
  const server = await startTestServer({ token: false })
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/`)
  expect((await send(server, '/api/info')).status).toBe(200)
  expect((await send(server, '/api/session', { method: 'POST' })).status).toBe(204)
})

it('a question is answered with its rows', async () => {
  const { server, headers } = await startWithSession('a-simple')
  const { status, body } = await send(server, `/api/query/sessions?${PERIOD}&limit=10`, { headers })
  expect(status).toBe(200)
  const [session] = JSON.parse(body)
  expect(session).toMatchObject({ events: 17, title: 'Say hello please' })
  const timeline = `/api/query/timeline?session=${session.conversation_id}&stream=0&after=0&limit=500&offset=0`
  expect(JSON.parse((await send(server, timeline, { headers })).body).length).toBeGreaterThan(3)
})

it.each([
  ['everything', 'there is no question "everything"; there are sessions, '],
  ['constructor', 'there is no question "constructor"'],
  ['sessions?from=0&limit=1', 'give to once'],
  ['sessions?from=0&to=1&to=2&limit=1', 'give to once'],
  ['session?session=a&limit=2', 'session has no parameter "limit"; it has session'],
  ['sessions?limit=1&from=0&to=-1', 'to is no whole number from 0 to 9007199254740991'],
  ['sessions?limit=1&from=0&to=1e3', 'to is no whole number'],
  ['sessions?from=0&to=1&limit=10001', 'limit is at most 10000'],
  ['texts?events=1,x&length=9', 'events takes 1 to 500 ids with commas between them'],
  ['session?session=LONG', 'session has more than 8192 characters'],
])('the question %s is refused with what is wrong', async (written, error) => {
  const question = written.replace('LONG', 'a'.repeat(8_193))
  const { server, headers } = await startWithSession()
  const { status, body } = await send(server, `/api/query/${question}`, { headers })
  expect(status).toBe(400)
  expect(JSON.parse(body).error).toContain(error)
})

it('the page is told of the store, what is received and which requests were refused', async () => {
  const { server, headers } = await startWithSession('a-simple')
  const info = JSON.parse((await send(server, '/api/info', { headers })).body)
  expect(info).toMatchObject({ version: '1.2.3', store: { path: server.store.path, events: 18 }, file: null })
  expect(info.store.bytes).toBeGreaterThan(10_000)
  expect(Math.abs(info.now - Date.now())).toBeLessThan(60_000)
  for (let number = 0; number < 60; number++) {
    await server.store.refuse({
      ...{ timeMs: number, transport: 'http', signal: undefined, method: 'POST', path: `/v1/${number}`, bytes: 0 },
      ...{ userAgent: 'agent/1', status: 404, reason: 'no signal is received there', cure: 'use /v1/logs' },
    })
  }
  const refusals = JSON.parse((await send(server, '/api/query/refusals?limit=50', { headers })).body)
  expect(refusals).toHaveLength(50)
  expect(refusals[0]).toMatchObject({ path: '/v1/59', outcome: 'refused', cure: 'use /v1/logs' })
})

interface Stream {
  next: () => Promise<{ id: string; message: LiveMessage }>
  ended: Promise<void>
}

function follow({ port }: TestServer, headers: Record<string, string>, search = ''): Stream {
  const stream = request({ host: '127.0.0.1', port, path: `/api/live${search}`, headers, agent: false }).end()
  onTestFinished(() => void stream.destroy())
  const messages: { id: string; message: LiveMessage }[] = []
  let wake = (): void => {}
  let id = ''
  const ended = new Promise<void>(resolve => {
    stream.on('response', response => {
      response.on('end', resolve)
      const lines = createInterface(response)
      // The test ends with the stream open.
      lines.on('error', () => {})
      lines.on('line', line => {
        if (line.startsWith('id: ')) id = line.slice(4)
        if (!line.startsWith('data: ')) return
        messages.push({ id, message: JSON.parse(line.slice(6)) })
        wake()
      })
    })
  })
  const next = async (): Promise<{ id: string; message: LiveMessage }> => {
    if (messages.length === 0)
      await new Promise<void>(resolve => {
        wake = resolve
      })
    return messages.shift() as { id: string; message: LiveMessage }
  }
  return { next, ended }
}

it('a page is told which sessions have changed, and what it missed while it was away', async () => {
  const { server, headers } = await startWithSession('a-simple')
  const stream = follow(server, headers)
  const first = await stream.next()
  expect(first.message).toEqual({ sessions: [], lastEvent: 18, refusals: 0, removals: 0, perSecond: 0 })
  await importPaths(server.store, ...capturesOf('b-tool-two'))
  const { message } = await stream.next()
  expect(message.sessions).toMatchObject([{ events: 33, tools: 2 }])
  expect(message.perSecond).toBeGreaterThan(0)

  const back = follow(server, { ...headers, 'last-event-id': first.id })
  expect((await back.next()).message).toMatchObject({ sessions: message.sessions, lastEvent: message.lastEvent })
  const reopened = follow(server, headers, `?after=${first.id}`)
  expect((await reopened.next()).message).toMatchObject({ sessions: message.sessions })
  const fromAnotherStore = follow(server, { ...headers, 'last-event-id': '999999-999999' })
  expect((await fromAnotherStore.next()).message.sessions).toHaveLength(2)
})

it('a page is told of an event in a fraction of a second after it is stored', async () => {
  const { server, headers } = await startWithSession()
  const stream = follow(server, headers)
  await stream.next()
  const body = new Uint8Array(capturedBody('a-simple', 'logs'))
  await server.store.store({ signal: 'logs', encoding: 'binary', body })
  const stored = performance.now()
  const { message } = await stream.next()
  expect(message.sessions).toMatchObject([{ events: 17 }])
  // 250 ms at most on a quiet machine, where 500 ms are promised.
  expect(performance.now() - stored).toBeLessThan(3_000)
})

/** What a script of the page sends with a request that changes something. */
const ofPage = ({ port }: TestServer) => ({ origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' })

it('a session that the page forgets is gone for every page, and once', async () => {
  const { server, headers } = await startWithSession('a-simple', 'b-tool-two')
  const stream = follow(server, headers)
  const { message } = await stream.next()
  const sessions = async () =>
    JSON.parse((await send(server, `/api/query/sessions?${PERIOD}&limit=10`, { headers })).body) as {
      conversation_id: string
    }[]
  const [first, second] = await sessions()
  const path = `/api/sessions/${encodeURIComponent(first?.conversation_id ?? '')}`
  const forget = () => send(server, path, { method: 'DELETE', headers: { ...headers, ...ofPage(server) } })
  expect(await forget()).toMatchObject({ status: 200, body: '{"sessions":1}' })
  expect((await stream.next()).message.removals).toBeGreaterThan(message.removals)
  expect(await sessions()).toEqual([second])
  expect((await forget()).status).toBe(404)
})

it('a store that is open to read alone is not changed, and the page is told', async () => {
  const { path } = await testStore()
  const store = await Store.openToRead(path)
  onTestFinished(() => store.close())
  const server = await startTestServer({ store })
  const headers = { cookie: await openSession(server) }
  const { status, body } = await send(server, '/api/sessions/a', {
    method: 'DELETE',
    headers: { ...headers, ...ofPage(server) },
  })
  expect([status, JSON.parse(body).error]).toEqual([403, 'this program reads its store and changes nothing'])
  expect(JSON.parse((await send(server, '/api/info', { headers })).body).store.isWritable).toBe(false)
})

it('the streams of pages end when the server is closed', async () => {
  const { server, headers } = await startWithSession()
  const stream = follow(server, headers)
  await stream.next()
  await server.close(0)
  await stream.ended
})
