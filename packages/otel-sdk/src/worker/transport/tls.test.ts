import { writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { ServerCredentials } from '@grpc/grpc-js'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TlsConfig } from '../../config/effective-config.ts'
import { type Authority, createAuthority, createSelfSigned, type KeyPair, writeFiles } from './certificates.fixture.ts'
import { startGrpcReceiver } from './grpc-receiver.fixture.ts'
import { createGrpcTransport } from './grpc-transport.ts'
import { createHeaderSource } from './header-source.ts'
import { createHttpTransport } from './http-transport.ts'
import { atEnd, closedPort, failureOf, listen, REQUEST, startProxy, TIMEOUT_MS } from './loopback.fixture.ts'
import type { ExporterTransport } from './transport.ts'

interface ServerOptions extends KeyPair {
  /** Asks for a client certificate of this authority. */
  clientCa?: string
}

let authority: Authority
let server: KeyPair

beforeAll(async () => {
  authority = await createAuthority()
  server = await authority.issue()
})

function trust(ca: string, client?: KeyPair): TlsConfig {
  const { caCertificate } = writeFiles({ caCertificate: ca })
  if (client === undefined) return { caCertificate, clientCertificate: undefined, clientPrivateKey: undefined }
  const files = writeFiles({ cert: client.cert, key: client.key })
  return { caCertificate, clientCertificate: files.cert, clientPrivateKey: files.key }
}

const KINDS = {
  http: {
    async serve({ cert, key, clientCa }: ServerOptions): Promise<number> {
      const mutual = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }
      return listen(https.createServer({ cert, key, ...mutual }, (_request, response) => response.end()))
    },
    connect(port: number, tls: TlsConfig | undefined, proxy?: string): ExporterTransport {
      const transport = createHttpTransport(
        { endpoint: `https://127.0.0.1:${port}/v1/logs`, protocol: 'http/protobuf', compression: 'none', tls, proxy },
        { headers: createHeaderSource([]), userAgent: 'codex-otel/1.2.3' },
      )
      atEnd(() => transport.shutdown())
      return transport
    },
  },
  grpc: {
    async serve({ cert, key, clientCa }: ServerOptions): Promise<number> {
      const pair = [{ cert_chain: Buffer.from(cert), private_key: Buffer.from(key) }]
      const ca = clientCa === undefined ? null : Buffer.from(clientCa)
      const receiver = await startGrpcReceiver(() => ({}), ServerCredentials.createSsl(ca, pair, ca !== null))
      return receiver.port
    },
    connect(port: number, tls: TlsConfig | undefined, proxy?: string): ExporterTransport {
      const transport = createGrpcTransport(
        { endpoint: `https://127.0.0.1:${port}`, compression: 'none', tls, proxy },
        { signal: 'logs', headers: createHeaderSource([]), userAgent: 'codex-otel/1.2.3' },
      )
      atEnd(() => transport.shutdown())
      return transport
    },
  },
}

