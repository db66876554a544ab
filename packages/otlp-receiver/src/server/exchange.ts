import { setTimeout as wait } from 'node:timers/promises'
import type { Encoding } from '../codec/encoding.ts'
import type { Answer } from '../misbehave/behaviour.ts'
import type { Misbehaviours } from '../misbehave/misbehaviours.ts'
import type { RequestHead } from '../misbehave/request-head.ts'
import { BodyTooLarge, decompress } from './read-body.ts'
import type { Received, ReceivedRequest } from './received.ts'
import { grpcStatusOf } from './status-codes.ts'

/** One request and the way to answer it, the same for both transports. */
export interface Exchange {
  readonly head: RequestHead
  readonly encoding: Encoding
  readonly clientCertificate: string | undefined
  /** The answer to headers that the receiver does not accept. */
  readonly refusal: Answer | undefined
  /** Aborted once the request's stream is closed. */
  readonly gone: AbortSignal
  read(extent: 'all' | 'part'): Promise<Uint8Array>
  /** Sends the answer. `status` is the one that the client sees; `sent` rejects when the client leaves before its end. */
  answer(answer: Answer): { status: number; sent: Promise<void> }
  reset(): void
  close(): void
}

export interface ExchangeState {
  readonly received: Received
  readonly misbehaviours: Misbehaviours
  readonly maxDecodedBytes: number
}

/** Serves one request by its behaviour: reads, stores, waits, answers. Never rejects. */
export async function serveExchange(exchange: Exchange, state: ExchangeState): Promise<void> {
  const { received } = state
  const request = received.begin(exchange.head, exchange.clientCertificate)
  received.changed()
  try {
    const behaviour = state.misbehaviours.forRequest(exchange.head) ?? {}
    const { read = 'all', delayMs = 0, answer } = behaviour
    const store = behaviour.store ?? (answer === undefined || (typeof answer === 'object' && isSuccess(answer)))
    const refusal = await take(exchange, state, request, read, store)
    request.error = refusal?.message
    received.changed()
    if (delayMs > 0) await wait(delayMs, undefined, { signal: exchange.gone })
    await end(exchange, request, answer ?? refusal ?? {})
  } catch (error) {
    request.outcome = 'aborted'
    if (!exchange.gone.aborted) {
      request.error = String(error)
      exchange.reset()
    }
  }
  received.changed()
}

async function take(
  exchange: Exchange,
  { received, maxDecodedBytes }: ExchangeState,
  request: ReceivedRequest,
  extent: 'all' | 'part' | 'headers' | 'nothing',
  store: boolean,
): Promise<Answer | undefined> {
  if (exchange.refusal) return exchange.refusal
  if (extent === 'headers' || extent === 'nothing') return undefined
  const { signal, contentEncoding } = exchange.head
  try {
    const raw = await exchange.read(extent)
    received.keepBody(request, raw)
    if (extent === 'part' || !signal) return undefined
    if (received.full) return { status: 507, grpcStatus: 8, message: 'the receiver has no room left: call reset()' }
    const body = await decompress(raw, contentEncoding, maxDecodedBytes)
    received.take(request, { signal, body, encoding: exchange.encoding }, store)
    return undefined
  } catch (error) {
    if (exchange.gone.aborted) throw error
    const message = error instanceof Error ? error.message : String(error)
    return error instanceof BodyTooLarge ? { status: 413, message } : { status: 400, message }
  }
}

async function end(
  exchange: Exchange,
  request: ReceivedRequest,
  answer: Answer | 'reset' | 'close' | 'hang',
): Promise<void> {
  if (answer === 'reset') {
    request.outcome = 'reset'
    exchange.reset()
  } else if (answer === 'close') {
    request.outcome = 'closed'
    exchange.close()
  } else if (answer === 'hang') {
    request.outcome = 'hung'
  } else {
    const { status, sent } = exchange.answer(answer)
    request.status = status
    request.outcome = 'answered'
    await sent
  }
}

function isSuccess({ status, grpcStatus, bareHttp, body }: Answer): boolean {
  const code = grpcStatus ?? (status === undefined ? 0 : grpcStatusOf(status))
  return code === 0 && !bareHttp && body === undefined
}
