import type { SignalName } from '../../catalogue/signals.ts'
import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import type { ExportError, ExportErrorKind } from '../transport/export-error.ts'
import type { HeaderSource } from '../transport/header-source.ts'
import type { ExportResult } from '../transport/transport.ts'
import { sendOnce } from './send-once.ts'

export interface FindAlternativeOptions {
  signal: SignalName
  exporter: OtlpExporterConfig
  /** The endpoint as it may be shown. */
  shown: string
  /** The exporter's key, for example `otel.exporter.otlp-http`. */
  key: string
  /** In protobuf, without records. */
  request: Uint8Array
  timeoutMs: number
  /** The exporter's: no program is run once more for an alternative. */
  headers: HeaderSource
}

/** Another way to send to the same host and port. */
interface Alternative {
  exporter: OtlpExporterConfig
  /** Whether the answer shows that this alternative works. */
  fits(result: ExportResult): boolean
  advice: string
  /** The true cause, where this alternative shows that the first one was wrong. */
  cause?: ExportErrorKind
}

export type AlternativeFound = Pick<Alternative, 'advice' | 'cause'>

const LONGEST_MS = 3_000

/**
 * Finds out whether a failed exporter would work with another path, protocol, encoding or with TLS, and returns the
 * change to make. Asks the host and port that the configuration names and no other, with requests that hold no
 * records, and never takes TLS away: credentials go nowhere that they did not go before.
 */
export async function findAlternative(
  error: ExportError,
  options: FindAlternativeOptions,
): Promise<AlternativeFound | undefined> {
  const { signal, request, headers } = options
  const timeoutMs = Math.min(options.timeoutMs, LONGEST_MS)
  const alternatives = exporterAlternatives(error, options)
  const results = await Promise.all(
    alternatives.map(({ exporter }) => sendOnce({ signal, exporter, request, timeoutMs, headers })),
  )
  const fitting = alternatives.filter(({ fits }, i) => fits(results[i] as ExportResult))
  // A gateway may ask for credentials at every path: one at which the request was taken says more.
  return fitting.find(alternative => results[alternatives.indexOf(alternative)]?.status === 'success') ?? fitting[0]
}

const PATH_CAUSES: ReadonlySet<ExportErrorKind> = new Set(['not-found', 'http', 'not-otlp', 'redirect'])
const PROTOCOL_CAUSES: ReadonlySet<ExportErrorKind> = new Set([
  'not-found',
  'http',
  'not-otlp',
  'reset',
  'forbidden',
  'unsupported-media-type',
  'network',
])
const PLAIN_CAUSES: ReadonlySet<ExportErrorKind> = new Set(['reset', 'not-otlp', 'http', 'network'])

function exporterAlternatives(error: ExportError, options: FindAlternativeOptions): Alternative[] {
  const { exporter } = options
  const { kind, detail } = error
  const isGrpc = exporter.protocol === 'grpc'
  const found: Alternative[] = []
  if (!isGrpc && PATH_CAUSES.has(kind)) found.push(...otherPaths(options))
  if (PROTOCOL_CAUSES.has(kind) || (kind === 'tls' && detail === 'protocol') || error.status !== undefined) {
    found.push(...(isGrpc ? overHttp(options) : overGrpc(options)))
  }
  if (kind === 'unsupported-media-type' || (isGrpc && kind === 'not-found')) found.push(...otherEncodings(options))
  if (/^http:/i.test(exporter.endpoint) && PLAIN_CAUSES.has(kind)) found.push(...withTls(options))
  return found
}

/**
 * The standard path, at the host's root and at the end of the one that is configured: where both are right, as at a receiver
 * that takes every path, the root is what its operator means.
 */
function otherPaths({ signal, exporter, shown, key }: FindAlternativeOptions): Alternative[] {
  const places = [
    { endpoint: atRoot(exporter.endpoint, signal), shownAs: atRoot(shown, signal) },
    { endpoint: appendPath(exporter.endpoint, signal), shownAs: appendPath(shown, signal) },
  ]
  return places
    .filter(({ endpoint }) => endpoint !== exporter.endpoint)
    .map(({ endpoint, shownAs }) => ({
      exporter: { ...exporter, endpoint },
      fits: result => isJudged(result),
      advice: `${endpointKey(key, signal, exporter)} = "${shownAs}" is right: something takes ${signal} at that path`,
    }))
}