describe.each(['http', 'grpc'] as const)('TLS over %s', protocol => {
  const { serve, connect } = KINDS[protocol]

  it('works with a private authority', async () => {
    const transport = connect(await serve(server), trust(authority.cert))
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
  })

  it('refuses a certificate of an unknown authority, also with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    atEnd(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED)
    const failure = await failureOf(connect(await serve(server), undefined).send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'tls', detail: 'unknown-ca', retryable: true })
    expect(failure.message).toContain('unknown authority (name it in tls.ca-certificate)')
  })

  it('refuses a certificate that signed itself', async () => {
    const failure = await failureOf(connect(await serve(await createSelfSigned()), undefined).send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'tls', detail: 'self-signed' })
  })

  it('refuses a certificate that has expired', async () => {
    const port = await serve(await authority.issue({ expired: true }))
    const failure = await failureOf(connect(port, trust(authority.cert)).send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'tls', detail: 'expired' })
  })

  it('refuses a certificate for another host', async () => {
    const port = await serve(await authority.issue({ ip: '127.0.0.2' }))
    const failure = await failureOf(connect(port, trust(authority.cert)).send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'tls', detail: 'hostname-mismatch' })
  })

  it('reports that the receiver does not speak TLS', async () => {
    const plain = http.createServer((_request, response) => response.end())
    const failure = await failureOf(connect(await listen(plain), undefined).send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'tls', detail: 'not-tls' })
  })

  it('shows a client certificate to a receiver that asks for it', async () => {
    const port = await serve({ ...server, clientCa: authority.cert })
    const transport = connect(port, trust(authority.cert, await authority.issue()))
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
  })

  it('reports that the receiver wants a client certificate', async () => {
    const port = await serve({ ...server, clientCa: authority.cert })
    const failure = await failureOf(connect(port, trust(authority.cert)).send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'tls', detail: 'client-certificate-required', retryable: true })
  })

  it('reads the files when it connects, and takes a new certificate without a restart', async () => {
    const files = trust((await createAuthority()).cert)
    const transport = connect(await serve(server), files)
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'tls', detail: 'unknown-ca' })
    writeFileSync(files.caCertificate ?? '', authority.cert)
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
  })

  it('names a file that cannot be used', async () => {
    const broken = writeFiles({ empty: '', key: 'not a key', cert: server.cert, other: (await authority.issue()).key })
    const none = { caCertificate: undefined, clientCertificate: undefined, clientPrivateKey: undefined }
    const cases: [Partial<TlsConfig>, string][] = [
      [{ caCertificate: '/nowhere/ca.pem' }, 'cannot read /nowhere/ca.pem: ENOENT'],
      [{ caCertificate: broken.empty }, `${broken.empty} does not hold a PEM certificate`],
      [
        { clientCertificate: broken.cert, clientPrivateKey: broken.key },
        `${broken.key} does not hold a PEM private key`,
      ],
      [{ clientCertificate: broken.cert, clientPrivateKey: broken.other }, `${broken.other} is not the private key of`],
      [{ clientCertificate: broken.cert }, `${broken.cert} needs tls.client-private-key beside it`],
    ]
    for (const [files, message] of cases) {
      const failure = await failureOf(connect(1, { ...none, ...files }).send(REQUEST, TIMEOUT_MS))
      expect(failure).toMatchObject({ kind: 'configuration', retryable: true })
      expect(failure.message).toContain(message)
    }
  })

  it('goes through the tunnel of a proxy, end to end', async () => {
    const port = await serve(server)
    const proxy = await startProxy()
    const transport = connect(port, trust(authority.cert), `http://user:p%40ss@127.0.0.1:${proxy.port}`)
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(proxy.requests).toEqual([`CONNECT 127.0.0.1:${port}`])
    expect(proxy.credentials).toEqual([`Basic ${btoa('user:p@ss')}`])
  })

  it('reports what a proxy refused, and that the certificate behind the proxy is wrong', async () => {
    const refusing = await startProxy({ refuseWith: 403 })
    const refused = connect(1, undefined, `http://127.0.0.1:${refusing.port}`)
    expect(await failureOf(refused.send(REQUEST, TIMEOUT_MS))).toMatchObject({
      kind: 'proxy',
      status: 403,
      retryable: false,
    })
    const gone = connect(2, undefined, `http://127.0.0.1:${await closedPort()}`)
    expect(await failureOf(gone.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'proxy', detail: 'ECONNREFUSED' })
    const proxy = await startProxy()
    const untrusted = connect(await serve(server), undefined, `http://127.0.0.1:${proxy.port}`)
    expect(await failureOf(untrusted.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'tls', detail: 'unknown-ca' })
  })

  it('gives up on a proxy that does not answer', async () => {
    const proxy = await startProxy({ hang: true })
    const transport = connect(1, undefined, `http://127.0.0.1:${proxy.port}`)
    expect(await failureOf(transport.send(REQUEST, 150))).toMatchObject({ kind: 'timed-out', retryable: true })
  })
})
