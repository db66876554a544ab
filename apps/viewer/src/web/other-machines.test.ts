import { once } from 'node:events'
import { request } from 'node:https'
import { hostname } from 'node:os'
import { createTestCertificates } from '@codex/otlp-receiver/certificates'
import { expect, it } from 'vitest'
import { checkChange, checkOrigin, type GuardedPort } from './guard.ts'
import { startTestServer } from './web-server.fixture.ts'

const PORT: GuardedPort = { port: 443, scheme: 'https', names: ['desk.example'], anyAddress: true }

it.each([
  ['desk.example', undefined],
  ['DESK.example:443', undefined],
  ['192.168.1.5', undefined],
  ['[2001:db8::1]:443', undefined],
  ['localhost', undefined],
  ['evil.example', 421],
  ['desk.example.evil.example', 421],
  ['desk.example:80', 421],
  ['999.1.1.1', 421],
])('a server for other machines that is addressed as %s answers %s', (host, status) => {
  const ask = (headers: object) =>
    checkOrigin({ method: 'GET', url: '/', headers: { host, ...headers }, hosts: [host] }, PORT)
  expect(ask({})?.status).toBe(status)
  if (status === undefined) {
    expect(ask({ origin: `https://${host}` })).toBeUndefined()
    expect(ask({ origin: `http://${host}` })?.status).toBe(403)
  }
})

it.each([
  ['http', 'desk.example:4319', {}, undefined],
  ['http', 'desk.example:4319', { 'sec-fetch-site': 'cross-site' }, 403],
  ['http', '127.0.0.1:4319', {}, 403],
  ['http', '[::1]:4319', {}, 403],
  ['https', 'desk.example:4319', {}, 403],
  ['https', 'desk.example:4319', { 'sec-fetch-site': 'same-origin' }, undefined],
] as const)(
  'a change over %s to %s with %j is answered %s: browsers name the site where they trust the connection',
  (scheme, host, headers, status) => {
    const origin = `${scheme}://${host}`
    expect(checkChange({ method: 'DELETE', headers: { host, origin, ...headers } }, { scheme })?.status).toBe(status)
    expect(checkChange({ method: 'DELETE', headers: { host, ...headers } }, { scheme })?.status).toBe(403)
  },
)

it('the page speaks TLS where there is a certificate, and its cookie goes over TLS alone', async () => {
  const { ca, server: pair } = await createTestCertificates()
  const tls = { cert: Buffer.from(pair.cert), key: Buffer.from(pair.key) }
  const server = await startTestServer({ tls, hosts: ['127.0.0.1'] })
  expect(server.url).toBe(`https://127.0.0.1:${server.port}/#t=${server.token}`)
  const sending = request(new URL('/api/session', server.url), { method: 'POST', ca, agent: false })
  sending.end(JSON.stringify({ token: server.token }))
  const [response] = await once(sending, 'response')
  expect(response.statusCode).toBe(204)
  expect(response.headers['set-cookie'][0]).toMatch(/; HttpOnly; SameSite=Strict; Secure$/)
})

it('the page of all addresses is named after the machine', async () => {
  const server = await startTestServer({ hosts: ['0.0.0.0'] })
  expect(new URL(server.url).hostname).toBe(hostname().toLowerCase())
})
