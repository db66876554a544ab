import { type Client, Metadata, type ServiceError } from '@grpc/grpc-js'
import type { SignalName } from '../../catalogue/signals.ts'
import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import { inOnePiece } from '../otlp/chunks.ts'
import { type Attempt, createAuthenticatedSend } from './authenticated-send.ts'
import { describeEndpoint } from './describe-endpoint.ts'
import { ExportError } from './export-error.ts'
import { createGrpcClient, type GrpcClient } from './grpc-client.ts'
import { classifyGrpcStatus, type GrpcFailure } from './grpc-status.ts'
import { receivedStatus } from './grpc-trailers.ts'
import type { HeaderSource } from './header-source.ts'
import { maskValues } from './mask-values.ts'
import { readPartialSuccess } from './partial-success.ts'
import { receiverName } from './receiver-name.ts'
import { createTlsFiles, type TlsMaterial } from './tls-files.ts'
import { type ExporterTransport, type ExportResult, toExportResult } from './transport.ts'
import { endpointSecrets, parseHttpUrl, proxyAuthorization, urlAuthorization } from './url-parts.ts'

export type GrpcDestination = Pick<
  OtlpExporterConfig,
  'endpoint' | 'shownEndpoint' | 'endpointSecrets' | 'compression' | 'tls' | 'proxy'
>

export interface GrpcTransportOptions {
  signal: SignalName
  headers: HeaderSource
  /** `codex-otel/<version>`; the library puts its own name behind it. */
  userAgent: string
  /** How long an answer may be; default 64 KiB. */
  maxAnswerBytes?: number
}

const METHODS: Readonly<Record<SignalName, string>> = {
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
}

/** The `grpc-timeout` is for the receiver, which must not give up before the transport does. */
const RECEIVER_MARGIN_MS = 1_000

/** Set by HTTP/2 and gRPC themselves. */
const RESERVED = /^(:|grpc-|host$|te$|connection$|content-|transfer-encoding$|user-agent$)/

/**
 * Carries OTLP requests over gRPC: one call each, over one connection that does not keep the process alive while idle.
 * An `http://` endpoint is one without TLS; its path counts for nothing, as the method is the path.
 *
 * @throws TypeError when the endpoint is not an http:// or https:// URL, or the proxy is not.
 */
export function createGrpcTransport(destination: GrpcDestination, options: GrpcTransportOptions): ExporterTransport {
  const endpoint = destination.shownEndpoint ?? describeEndpoint(destination.endpoint)
  const url = parseHttpUrl(destination.endpoint, 'endpoint')
  const hidden = endpointSecrets(destination)
  const proxy = destination.proxy === undefined ? undefined : parseHttpUrl(destination.proxy, 'proxy')
  const secure = url.protocol === 'https:'
  const tlsFiles = createTlsFiles(secure ? destination.tls : undefined)
  const maxAnswerBytes = options.maxAnswerBytes ?? 64 * 1024
  let connected: { grpc: GrpcClient; tls: TlsMaterial } | undefined

  /** A client for the certificates as they are now; those of a client cannot be changed. */
  async function connect(): Promise<GrpcClient> {
    try {
      const tls = await tlsFiles.load()
      if (connected?.tls !== tls) {
        connected?.grpc.close()
        const gzip = destination.compression === 'gzip'
        const { userAgent } = options
        connected = { grpc: createGrpcClient({ url, proxy, tls, gzip, userAgent, maxAnswerBytes }), tls }
      }
      return connected.grpc
    } catch (error) {
      const message = `${endpoint}: ${(error as Error).message}`
      throw new ExportError({ kind: 'configuration', message, retryable: true })
    }
  }

  /**
   * After a time-out the next request gets a connection of its own. A connection that was never made, or whose other end
   * vanished without a reset, would hold up the requests until TCP gives up.
   */
  function retire(grpc: GrpcClient): void {
    if (connected?.grpc === grpc) connected = undefined
    grpc.close()
  }

  async function attempt({ data, headers, missingHeaders, signal, deadline }: Attempt): Promise<ExportResult> {
    const grpc = await connect()
    signal.throwIfAborted()
    signal.addEventListener('abort', () => retire(grpc), { once: true })
    const sent = { ...urlAuthorization(url), ...headers }
    const secrets = { ...sent, endpoint: hidden, ...(proxy === undefined ? {} : proxyAuthorization(proxy)) }
    const metadata = toMetadata(sent, deadline.leftMs + RECEIVER_MARGIN_MS)
    const outcome = await call(grpc.client, METHODS[options.signal], inOnePiece(data), metadata, signal)
    if ('answer' in outcome) return accepted(outcome, endpoint, secrets)
    const error = classifyGrpcStatus(outcome.failure, {
      endpoint,
      secure,
      secrets,
      missingHeaders,
      maxAnswerBytes,
      proxy: proxy && describeEndpoint(proxy.href),
      connectError: grpc.connectError,
      clientCertificate: destination.tls?.clientCertificate !== undefined,
    })
    return toExportResult(error)
  }

  const transport = createAuthenticatedSend({ endpoint, headers: options.headers, encode: async data => data, attempt })
  return {
    send: transport.send,
    shutdown() {
      transport.shutdown()
      connected?.grpc.close()
    },
  }
}

