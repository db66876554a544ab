import { ExportError, type ExportErrorKind } from './export-error.ts'
import { type HttpAnswer, header, readRefusal } from './http-answer.ts'
import { maskValues } from './mask-values.ts'
import { parseRetryAfter } from './retry-after.ts'

export interface HttpStatusContext {
  /** As `describeEndpoint` gives it. */
  endpoint: string
  /** What no message may repeat. */
  secrets: Readonly<Record<string, string>>
  /** Names of configured headers that had no value. */
  missingHeaders: readonly string[]
}

/** The statuses that the OTLP specification calls retryable. */
const RETRYABLE = new Set([429, 502, 503, 504])

/** Why an answer that is not a 2xx came, and whether to send the request again. */
export function classifyHttpStatus(answer: HttpAnswer, context: HttpStatusContext): ExportError {
  const { status } = answer
  const kind = kindOfHttpStatus(status)
  const said = maskValues(readRefusal(answer), context.secrets)
  const rejected = kind === 'unauthorized' || kind === 'forbidden'
  const withoutValue = rejected && context.missingHeaders.length > 0
  const retryAfterMs = parseRetryAfter(header(answer, 'retry-after'), header(answer, 'date'), Date.now())
  return new ExportError({
    kind,
    status,
    detail: kind === 'redirect' ? redirectHost(answer, context) : undefined,
    message: [
      `${context.endpoint}: ${status}, ${explain(kind, answer, context)}`,
      withoutValue ? ` (${context.missingHeaders.join(', ')} had no value)` : '',
      said === '' ? '' : `: ${said}`,
    ].join(''),
    // The receiver judged a request without its credentials; with them it may take it.
    retryable: RETRYABLE.has(status) || withoutValue,
    retryAfterMs: RETRYABLE.has(status) ? retryAfterMs : undefined,
  })
}

export function kindOfHttpStatus(status: number): ExportErrorKind {
  switch (status) {
    case 401:
      return 'unauthorized'
    case 403:
      return 'forbidden'
    case 404:
      return 'not-found'
    case 407:
      return 'proxy'
    case 413:
      return 'too-large'
    case 415:
      return 'unsupported-media-type'
    case 429:
      return 'throttled'
  }
  if (status >= 500) return 'server-error'
  return status >= 300 && status < 400 && status !== 304 ? 'redirect' : 'http'
}

function explain(kind: ExportErrorKind, answer: HttpAnswer, context: HttpStatusContext): string {
  switch (kind) {
    case 'unauthorized':
      return 'the receiver does not accept the credentials'
    case 'forbidden':
      return 'the credentials do not permit this'
    case 'not-found':
      return 'there is nothing at this path'
    case 'proxy':
      return 'the proxy asks for credentials'
    case 'too-large':
      return 'the request is larger than the receiver accepts'
    case 'unsupported-media-type':
      return 'the receiver does not take this protocol or compression'
    case 'throttled':
      return 'the receiver asks to slow down'
    case 'server-error':
      return 'the receiver failed'
    case 'redirect':
      return `it points to ${redirectHost(answer, context)}; redirects are not followed, set the endpoint itself`
    default:
      return 'the receiver refused the request'
  }
}

/** Host and nothing else: the path and query of a redirect may hold what was sent. */
function redirectHost(answer: HttpAnswer, context: HttpStatusContext): string {
  const location = header(answer, 'location') ?? ''
  if (location === '') return 'nowhere'
  const base = URL.canParse(context.endpoint) ? context.endpoint : undefined
  return URL.canParse(location, base) ? maskValues(new URL(location, base).host, context.secrets) : 'nowhere'
}
