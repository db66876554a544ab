import {
  type ConnectionContext,
  classifyConnectionError,
  classifyConnectionFailure,
  proxyFailure,
} from './connection-error.ts'
import { ExportError, type ExportErrorKind } from './export-error.ts'
import { readRetryDelay } from './grpc-retry-info.ts'
import { quoteType } from './http-answer.ts'
import { kindOfHttpStatus } from './http-status.ts'
import { maskValues } from './mask-values.ts'
import { ProxyError } from './proxy-error.ts'

/** What the library reports of a call that did not succeed. */
export interface GrpcFailure {
  /** Who made the status: the receiver in its trailers, or the library because none came, or no message with OK. */
  origin: 'receiver' | 'library'
  /** Absent when the library failed to say one. */
  code: number | undefined
  details: string
  /** Of the answer, when its headers came. */
  contentType: string | undefined
  /** `grpc-status-details-bin` */
  statusDetails: Uint8Array | undefined
}

export interface GrpcStatusContext extends ConnectionContext {
  /** What no message may repeat. */
  secrets: Readonly<Record<string, string>>
  missingHeaders: readonly string[]
  /** The error of the last attempt to connect, when the transport saw it. */
  connectError: Error | undefined
  /** The limit for answers: it tells an answer that is too large from a request that is too large. */
  maxAnswerBytes: number
}

const NAMES: readonly string[] =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED'.split(
    ' ',
  )

const UNKNOWN = 2
const RESOURCE_EXHAUSTED = 8
/**
 * The codes that the OTLP specification calls retryable, when the receiver sent them; RESOURCE_EXHAUSTED only with a
 * RetryInfo. See docs/operating.md.
 */
const RETRYABLE = new Set([1, 4, 10, 11, 14, 15])

const KINDS: Readonly<Record<number, ExportErrorKind>> = {
  4: 'timed-out',
  7: 'forbidden',
  8: 'throttled',
  12: 'not-found',
  13: 'server-error',
  14: 'server-error',
  16: 'unauthorized',
}

const EXPLANATIONS: Readonly<Partial<Record<ExportErrorKind, string>>> = {
  'timed-out': 'the receiver did not answer in time',
  forbidden: 'the credentials do not permit this',
  throttled: 'the receiver asks to slow down',
  'too-large': 'the request is larger than the receiver accepts',
  'not-found': 'there is no OTLP service for this signal',
  'server-error': 'the receiver failed',
  unauthorized: 'the receiver does not accept the credentials',
}

/**
 * Why a call over gRPC failed, and whether to make it again. The code decides where the receiver, or the HTTP status of
 * what stands before it, judged the request. A status that the library made says that no judgement came, whatever its
 * code is, and the request is sent again; unless an answer came that no OTLP receiver gives.
 */
export function classifyGrpcStatus(failure: GrpcFailure, context: GrpcStatusContext): ExportError {
  const { code = UNKNOWN, details, origin } = failure
  if (origin === 'receiver') return statusError(failure, code, undefined, context)
  const httpStatus = httpStatusIn(details)
  if (httpStatus !== undefined && httpStatus !== 200) return statusError(failure, code, httpStatus, context)
  return (
    answerError(failure, context) ??
    connectionError(failure, context) ??
    classifyConnectionFailure({ code: 'ECONNRESET', message: details }, context)
  )
}

function statusError(
  { details, statusDetails }: GrpcFailure,
  grpcCode: number,
  httpStatus: number | undefined,
  context: GrpcStatusContext,
): ExportError {
  const kind = kindOf(grpcCode, httpStatus, details)
  const delayMs = readRetryDelay(statusDetails)
  const withoutValue = (kind === 'unauthorized' || kind === 'forbidden') && context.missingHeaders.length > 0
  const retryable = RETRYABLE.has(grpcCode) || (grpcCode === RESOURCE_EXHAUSTED && delayMs !== undefined)
  const said = maskValues(details, context.secrets)
  return new ExportError({
    kind,
    grpcCode,
    status: httpStatus,
    message: [
      `${context.endpoint}: ${NAMES[grpcCode] ?? `gRPC status ${grpcCode}`}, `,
      EXPLANATIONS[kind] ?? 'the receiver refused the request',
      withoutValue ? ` (${context.missingHeaders.join(', ')} had no value)` : '',
      said === '' ? '' : `: ${said}`,
    ].join(''),
    retryable: retryable || withoutValue,
    retryAfterMs: retryable ? delayMs : undefined,
  })
}

