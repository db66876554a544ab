import http from 'node:http'
import tls from 'node:tls'
import { startReceiver } from '@codex/otlp-receiver'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type Authority,
  createAuthority,
  createSelfSigned,
  type KeyPair,
  writeFiles,
} from '../../worker/transport/certificates.fixture.ts'
import { atEnd, listen } from '../../worker/transport/loopback.fixture.ts'
import { checkLogs, grpc as grpcExporter, http as httpExporter } from './diagnose.fixture.ts'

let authority: Authority
let server: KeyPair

beforeAll(async () => {
  authority = await createAuthority()
  server = await authority.issue()
})

const trust = (more = ''): string => {
  const { ca } = writeFiles({ ca: authority.cert })
  return `, tls = { ca-certificate = "${ca}"${more} }`
}

describe.each(['http', 'grpc'] as const)('TLS over %s', protocol => {
  /** The exporter for a receiver with this certificate. */
  async function exporterFor(pair: KeyPair, tls: string, requestClientCertificate = false): Promise<string> {
    const mutual = requestClientCertificate ? { ca: authority.cert, requestClientCertificate } : {}
    const receiver = await startReceiver({ tls: { ...pair, ...mutual } })
    atEnd(() => receiver.close())
    return protocol === 'grpc' ? grpcExporter(receiver.grpcUrl, tls) : httpExporter(receiver.logsUrl, tls)
  }

  it('with a private authority delivers', async () => {
    expect(await checkLogs(await exporterFor(server, trust()))).toMatchObject({ state: 'delivered' })
  })

  it('with a client certificate delivers', async () => {
    const { cert, key } = writeFiles({ ...(await authority.issue()) })
    const tls = trust(`, client-certificate = "${cert}", client-private-key = "${key}"`)
    expect(await checkLogs(await exporterFor(server, tls, true))).toMatchObject({ state: 'delivered' })
  })

  it.each([
    ['unknown-ca', async () => exporterFor(server, ''), 'tls.ca-certificate'],
    ['self-signed', async () => exporterFor(await createSelfSigned(), ''), 'tls.ca-certificate'],
    ['expired', async () => exporterFor(await authority.issue({ expired: true }), trust()), 'renew its certificate'],
    ['not-yet-valid', async () => exporterFor(await authority.issue({ notYetValid: true }), trust()), 'clock'],
    [
      'hostname-mismatch',
      async () => exporterFor(await authority.issue({ ip: '127.0.0.2' }), trust()),
      'host name that the certificate holds',
    ],
    ['client-certificate-required', async () => exporterFor(server, trust(), true), 'client-private-key'],
  ])('names what is wrong: %s', async (detail, exporter, advice) => {
    expect(await checkLogs(await exporter())).toMatchObject({
      state: 'failed',
      cause: 'tls',
      detail,
      advice: expect.stringContaining(advice),
    })
  })

  it('names the client certificate as a possible cause when the receiver closes the connection after the handshake', async () => {
    const { cert, key } = writeFiles({ ...(await (await createAuthority()).issue()) })
    const tls = trust(`, client-certificate = "${cert}", client-private-key = "${key}"`)
    const logs = await checkLogs(await exporterFor(server, tls, true))
    expect(logs).toMatchObject({ cause: 'reset', advice: expect.stringContaining('tls.client-certificate') })
  })

  it('names a receiver without TLS, and sends it nothing in clear text', async () => {
    let requests = 0
    const plain = http.createServer((_request, response) => {
      requests++
      response.end()
    })
    const endpoint = `https://127.0.0.1:${await listen(plain)}`
    const logs = await checkLogs(protocol === 'grpc' ? grpcExporter(endpoint) : httpExporter(endpoint))
    expect(logs).toMatchObject({ cause: 'tls', detail: 'not-tls', advice: expect.stringContaining('write http://') })
    expect(requests).toBe(0)
  })

  it('is suggested when the endpoint says http:// and the receiver speaks TLS', async () => {
    const exporter = (await exporterFor(server, trust())).replace('https:', 'http:')
    const logs = await checkLogs(exporter)
    expect(logs.state).toBe('failed')
    expect(logs.advice).toMatch(/^it speaks TLS: set otel\.exporter\.otlp-\w+\.endpoint = "https:/)
  })

  it('names a receiver that speaks too old a version of TLS', async () => {
    const old = tls.createServer({
      ...server,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    const endpoint = `https://127.0.0.1:${await listen(old)}`
    const options = trust()
    const logs = await checkLogs(
      protocol === 'grpc' ? grpcExporter(endpoint, options) : httpExporter(endpoint, options),
    )
    expect(logs).toMatchObject({ state: 'failed', cause: 'tls', detail: 'protocol' })
  })

  it('names a certificate file that cannot be used', async () => {
    const logs = await checkLogs(await exporterFor(server, ', tls = { ca-certificate = "missing.pem" }'))
    expect(logs).toMatchObject({ cause: 'configuration', message: expect.stringContaining('missing.pem') })
  })
})
