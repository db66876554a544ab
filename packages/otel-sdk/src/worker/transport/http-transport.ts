import http from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import { inOnePiece } from '../otlp/chunks.ts'
import { type Attempt, createAuthenticatedSend } from './authenticated-send.ts'
import { type ConnectionContext, classifyConnectionError } from './connection-error.ts'
import { ACCEPT_ENCODING } from './decode-content.ts'
import { describeEndpoint } from './describe-endpoint.ts'
import { ExportError } from './export-error.ts'
import type { HeaderSource } from './header-source.ts'
import { decodeAnswer, type HttpAnswer, header, readOtlpAnswer } from './http-answer.ts'
import { exchangeHttp, type HttpExchangeOptions } from './http-exchange.ts'
import { classifyHttpStatus } from './http-status.ts'
import { maskValues } from './mask-values.ts'
import { receiverName } from './receiver-name.ts'
import { createTlsFiles } from './tls-files.ts'
import { type ExporterTransport, type ExportResult, toExportResult } from './transport.ts'
import { endpointSecrets, hostAndPort, parseHttpUrl, proxyAuthorization, urlAuthorization } from './url-parts.ts'

export type HttpDestination = Pick<
  OtlpExporterConfig,
  'endpoint' | 'shownEndpoint' | 'endpointSecrets' | 'protocol' | 'compression' | 'tls' | 'proxy'
>

export interface HttpTransportOptions {
  headers: HeaderSource
  /** `codex-otel/<version>` */
  userAgent: string
  /** Connections at a time; default 4. */
  maxSockets?: number
  /** How much of an answer is read, and what it may inflate to; default 64 KiB. */
  maxAnswerBytes?: number
}

const compress = promisify(gzip)
/** Receivers and what stands before them close idle connections after 5 s to minutes; longer is of no use. */
const IDLE_MS = 60_000

/**
 * Carries OTLP requests over HTTP/1.1: with Content-Length (some ingest endpoints refuse chunked bodies), over
 * connections that are kept and that do not keep the process alive while idle. Redirects are not followed.
 *
 * @throws TypeError when the endpoint or the proxy is not an http:// or https:// URL.
 */
export function createHttpTransport(destination: HttpDestination, options: HttpTransportOptions): ExporterTransport {
  const url = parseHttpUrl(destination.endpoint, 'endpoint')
  const hidden = endpointSecrets(destination)
  const proxy = destination.proxy === undefined ? undefined : parseHttpUrl(destination.proxy, 'proxy')
  const endpoint = destination.shownEndpoint ?? describeEndpoint(destination.endpoint)
  const secure = url.protocol === 'https:'
  const tlsFiles = createTlsFiles(secure ? destination.tls : undefined)
  const agent = createAgent(secure, proxy, options.maxSockets ?? 4)
  const gzipped = destination.compression === 'gzip'
  const context: ConnectionContext = {
    endpoint,
    proxy: proxy && describeEndpoint(proxy.href),
    secure,
    clientCertificate: destination.tls?.clientCertificate !== undefined,
  }

  async function attempt({ data, headers, missingHeaders, signal }: Attempt): Promise<ExportResult> {
    const tls = await tlsFiles.load().catch((error: Error) => {
      throw new ExportError({ kind: 'configuration', message: `${endpoint}: ${error.message}`, retryable: true })
    })
    const sent = { ...urlAuthorization(url), ...headers }
    const secrets = { ...sent, endpoint: hidden, ...(proxy === undefined ? {} : proxyAuthorization(proxy)) }
    const request: HttpExchangeOptions['request'] = {
      ...target(url, proxy),
      ...tls,
      agent: await agent,
      method: 'POST',
      rejectUnauthorized: true,
      headers: {
        ...(secure || proxy === undefined ? {} : proxyAuthorization(proxy)),
        ...sent,
        host: url.host,
        'user-agent': options.userAgent,
        'content-type': destination.protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
        'content-length': data.length,
        'accept-encoding': ACCEPT_ENCODING,
        ...(gzipped ? { 'content-encoding': 'gzip' } : {}),
      },
    }
    const maxAnswerBytes = options.maxAnswerBytes ?? 64 * 1024
    // The proxy of an http:// destination is what is connected to, and it may be an https:// one.
    const connectSecure = secure || proxy?.protocol === 'https:'
    let answer: HttpAnswer
    try {
      const received = await exchangeHttp({ secure: connectSecure, request, body: data, signal, maxAnswerBytes })
      answer = decodeAnswer(received, maxAnswerBytes)
    } catch (error) {
      throw error instanceof ExportError ? error : classifyConnectionError(error, context)
    }
    if (answer.status < 200 || answer.status >= 300) {
      return toExportResult(classifyHttpStatus(answer, { endpoint, secrets, missingHeaders }))
    }
    return accepted(answer, endpoint, secrets)
  }

  const transport = createAuthenticatedSend({
    endpoint,
    headers: options.headers,
    encode: async data => (gzipped ? compress(inOnePiece(data)) : data),
    attempt,
  })
  return {
    send: transport.send,
    shutdown() {
      transport.shutdown()
      void agent.then(created => created.destroy())
    },
  }
}

function accepted(answer: HttpAnswer, endpoint: string, secrets: Readonly<Record<string, string>>): ExportResult {
  const { status, body } = answer
  const read = readOtlpAnswer(answer)
  if ('notOtlp' in read) {
    // Final: the server that answers has taken the request, and would get the same one again and again.
    const message = `${endpoint}: not an OTLP endpoint, ${maskValues(read.notOtlp, secrets)}`
    return toExportResult(new ExportError({ kind: 'not-otlp', message, status, retryable: false }))
  }
  const partial = read.partialSuccess
  const receiver = receiverName(header(answer, 'server'), secrets)
  return partial === undefined
    ? { status: 'success', httpStatus: status, data: body, receiver }
    : {
        status: 'success',
        httpStatus: status,
        data: body,
        receiver,
        partialSuccess: { ...partial, message: maskValues(partial.message, secrets) },
      }
}

async function createAgent(secure: boolean, proxy: URL | undefined, maxSockets: number): Promise<http.Agent> {
  const options = {
    keepAlive: true,
    maxSockets,
    maxFreeSockets: maxSockets,
    scheduling: 'lifo',
    timeout: IDLE_MS,
  } as const
  if (secure && proxy !== undefined) {
    const { ProxyTunnelAgent } = await import('./proxy-tunnel-agent.ts')
    return new ProxyTunnelAgent(proxy, options)
  }
  if (!secure && proxy?.protocol !== 'https:') return new http.Agent(options)
  const https = process.getBuiltinModule('node:https')
  return new https.Agent(options)
}

/** Where to connect, and what to ask for: a proxy wants the whole URL unless it is a tunnel. */
function target(url: URL, proxy: URL | undefined): { host: string; port: number; path: string } {
  const path = `${url.pathname}${url.search}`
  if (proxy === undefined || url.protocol === 'https:') return { ...hostAndPort(url), path }
  return { ...hostAndPort(proxy), path: `http://${url.host}${path}` }
}