/** The library reports every failure to connect as UNAVAILABLE, with the cause in words only. */
function connectionError({ code, details }: GrpcFailure, context: GrpcStatusContext): ExportError | undefined {
  if (code === undefined || NAMES[code] !== 'UNAVAILABLE') return undefined
  if (details.startsWith('Name resolution failed')) {
    const failure = { code: 'ENOTFOUND', message: details }
    if (context.proxy !== undefined) return proxyFailure(new ProxyError(failure), context)
    return classifyConnectionFailure(failure, context)
  }
  const lastError = /^No connection established\. Last error: (?:\w*Error(?: \[\w+\])?: )?(.*)$/s.exec(details)?.[1]
  if (lastError !== undefined) {
    const cause = context.connectError
    if (cause !== undefined && lastError.startsWith(cause.message)) return classifyConnectionError(cause, context)
    const connectCode = /^connect (E[A-Z]+)/.exec(lastError)?.[1]
    if (context.proxy !== undefined && connectCode !== undefined) {
      return proxyFailure(new ProxyError({ code: connectCode }), context)
    }
    if (lastError.startsWith('Protocol error')) return notGrpc(context, 'it does not speak HTTP/2', true)
    const code = /^(Failed to connect|Connection closed|Socket closed)/.test(lastError) ? 'ECONNRESET' : undefined
    return classifyConnectionFailure({ code, message: lastError }, context)
  }
  return undefined
}

/** Answers that came whole, or too long to read on, and that are not OTLP's. */
function answerError(failure: GrpcFailure, context: GrpcStatusContext): ExportError | undefined {
  const { code, contentType, details } = failure
  const limit = context.maxAnswerBytes
  if (code === RESOURCE_EXHAUSTED && new RegExp(`(vs\\.? |larger than )${limit}\\b`).test(details)) {
    return notGrpc(context, 'the answer is longer than any OTLP answer', false)
  }
  if (code === undefined || /^(Failed to decompress|Too many responses)/.test(details)) {
    return notGrpc(context, 'the answer cannot be read', false)
  }
  // Of OK without a message gRPC makes an error too: nothing tells that an OTLP receiver took the request.
  if (details === 'No message received') return notGrpc(context, 'it says OK and sends no message', true)
  const whole = /\(Call ended without gRPC status\)$|^Received HTTP status code 200$/.test(details)
  if (whole && contentType !== undefined && !/^application\/grpc\b/i.test(contentType)) {
    return notGrpc(
      context,
      `the answer has the content type ${maskValues(quoteType(contentType), context.secrets)}`,
      false,
    )
  }
  return undefined
}

function notGrpc({ endpoint }: GrpcStatusContext, reason: string, retryable: boolean): ExportError {
  return new ExportError({
    kind: 'not-otlp',
    message: `${endpoint}: not an OTLP endpoint for gRPC, ${reason}`,
    retryable,
  })
}

function kindOf(code: number, httpStatus: number | undefined, details: string): ExportErrorKind {
  // Every implementation says this when a request is over its limit, with the same code as for a quota.
  if (code === RESOURCE_EXHAUSTED && /larger than/i.test(details)) return 'too-large'
  return httpStatus === undefined ? (KINDS[code] ?? 'grpc') : kindOfHttpStatus(httpStatus)
}

/** A proxy or gateway that speaks no gRPC answers with a bare HTTP status. */
function httpStatusIn(details: string): number | undefined {
  const status = /^Received HTTP status code (\d{3})/.exec(details)?.[1]
  return status === undefined ? undefined : Number(status)
}
