import type { SignalName } from '../../catalogue/signals.ts'
import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import type { ExportError, ExportErrorKind, TlsProblem } from '../transport/export-error.ts'

/** The exporter that a piece of advice is about. */
export interface AdviceContext {
  signal: SignalName
  exporter: OtlpExporterConfig
  /** The exporter's key, for example `otel.exporter.otlp-http`. */
  key: string
  /** The key that gives its endpoint: `otel.exporter.otlp-http.endpoint`, or a variable. */
  endpointKey: string
  /** In milliseconds. */
  timeoutMs: number
}

type Advice = (context: AdviceContext, error: ExportError) => string

/** Says in one line what the operator can do about a failure. */
export function adviceFor(error: ExportError, context: AdviceContext): string {
  return ADVICE[error.kind](context, error)
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is shown how a variable is written in the file
const TOKEN_HEADER = 'headers = { authorization = "Bearer ${OTLP_TOKEN}" }'

const TLS_ADVICE: Readonly<Record<TlsProblem, (context: AdviceContext) => string>> = {
  'self-signed': ({ key }) => `put that certificate into a PEM file and name it in ${key}.tls.ca-certificate`,
  'unknown-ca': ({ key }) => `name the PEM file of the authority that signed it in ${key}.tls.ca-certificate`,
  expired: () => "ask the receiver's operator to renew its certificate",
  'not-yet-valid': () => "compare this machine's clock with the dates in the receiver's certificate",
  'hostname-mismatch': ({ endpointKey }) =>
    `write a host name that the certificate holds in ${endpointKey}, or have it reissued`,
  revoked: () => "ask the receiver's operator to replace its certificate",
  'client-certificate-required': ({ key }) =>
    `name yours in ${key}.tls: client-certificate and client-private-key, both PEM files`,
  'client-certificate-rejected': ({ key }) =>
    `name one in ${key}.tls.client-certificate that is valid and of an authority that the receiver trusts`,
  'not-tls': ({ endpointKey }) =>
    `check the port; only where the receiver really has no TLS, write http:// in ${endpointKey}`,
  protocol: ({ endpointKey }) =>
    `check that ${endpointKey} names the port of an OTLP receiver, and whether it wants a client certificate`,
}

/** The OTLP specification allows no second attempt after some answers. */
const FINAL = 'records with this answer are not sent again'

const GENERAL = 'OTEL_EXPORTER_OTLP_ENDPOINT'

const ADVICE: Readonly<Record<ExportErrorKind, Advice>> = {
  'name-not-found': ({ endpointKey }) => `check the host name in ${endpointKey}, and the DNS and VPN of this machine`,
  refused: ({ endpointKey, exporter }) =>
    `start the receiver, or correct host and port in ${endpointKey} (${exporter.protocol === 'grpc' ? 'gRPC is usually on 4317' : 'OTLP over HTTP is usually on 4318'})`,
  unreachable: () => 'check the network, the VPN and the firewall between this machine and the receiver',
  'timed-out': ({ key, timeoutMs }) =>
    `check that nothing between here and the receiver drops packets; a slow one needs ${key}.timeout_ms to be over ${timeoutMs}`,
  reset: ({ key, endpointKey, exporter: { endpoint, tls } }) =>
    /^https:/i.test(endpoint) && tls?.clientCertificate !== undefined
      ? `check that the receiver trusts the authority of ${key}.tls.client-certificate, and that the port is its own`
      : `check that ${endpointKey} names the port of an OTLP receiver, and what stands before it`,
  tls: (context, { detail }) => (TLS_ADVICE[detail as TlsProblem] ?? TLS_ADVICE.protocol)(context),
  proxy: (_, { status }) =>
    status === 407
      ? 'write user and password into the URL of the proxy in HTTPS_PROXY (or HTTP_PROXY)'
      : 'check HTTPS_PROXY (HTTP_PROXY for http://); a host that needs no proxy belongs into NO_PROXY',
  configuration: () => 'correct that file, or the path to it',
  unauthorized: ({ key, exporter: { headers } }) => {
    if (headers.length === 0) return `the receiver wants credentials: in ${key}, ${TOKEN_HEADER}`
    const names = headers.map(({ name }) => name).join(', ')
    return `check the value of ${names} in ${key}.headers: is it there, still valid, and for this receiver?`
  },
  forbidden: ({ signal }) => `ask the receiver's operator to allow these credentials to write ${signal}`,
  'not-found': ({ endpointKey, signal, exporter }) =>
    exporter.protocol === 'grpc'
      ? `ask the receiver's operator to switch ${signal} on, or for another port to write in ${endpointKey}`
      : endpointKey !== GENERAL && exporter.endpoint.replace(/[?#].*/s, '').endsWith(`/v1/${signal}`)
        ? `/v1/${signal} is where most receivers take ${signal}: check that host, port and what stands before that path in ${endpointKey} are those of an OTLP receiver, and ask its operator whether it takes ${signal}`
        : `ask the receiver's operator for the path; most have /v1/${signal}, and ${endpointKey} is used ${endpointKey === GENERAL ? 'with that behind it' : 'as written'}`,
  'too-large': () => "the request was small: ask the receiver's operator to raise its limit for requests",
  'unsupported-media-type': ({ key }) => `try protocol = "json" or "binary", and compression = "none", in ${key}`,
  throttled: (_, { retryAfterMs, retryable }) =>
    retryable
      ? `wait${retryAfterMs === undefined ? '' : ` ${Math.ceil(retryAfterMs / 1000)} s`}; exporting does so by itself and keeps what it has`
      : `ask the receiver's operator to raise its limits: it does not say when to try again, so ${FINAL}`,
  'server-error': (_, { retryable }) =>
    `look into the receiver's own log; ${retryable ? 'exporting tries again by itself and keeps what it has' : FINAL}`,
  redirect: ({ endpointKey }) => `write the address that it points to in ${endpointKey}`,
  http: ({ endpointKey }) => `check that ${endpointKey} is the address of an OTLP receiver; its own log may say more`,
  'not-otlp': ({ endpointKey }) => `check ${endpointKey}: something else answers there`,
  grpc: () => "look into the receiver's own log",
  'shut-down': () => 'run the check again',
  network: () => 'check the network between this machine and the receiver',
}
