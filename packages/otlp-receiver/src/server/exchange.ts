import { setTimeout as wait } from 'node:timers/promises'
import type { Encoding } from '../codec/encoding.ts'
import { MalformedRequest } from '../codec/malformed-request.ts'
import type { SignalName } from '../codec/signals.ts'
import type { Answer, Behaviour } from '../misbehave/behaviour.ts'
import type { RequestHead } from '../misbehave/request-head.ts'
import type { ServerLimits } from './limits.ts'
import { malformedAdvice } from './malformed-advice.ts'
import { decompress, type ReadingLimits } from './read-body.ts'
import { RefusedRequest, type RefusingAnswer, withAdvice } from './refusal.ts'

/** One request and the way to answer it, the same for both transports. */
export interface Exchange {
  readonly head: RequestHead
  readonly encoding: Encoding
  readonly clientCertificate: string | undefined
  /** The answer to headers that the server does not accept. */
  readonly refusal: RefusingAnswer | undefined
  /** Aborted once the request's stream is closed. */
  readonly gone: AbortSignal
  read(extent: 'all' | 'part', limits: ReadingLimits): Promise<Uint8Array>
  /** Sends the answer. `status` is the one that the client sees; `sent` rejects when the client leaves before its end. */
  answer(answer: Answer): { status: number; sent: Promise<void> }
  reset(): void
  close(): void
}

/** A message as it arrived, decompressed. */
export interface Message {
  readonly signal: SignalName
  readonly encoding: Encoding
  readonly body: Uint8Array
  /** How many bytes were received. */
  readonly bytes: number
}

export type Ending = 'answered' | 'reset' | 'closed' | 'hung' | 'aborted'

/** What a server does with one request. The methods are called in this order, each at most once unless it says otherwise. */
export interface RequestHandler {
  /** How the request is treated; without one, as a server should. */
  readonly behaviour?: Behaviour | undefined
  /** The answer to a request whose body is not to be read. */
  admit?(): RefusingAnswer | undefined
  /** Called for each piece of the body, and for what decompression makes of it. */
  hold?(bytes: number): void
  /** The body as received, before it is decompressed. */
  arrived?(raw: Uint8Array): RefusingAnswer | undefined
  /** Takes the message. What it throws becomes an answer, too: MalformedRequest 400, RefusedRequest its own, all else 500. */
  take(message: Message): Answer | Promise<Answer>
  /** The request is refused with this answer. */
  refused?(answer: RefusingAnswer, error: unknown): void
  /** Everything is read and taken; the answer comes next. */
  taken?(): void
  /** Called again when the client leaves during the answer. `error` is the server's own, if it failed. */
  ended(ending: Ending, status: number | undefined, error: unknown): void
  /** Called in any case, last of all. */
  finished?(): void
}

/** Serves one request by its handler: reads, takes, waits, answers. Never rejects. */
export async function serveExchange(exchange: Exchange, handler: RequestHandler, limits: ServerLimits): Promise<void> {
  try {
    const { read = 'all', delayMs = 0, answer } = handler.behaviour ?? {}
    const taken = await take(exchange, handler, limits, read)
    handler.taken?.()
    if (delayMs > 0) await wait(delayMs, undefined, { signal: exchange.gone })
    await end(exchange, handler, answer ?? taken)
  } catch (error) {
    const own = exchange.gone.aborted ? undefined : error
    handler.ended('aborted', undefined, own)
    if (!exchange.gone.aborted) exchange.reset()
  }
  handler.finished?.()
}

async function take(
  exchange: Exchange,
  handler: RequestHandler,
  limits: ServerLimits,
  extent: 'all' | 'part' | 'headers' | 'nothing',
): Promise<Answer> {
  const refuse = (answer: RefusingAnswer, error?: unknown): Answer => {
    handler.refused?.(answer, error)
    return { ...answer, message: withAdvice(answer) }
  }
  const unread = handler.admit?.() ?? exchange.refusal
  if (unread) return refuse(unread)
  if (extent === 'headers' || extent === 'nothing') return {}
  let raw: Uint8Array | undefined
  let body: Uint8Array | undefined
  try {
    const onBytes = handler.hold && ((bytes: number) => handler.hold?.(bytes))
    raw = await exchange.read(extent, {
      maxBytes: limits.receivedBytes,
      timeoutMs: limits.requestTimeoutMs,
      onBytes,
    })
    const { signal, contentEncoding } = exchange.head
    const full = handler.arrived?.(raw)
    if (extent === 'part' || !signal) return {}
    if (full) return refuse(full)
    body = await decompress(raw, contentEncoding, limits.decodedBytes)
    if (body !== raw) onBytes?.(body.length)
    return await handler.take({ signal, encoding: exchange.encoding, body, bytes: raw.length })
  } catch (error) {
    if (exchange.gone.aborted) throw error
    const advice = (): string => malformedAdvice(exchange.head, exchange.encoding, raw, body)
    return refuse(answerTo(error, advice), error)
  }
}

function answerTo(error: unknown, advice: () => string): RefusingAnswer {
  if (error instanceof RefusedRequest) return error.answer
  if (error instanceof MalformedRequest) return { status: 400, message: error.message, advice: advice() }
  // What a sink throws is for its own log, not for the client.
  return { status: 500, message: 'the server failed to take the records' }
}

async function end(
  exchange: Exchange,
  handler: RequestHandler,
  answer: Answer | 'reset' | 'close' | 'hang',
): Promise<void> {
  if (answer === 'reset') {
    handler.ended('reset', undefined, undefined)
    exchange.reset()
  } else if (answer === 'close') {
    handler.ended('closed', undefined, undefined)
    exchange.close()
  } else if (answer === 'hang') {
    handler.ended('hung', undefined, undefined)
  } else {
    const { status, sent } = exchange.answer(answer)
    handler.ended('answered', status, undefined)
    await sent
  }
}
