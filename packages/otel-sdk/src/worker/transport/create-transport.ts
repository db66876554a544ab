import type { Diagnostic } from '@codex/otel-api'
import type { SignalName } from '../../catalogue/signals.ts'
import { hasHeaderPrograms, type OtlpExporterConfig } from '../../config/effective-config.ts'
import { createHeaderSource, type HeaderSource } from './header-source.ts'
import type { HeadersHelpers } from './headers-helper.ts'
import { createHttpTransport } from './http-transport.ts'
import type { ExporterTransport } from './transport.ts'

export interface CreateTransportOptions {
  signal: SignalName
  /** Of this library, for the `User-Agent`. */
  version: string
  /** Shared by the transports of a process, so that a command is run once for all of them. Default: one of its own. */
  headersHelpers?: HeadersHelpers | undefined
  /** The exporter's headers, where several transports share them; the caller ends them. Default: a source of its own. */
  headers?: HeaderSource | undefined
  onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined
}

/** The headers of an exporter. `signal` ends its programs. */
export function openHeaders(
  { headers, leftOutHeaders, headersHelper, protocol }: OtlpExporterConfig,
  {
    headersHelpers,
    onDiagnostic,
    signal,
  }: Pick<CreateTransportOptions, 'headersHelpers' | 'onDiagnostic'> & { signal: AbortSignal },
): HeaderSource {
  const kind = protocol === 'grpc' ? 'otlp-grpc' : 'otlp-http'
  return createHeaderSource(headers, {
    leftOut: leftOutHeaders,
    helper: headersHelper && { config: headersHelper, kind },
    helpers: headersHelpers,
    onDiagnostic,
    signal,
  })
}

/**
 * The transport for a destination. gRPC is loaded only for one that speaks it. The programs that give headers are started
 * at once.
 *
 * @throws TypeError when the endpoint or the proxy is not a URL that the protocol can use.
 */
export async function createTransport(
  exporter: OtlpExporterConfig,
  { signal, version, headersHelpers, headers: shared, onDiagnostic }: CreateTransportOptions,
): Promise<ExporterTransport> {
  const end = new AbortController()
  const headers = shared ?? openHeaders(exporter, { headersHelpers, onDiagnostic, signal: end.signal })
  // Programs take a while, and a short run sends only when it leaves: by then their answers are to be there.
  if (hasHeaderPrograms(exporter)) void headers.current()
  const userAgent = `codex-otel/${version}`
  const transport = await open()
  return {
    send: transport.send,
    shutdown() {
      transport.shutdown()
      end.abort()
    },
  }

  async function open(): Promise<ExporterTransport> {
    if (exporter.protocol !== 'grpc') return createHttpTransport(exporter, { headers, userAgent })
    const { createGrpcTransport } = await import('./grpc-transport.ts')
    return createGrpcTransport(exporter, { signal, headers, userAgent })
  }
}
