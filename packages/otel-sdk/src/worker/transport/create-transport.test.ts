import { readFileSync } from 'node:fs'
import http from 'node:http'
import type { IExporterTransport } from '@opentelemetry/otlp-exporter-base'
import { describe, expect, it } from 'vitest'
import type { HeaderConfig, OtlpExporterConfig } from '../../config/effective-config.ts'
import { writeFiles } from './certificates.fixture.ts'
import { createTransport } from './create-transport.ts'
import { startGrpcReceiver } from './grpc-receiver.fixture.ts'
import { atEnd, closedPort, failureOf, listen, REQUEST, startProxy, TIMEOUT_MS } from './loopback.fixture.ts'
import type { ExporterTransport } from './transport.ts'

/** A receiver that accepts one token, and notes the tokens that come. */
interface TokenReceiver {
  endpoint: string
  shown: unknown[]
}

const RECEIVERS = {
  'http/protobuf': async (accepted: string): Promise<TokenReceiver> => {
    const shown: unknown[] = []
    const server = http.createServer((request, response) => {
      shown.push(request.headers.authorization)
      const ok = request.headers.authorization === accepted
      request
        .resume()
        .on('end', () => response.writeHead(ok ? 200 : 401, { 'content-type': 'text/plain' }).end(ok ? '' : 'no'))
    })
    return { endpoint: `http://127.0.0.1:${await listen(server)}/v1/logs`, shown }
  },
  grpc: async (accepted: string): Promise<TokenReceiver> => {
    const shown: unknown[] = []
    const { port } = await startGrpcReceiver(({ metadata }) => {
      shown.push(metadata.get('authorization')[0])
      return metadata.get('authorization')[0] === accepted ? {} : { code: 16, details: 'no' }
    })
    return { endpoint: `http://127.0.0.1:${port}`, shown }
  },
}

async function transportTo(exporter: Partial<OtlpExporterConfig>, said: string[] = []): Promise<ExporterTransport> {
  const transport = await createTransport(
    {
      protocol: 'http/protobuf',
      endpoint: '',
      headers: [],
      compression: 'none',
      timeoutMs: TIMEOUT_MS,
      tls: undefined,
      ...exporter,
    },
    { signal: 'logs', version: '1.2.3', onDiagnostic: ({ message }) => said.push(message) },
  )
  atEnd(() => transport.shutdown())
  return transport
}

/** Prints `token-1`, `token-2`... */
function tokenCommand(): { header: HeaderConfig; runs: () => number } {
  const { counter } = writeFiles({ counter: '0' })
  const script = `
    const fs = require('node:fs')
    const n = Number(fs.readFileSync(${JSON.stringify(counter)}, 'utf8')) + 1
    fs.writeFileSync(${JSON.stringify(counter)}, String(n))
    console.log('token-' + n)`
  const header = { name: 'authorization', command: [process.execPath, '-e', script], ttlMs: 1_000_000 }
  return { header, runs: () => Number(readFileSync(counter, 'utf8')) }
}

describe.each(['http/protobuf', 'grpc'] as const)('over %s', protocol => {
  it('the headers of a headers helper are sent, and asked for again once on 401', async () => {
    const { endpoint, shown } = await RECEIVERS[protocol]('key-2')
    const { count } = writeFiles({ count: '0' })
    const command = `n=$(($(cat '${count}') + 1)); echo $n > '${count}'; printf '{"authorization":"key-%s"}' $n`
    const headers = [{ name: 'authorization', value: 'from-config' }]
    const transport = await transportTo({ protocol, endpoint, headers, headersHelper: { command, refreshMs: 60_000 } })
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(shown).toEqual(['key-1', 'key-2'])
  })

  it('the programs that give headers are started before the first request, and not again for it', async () => {
    const { endpoint, shown } = await RECEIVERS[protocol]('token-1')
    const { header, runs } = tokenCommand()
    const { helped } = writeFiles({ helped: '' })
    const headersHelper = { command: `echo run >> '${helped}'; echo '{"x-key":"key"}'`, refreshMs: 60_000 }
    const transport = await transportTo({ protocol, endpoint, headers: [header], headersHelper })
    await expect.poll(() => [runs(), readFileSync(helped, 'utf8')]).toEqual([1, 'run\n'])
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(shown).toEqual(['token-1'])
    expect([runs(), readFileSync(helped, 'utf8')]).toEqual([1, 'run\n'])
  })

  it('a rejected token is renewed and the request sent again, once', async () => {
    const { endpoint, shown } = await RECEIVERS[protocol]('token-2')
    const { header, runs } = tokenCommand()
    const transport = await transportTo({ protocol, endpoint, headers: [header] })
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(shown).toEqual(['token-1', 'token-2', 'token-2'])
    expect(runs()).toBe(2)
  })

  it('a token that stays rejected is final', async () => {
    const { endpoint, shown } = await RECEIVERS[protocol]('never')
    const transport = await transportTo({ protocol, endpoint, headers: [tokenCommand().header] })
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({
      kind: 'unauthorized',
      retryable: false,
    })
    expect(shown).toEqual(['token-1', 'token-2'])
  })

  it('a request without a token that can be renewed is sent once', async () => {
    const { endpoint, shown } = await RECEIVERS[protocol]('never')
    const transport = await transportTo({ protocol, endpoint, headers: [{ name: 'authorization', value: 'token' }] })
    expect(await failureOf(transport.send(REQUEST, TIMEOUT_MS))).toMatchObject({ kind: 'unauthorized' })
    expect(shown).toEqual(['token'])
  })

  it('a request that was rejected for want of a token can be tried again', async () => {
    const { endpoint, shown } = await RECEIVERS[protocol]('token')
    const said: string[] = []
    const headers = [{ name: 'authorization', file: '/nowhere/token' }]
    const transport = await transportTo({ protocol, endpoint, headers }, said)
    const failure = await failureOf(transport.send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'unauthorized', retryable: true })
    expect(failure.message).toContain('(authorization had no value)')
    expect(shown).toEqual([undefined])
    expect(said).toEqual(['header "authorization": cannot read /nowhere/token: ENOENT'])
  })

  it('a request that lacks a header which the configuration could not make can be tried again', async () => {
    const { endpoint } = await RECEIVERS[protocol]('token')
    const transport = await transportTo({ protocol, endpoint, leftOutHeaders: ['authorization'] })
    const failure = await failureOf(transport.send(REQUEST, TIMEOUT_MS))
    expect(failure).toMatchObject({ kind: 'unauthorized', retryable: true })
    expect(failure.message).toContain('(authorization had no value)')
  })

  it('the time for a token counts into the time for the request', async () => {
    const { endpoint, shown } = await RECEIVERS[protocol]('token')
    const script = 'setTimeout(() => console.log("token"), 1000)'
    const headers = [{ name: 'authorization', command: [process.execPath, '-e', script], ttlMs: 1_000 }]
    const transport = await transportTo({ protocol, endpoint, headers })
    expect(await failureOf(transport.send(REQUEST, 100))).toMatchObject({ kind: 'timed-out', retryable: true })
    expect(shown).toEqual([])
  })
})

