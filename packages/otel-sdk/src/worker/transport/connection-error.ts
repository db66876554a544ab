import { ExportError, type ExportErrorKind } from './export-error.ts'
import { ProxyError } from './proxy-error.ts'
import { classifyTlsProblem, TLS_EXPLANATIONS } from './tls-problem.ts'

export interface ConnectionContext {
  /** As `describeEndpoint` gives it. */
  endpoint: string
  /** The proxy in use, described alike. */
  proxy: string | undefined
  /** Whether the connection is to use TLS. */
  secure: boolean
  /** Whether the configuration has a client certificate. */
  clientCertificate: boolean
}

/** What is known about a failure below HTTP and gRPC: Node's code when there is one, and its message. */
export interface ConnectionFailure {
  code: string | undefined
  message: string
}

const KINDS: Readonly<Record<string, ExportErrorKind>> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  EAI_NODATA: 'name-not-found',
  EAI_NONAME: 'name-not-found',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'timed-out',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
}

const EXPLANATIONS: Readonly<Partial<Record<ExportErrorKind, string>>> = {
  'name-not-found': 'the host name is not known (ENOTFOUND)',
  refused: 'connection refused, nothing listens there',
  unreachable: 'the host cannot be reached',
  'timed-out': 'the connection timed out',
  reset: 'the connection was closed before the answer',
  'not-otlp': 'what answers does not speak HTTP as expected',
}

/** The system error codes that messages can hold. */
const CODES_IN_TEXT: RegExp = new RegExp(`\\b(${Object.keys(KINDS).join('|')}|HPE_\\w+)\\b`)

/**
 * Why a connection failed. All of these can be tried again: the receiver has not judged the request, and a
 * certificate that expired or an endpoint that was down may be in order later.
 */
export function classifyConnectionFailure(failure: ConnectionFailure, context: ConnectionContext): ExportError {
  const code = failure.code ?? CODES_IN_TEXT.exec(failure.message)?.[1]
  const tls = context.secure ? classifyTlsProblem(code, failure.message) : undefined
  // A receiver that misses the client certificate may say no more than that the handshake failed, or nothing.
  const hint = context.secure && !context.clientCertificate ? ' (does it want a client certificate?)' : ''
  if (tls !== undefined) {
    const message = `${context.endpoint}: ${TLS_EXPLANATIONS[tls]}${tls === 'protocol' ? hint : ''}`
    return new ExportError({ kind: 'tls', detail: tls, message, retryable: true })
  }
  const kind = kindOf(code)
  const via = context.proxy === undefined ? '' : ` (through the proxy ${context.proxy})`
  const explanation = EXPLANATIONS[kind] ?? `the connection failed${code === undefined ? '' : ` (${code})`}`
  return new ExportError({
    kind,
    detail: code,
    message: `${context.endpoint}: ${explanation}${kind === 'reset' ? hint : ''}${via}`,
    retryable: true,
  })
}

/** The same for anything that Node's own clients throw, failures of the proxy included. */
export function classifyConnectionError(error: unknown, context: ConnectionContext): ExportError {
  if (error instanceof ProxyError) return proxyFailure(error, context)
  const { code, message } = error as Partial<NodeJS.ErrnoException>
  // Without a tunnel, the connection that failed is the one to the proxy.
  if (context.proxy !== undefined && !context.secure && !code?.startsWith('HPE_')) {
    return proxyFailure(new ProxyError({ code }), context)
  }
  return classifyConnectionFailure(
    { code: typeof code === 'string' ? code : undefined, message: message ?? '' },
    context,
  )
}

/** A refusal of the proxy is final, unless its status is one of overload or failure, which pass. */
export function proxyFailure(error: ProxyError, context: Pick<ConnectionContext, 'endpoint' | 'proxy'>): ExportError {
  const status = error.status
  return new ExportError({
    kind: 'proxy',
    detail: error.code,
    status,
    message: `${context.endpoint}: the proxy ${context.proxy ?? ''} ${error.message}`,
    retryable: status === undefined || status === 429 || status >= 500,
  })
}

function kindOf(code: string | undefined): ExportErrorKind {
  if (code === undefined) return 'network'
  return KINDS[code] ?? (code.startsWith('HPE_') ? 'not-otlp' : 'network')
}