function overGrpc({ exporter, shown, key }: FindAlternativeOptions): Alternative[] {
  const grpcKey = key.replace(/otlp-http$/, 'otlp-grpc')
  return [
    {
      exporter: { ...exporter, protocol: 'grpc', endpoint: origin(exporter.endpoint) },
      fits: result => isJudged(result) && (result.status === 'success' || result.error.status === undefined),
      advice: `it speaks gRPC: use ${grpcKey} with endpoint = "${origin(shown)}" in place of otlp-http`,
      cause: 'not-otlp',
    },
  ]
}

function overHttp({ signal, exporter, shown, key }: FindAlternativeOptions): Alternative[] {
  const httpKey = key.replace(/otlp-grpc$/, 'otlp-http')
  return [
    {
      exporter: { ...exporter, protocol: 'http/protobuf', endpoint: atRoot(exporter.endpoint, signal) },
      fits: isJudged,
      advice: `it speaks OTLP over HTTP: use ${httpKey} with endpoint = "${atRoot(shown, signal)}" in place of otlp-grpc`,
      cause: 'not-otlp',
    },
  ]
}

function otherEncodings({ exporter, key }: FindAlternativeOptions): Alternative[] {
  const fits = (result: ExportResult): boolean => result.status === 'success'
  const found: Alternative[] = []
  if (exporter.protocol === 'http/protobuf') {
    found.push({
      exporter: { ...exporter, protocol: 'http/json' },
      fits,
      advice: `it takes JSON: set ${key}.protocol = "json"`,
    })
  }
  if (exporter.protocol === 'http/json') {
    found.push({
      exporter: { ...exporter, protocol: 'http/protobuf' },
      fits,
      advice: `it takes protobuf: set ${key}.protocol = "binary"`,
    })
  }
  if (exporter.compression !== 'none') {
    found.push({
      exporter: { ...exporter, compression: 'none' },
      fits,
      advice: `it takes requests that are not compressed: set ${key}.compression = "none"`,
    })
  }
  return found
}

function withTls({ signal, exporter, shown, key }: FindAlternativeOptions): Alternative[] {
  if (exporter.proxy !== undefined) return []
  const secure = (url: string): string => url.replace(/^http:/i, 'https:')
  return [
    {
      exporter: { ...exporter, endpoint: secure(exporter.endpoint) },
      fits: speaksTls,
      advice: `it speaks TLS: set ${endpointKey(key, signal, exporter)} = "${secure(shown)}"`,
    },
  ]
}

/** Whether an OTLP receiver, or a gateway before it, has read the request, accepted or not. */
function isJudged(result: ExportResult): boolean {
  return result.status === 'success' || JUDGEMENTS.has(result.error.kind)
}

const JUDGEMENTS: ReadonlySet<ExportErrorKind> = new Set([
  'unauthorized',
  'forbidden',
  'unsupported-media-type',
  'too-large',
  'throttled',
])

function speaksTls(result: ExportResult): boolean {
  if (result.status === 'success') return true
  const { kind, detail, status } = result.error
  return kind === 'tls' ? detail !== 'not-tls' && detail !== 'protocol' : status !== undefined
}

function appendPath(url: string, signal: SignalName): string {
  const [base = '', query] = url.split(/(?=\?)/, 2)
  return `${base.replace(/\/+$/, '').replace(/\/v1\/(logs|metrics|traces)$/, '')}/v1/${signal}${query ?? ''}`
}

const atRoot = (url: string, signal: SignalName): string => `${origin(url)}/v1/${signal}`

/** The origin of a text that may hold references to variables, and so may be no URL. */
const origin = (url: string): string => /^[a-z]+:\/\/[^/?#]+/i.exec(url)?.[0] ?? url

/** Where a whole URL can be written: of the variables only the signal's own takes one with its path. */
function endpointKey(key: string, signal: SignalName, { endpointVariable }: OtlpExporterConfig): string {
  return endpointVariable === undefined ? `${key}.endpoint` : `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`
}