describe('a proxy for http:// destinations', () => {
  it('the proxy gets the whole URL, and its own credentials only', async () => {
    const { endpoint, shown } = await RECEIVERS['http/protobuf']('token')
    const proxy = await startProxy()
    const headers = [{ name: 'authorization', value: 'token' }]
    const transport = await transportTo({ endpoint, headers, proxy: `http://user:secret@127.0.0.1:${proxy.port}` })
    expect(await transport.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
    expect(proxy.requests).toEqual([`POST ${endpoint}`])
    expect(proxy.credentials).toEqual([`Basic ${btoa('user:secret')}`])
    expect(shown).toEqual(['token'])
  })

  it('the error names a proxy that is not there', async () => {
    const proxy = `http://user:canary@127.0.0.1:${await closedPort()}`
    const failure = await failureOf(
      (await transportTo({ endpoint: 'http://a.example/', proxy })).send(REQUEST, TIMEOUT_MS),
    )
    expect(failure).toMatchObject({ kind: 'proxy', detail: 'ECONNREFUSED', retryable: true })
    expect(failure.message).not.toContain('canary')
  })
})

it('a transport fits the interface of the official exporters', async () => {
  const { port } = await startGrpcReceiver()
  const official: IExporterTransport = await transportTo({ endpoint: `http://127.0.0.1:${port}`, protocol: 'grpc' })
  expect(await official.send(REQUEST, TIMEOUT_MS)).toMatchObject({ status: 'success' })
})

it('no error repeats a secret that the receiver echoes', async () => {
  const basic = `Basic ${btoa('canary-user:canary-password')}`
  const headers = [
    { name: 'authorization', value: basic },
    { name: 'x-key', value: 'Token canary-key' },
  ]
  const echo = http.createServer((request, response) => {
    const words = [...Object.values(request.headers), 'canary-password', 'canary-key', request.url].join(' ')
    const status = Number(new URL(request.url ?? '', 'http://a').pathname.slice(1))
    const location = `https://canary-key.example/?${words}`
    const type = status % 2 === 0 ? 'text/plain' : 'application/json'
    response
      .writeHead(status, words, { 'content-type': type, location, 'x-words': words })
      .end(JSON.stringify({ message: words }))
  })
  const port = await listen(echo)
  const { port: grpcPort } = await startGrpcReceiver(({ metadata }) => ({
    code: 16,
    details: `${metadata.get('authorization')} ${metadata.get('x-key')} canary-key`,
  }))
  const failures = []
  for (const status of [200, 302, 307, 400, 401, 403, 404, 413, 429, 500, 503]) {
    const endpoint = `http://canary-user:canary-password@127.0.0.1:${port}/${status}?token=canary`
    failures.push(await failureOf((await transportTo({ endpoint, headers })).send(REQUEST, TIMEOUT_MS)))
  }
  const destinations: Partial<OtlpExporterConfig>[] = [
    { endpoint: `http://127.0.0.1:${grpcPort}?token=canary`, protocol: 'grpc' },
    { endpoint: `http://canary@127.0.0.1:${await closedPort()}?token=canary`, protocol: 'grpc' },
    { endpoint: `http://canary@127.0.0.1:${await closedPort()}?token=canary` },
  ]
  for (const destination of destinations) {
    failures.push(await failureOf((await transportTo({ ...destination, headers })).send(REQUEST, TIMEOUT_MS)))
  }
  const said = JSON.stringify(failures)
  expect(said).not.toMatch(/canary/)
  expect(said).not.toContain(btoa('canary-user:canary-password'))
})