interface Taken {
  answer: Uint8Array
  /** The `server` of the answer's metadata. */
  server: string | undefined
}

type Outcome = Taken | { failure: GrpcFailure }

/** The library gets no deadline: its timer would win over an answer that arrived while the process was stopped. */
function call(
  client: Client,
  method: string,
  data: Uint8Array,
  metadata: Metadata,
  signal: AbortSignal,
): Promise<Outcome> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  let contentType: string | undefined
  let server: string | undefined
  return new Promise(resolve => {
    const onAbort = () => running.cancel()
    const running = client.makeUnaryRequest(
      method,
      (message: Buffer) => message,
      (message: Buffer) => message,
      bytes,
      metadata,
      (error, answer) => {
        signal.removeEventListener('abort', onAbort)
        resolve(error === null ? { answer: answer ?? new Uint8Array(), server } : failed(error, contentType))
      },
    )
    running.on('metadata', received => {
      contentType = textOf(received, 'content-type')
      server = textOf(received, 'server')
    })
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

function failed(error: ServiceError, contentType: string | undefined): Outcome {
  const { metadata } = error
  const received = receivedStatus(metadata)
  const statusDetails = metadata?.get('grpc-status-details-bin')[0]
  return {
    failure: {
      // The library makes an error of OK where no message came before it.
      origin: received === undefined || received === 0 ? 'library' : 'receiver',
      code: error.code as number | undefined,
      details: error.details ?? '',
      contentType: contentType ?? (metadata && textOf(metadata, 'content-type')),
      statusDetails: statusDetails instanceof Uint8Array ? statusDetails : undefined,
    },
  }
}

function textOf(metadata: Metadata, name: string): string | undefined {
  const value = metadata.get(name)[0]
  return typeof value === 'string' ? value : undefined
}

function accepted(
  { answer, server }: Taken,
  endpoint: string,
  secrets: Readonly<Record<string, string>>,
): ExportResult {
  const receiver = receiverName(server, secrets)
  try {
    const partial = readPartialSuccess(answer)
    return partial === undefined
      ? { status: 'success', data: answer, receiver }
      : {
          status: 'success',
          data: answer,
          receiver,
          partialSuccess: { ...partial, message: maskValues(partial.message, secrets) },
        }
  } catch {
    const message = `${endpoint}: not an OTLP endpoint for gRPC, the answer cannot be read as protobuf`
    return toExportResult(new ExportError({ kind: 'not-otlp', message, grpcCode: 0, retryable: false }))
  }
}

function toMetadata(headers: Readonly<Record<string, string>>, receiverTimeoutMs: number): Metadata {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) {
    if (!RESERVED.test(name)) metadata.set(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value)
  }
  // In milliseconds, with at most eight digits.
  metadata.set('grpc-timeout', `${Math.min(Math.ceil(receiverTimeoutMs), 99_999_999)}m`)
  return metadata
}
