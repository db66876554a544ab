import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../testing/otlp-client.ts'
import { sampleRequest } from '../testing/otlp-requests.ts'
import { createTestCertificates, type TestCertificates } from './certificates.ts'
import { type Receiver, startReceiver } from './start-receiver.ts'

let certificates: TestCertificates
let stranger: TestCertificates
let receiver: Receiver | undefined
beforeAll(async () => {
  certificates = await createTestCertificates()
  stranger = await createTestCertificates()
})
afterEach(() => receiver?.close())

const start = async (requestClientCertificate: boolean): Promise<Receiver> => {
  receiver = await startReceiver({ tls: { ...certificates.server, ca: certificates.ca, requestClientCertificate } })
  return receiver
}
const body = sampleRequest('logs')

describe.each(['http', 'grpc'] as const)('the receiver with TLS over %s', transport => {
  it('serves a client that trusts its private authority', async () => {
    const receiver = await start(false)
    expect(receiver[`${transport}Url`]).toMatch(/^https:/)
    const { status } = await send(receiver, transport, 'logs', body, { trust: { ca: certificates.ca } })
    expect(status).toBe(transport === 'http' ? 200 : 0)
    expect(receiver.requests[0]?.clientCertificate).toBeUndefined()
    expect(receiver.tlsErrors).toEqual([])
  })

  it('records the failed handshake of a client that trusts another authority', async () => {
    const receiver = await start(false)
    const reply = await send(receiver, transport, 'logs', body, { trust: { ca: stranger.ca } }).catch(error => error)
    expect(String(reply.message)).toMatch(/certificate|signature/)
    await receiver.waitFor(r => r.tlsErrors.length > 0)
    expect(receiver.requests).toEqual([])
  })

  it('records the common name in the certificate of the client', async () => {
    const receiver = await start(true)
    const trust = { ca: certificates.ca, ...certificates.client }
    expect((await send(receiver, transport, 'logs', body, { trust })).status).toBe(transport === 'http' ? 200 : 0)
    expect(receiver.requests[0]?.clientCertificate).toBe('test client')
  })

  it.each([
    ['without a certificate', () => ({ ca: certificates.ca })],
    ['with a certificate of another authority', () => ({ ca: certificates.ca, ...stranger.client })],
  ])('refuses a client %s when it requires one', async (_name, trust) => {
    const receiver = await start(true)
    const failed = await send(receiver, transport, 'logs', body, { trust: trust(), timeoutMs: 2000 }).then(
      ({ status }) => status !== 0 && status !== 200,
      () => true,
    )
    expect(failed).toBe(true)
    expect(receiver.requests).toEqual([])
    expect(receiver.tlsErrors.length).toBeGreaterThan(0)
  })

  it('resets a connection after it stored the request', async () => {
    const receiver = await start(false)
    receiver.misbehave({ answer: 'reset', store: true })
    await expect(send(receiver, transport, 'logs', body, { trust: { ca: certificates.ca } })).rejects.toThrow()
    expect(receiver.counts.logs).toBe(1)
    expect(receiver.requests[0]?.outcome).toBe('reset')
  })
})
