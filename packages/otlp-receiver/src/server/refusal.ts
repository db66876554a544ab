import type { SignalName } from '../codec/signals.ts'
import type { Answer } from '../misbehave/behaviour.ts'
import type { Transport } from '../misbehave/request-head.ts'

/** The answer to a request that is not taken, and what its sender can change. */
export interface RefusingAnswer extends Answer {
  message: string
  advice?: string | undefined
}

/** What is told to the client. */
export const withAdvice = ({ message, advice }: RefusingAnswer): string =>
  advice === undefined ? message : `${message}; ${advice}`

/** A request that was refused, for a list of the last attempts. Holds nothing of its body and no header but these. */
export interface Refusal {
  /** Milliseconds since 1970. */
  timeMs: number
  transport: Transport
  /** `undefined` where the path has none. */
  signal: SignalName | undefined
  /** The HTTP method, `POST` on gRPC. Empty where not even a request was readable, as the next two are. */
  method: string
  /** The URL's path without its query, or the gRPC method; at most 200 characters. */
  path: string
  /** What the client calls itself; at most 200 characters. */
  userAgent: string
  /** How many bytes of its body were received, before decompression. */
  bytes: number
  /** The HTTP status, on gRPC the gRPC status code; `undefined` where the connection was closed without one. */
  status: number | undefined
  /** What was wrong, e.g. `no signal is received at /v1/log`. */
  reason: string
  /** What to change, e.g. `use /v1/logs`. */
  advice: string | undefined
}

/** Thrown in the course of a request: it ends with this answer. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest'
  readonly answer: RefusingAnswer

  constructor(answer: RefusingAnswer) {
    super(answer.message)
    this.answer = answer
  }
}

export function bodyTooLarge(what: string, limit: number): RefusedRequest {
  const advice = 'let the exporter send smaller batches, or raise the limit'
  return new RefusedRequest({
    status: 413,
    message: `${what} is larger than the receiver takes (${limit} bytes)`,
    advice,
  })
}

export function tooSlow(milliseconds: number): RefusedRequest {
  const message = `the body did not arrive within ${milliseconds} ms`
  return new RefusedRequest({
    status: 408,
    message,
    advice: 'send as many bytes as content-length says, without a pause',
  })
}

/** The answer that a client may repeat its request after. */
export function busy(message: string, retryAfterSeconds = 1): RefusingAnswer {
  const advice = 'send it again after the time that the answer names'
  return { status: 429, grpcStatus: 14, retryAfter: retryAfterSeconds, message, advice }
}
