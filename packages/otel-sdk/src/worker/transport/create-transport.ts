import type { Diagnostic } from '@codex/otel-api'
import type { SignalName } from '../../catalogue/signals.ts'
import { type ExporterConfig, hasHeaderPrograms } from '../../config/effective-config.ts'
import { createHeaderSource } from './header-source.ts'
import type { HeadersHelpers } from './headers-helper.ts'
import { createHttpTransport } from './http-transport.ts'
import type { ExporterTransport } from './transport.ts'

export interface CreateTransportOptions {
  signal: SignalName
  /** Of this library, for the `User-Agent`. */
  version: string
  /** Shared by the transports of a process, so that a command is run once for all of them. Default: one of its own. */
  headersHelpers?: HeadersHelpers | undefined
  onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined
}

/**
 * The transport for a destination. gRPC is loaded only for one that speaks it. The programs that give headers are started
 * at once.
 *
 * @throws TypeError when the endpoint or the proxy is not a URL that the protocol can use.
 */
export async function createTransport(
  exporter: ExporterConfig,
  { signal, version, headersHelpers, onDiagnostic }: CreateTransportOptions,
): Promise<ExporterTransport> {
  const end = new AbortController()
  const headers = createHeaderSource(exporter.headers, {
    leftOut: exporter.leftOutHeaders,
    helper: exporter.headersHelper && {
      config: exporter.headersHelper,
      kind: exporter.protocol === 'grpc' ? 'otlp-grpc' : 'otlp-http',
    },
    helpers: headersHelpers,
    onDiagnostic,
    signal: end.signal,
  })
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
