import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { SignalName } from '@codex/otlp-receiver'
import { decodeBinary } from '@codex/otlp-receiver/proto'
import { reasonOf } from '../reason.ts'

/** An OTLP receiver over HTTP. */
export interface Target {
  /** Without `/v1/logs` and its siblings. */
  address: URL
  headers: Readonly<Record<string, string>>
}

/** Milliseconds. */
export interface SendTiming {
  /** Until an answer is there. */
  answerMs: number
  /** Before the second attempt; each pause is twice as long as the one before, unless the receiver names another that is no shorter than the first. */
  firstPauseMs: number
  longestPauseMs: number
  /** For the pauses of one request, all together. */
  patienceMs: number
}

const TIMING: SendTiming = { answerMs: 30_000, firstPauseMs: 1_000, longestPauseMs: 30_000, patienceMs: 300_000 }

/** Bytes of an answer that are read. */
const MAX_ANSWER = 64 * 1024
const MAX_SHOWN = 300
/** The answers after which OTLP lets a sender try again. */
const TRY_AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** What a receiver that took a request left out. */
export interface Accepted {
  rejected: number
  reason: string
}

/** A request that the receiver did not take. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken'
}

interface Answer {
  status: number
  body: Buffer
  isProtobuf: boolean
  retryAfterMs: number | undefined
}

/** Sends requests to one receiver, one after the other, and each until it is taken or refused for good. */
export class OtlpSender {
  private readonly target: Target
  private readonly timing: SendTiming
  private readonly signal: AbortSignal
  private readonly onPause: (reason: string, pauseMs: number) => void
  private reached = false

  /** @param onPause is told why a request is sent again, and when */
  constructor(
    target: Target,
    signal: AbortSignal,
    onPause: (reason: string, pauseMs: number) => void,
    timing: Partial<SendTiming> = {},
  ) {
    this.target = target
    this.signal = signal
    this.onPause = onPause
    this.timing = { ...TIMING, ...timing }
  }

  /**
   * @param message in protobuf
   * @throws NotTaken that says why, and the reason of `signal`
   */
  async send(signal: SignalName, message: Uint8Array): Promise<Accepted> {
    const body = gzipSync(message)
    const { firstPauseMs, longestPauseMs, patienceMs } = this.timing
    let pausedMs = 0
    for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
      const answer = await this.post(signal, body)
      if (typeof answer === 'object' && answer.status >= 200 && answer.status < 300)
        return acceptedOf(signal, answer.body)
      const reason = typeof answer === 'string' ? answer : `HTTP ${answer.status}${saidIn(answer)}`
      if (typeof answer === 'object' && !TRY_AGAIN.has(answer.status)) throw new NotTaken(reason)
      // An address where nothing has answered yet is more likely a wrong one.
      if (!this.reached) throw new NotTaken(reason)
      const named = (typeof answer === 'object' ? answer.retryAfterMs : undefined) ?? 0
      // A receiver that says to try again at once, and stays busy, would be asked without an end.
      const pauseMs = named < firstPauseMs ? pause : named
      pausedMs += pauseMs
      if (pausedMs > patienceMs) throw new NotTaken(`${reason}; it was tried for ${Math.round(patienceMs / 1_000)} s`)
      this.onPause(reason, pauseMs)
      await wait(pauseMs, undefined, { signal: this.signal })
    }
  }

  /** @returns why there is no answer, in its place */
  private async post(signal: SignalName, message: Uint8Array<ArrayBuffer>): Promise<Answer | string> {
    const { address, headers } = this.target
    const url = new URL(address)
    url.pathname = `${address.pathname.replace(/\/+$/, '')}/v1/${signal}`
    try {
      const response = await fetch(url, {
        method: 'POST',
        body: message,
        headers: {
          ...headers,
          'content-type': 'application/x-protobuf',
          'content-encoding': 'gzip',
          'user-agent': 'codex-otel-viewer',
        },
        // An answer that leads elsewhere is none: the user named one receiver.
        redirect: 'manual',
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(this.timing.answerMs)]),
      })
      this.reached = true
      const body = await beginningOf(response).catch(error => {
        this.signal.throwIfAborted()
        // The status says that the records were taken: sent again, they would be there twice.
        if (response.ok) return Buffer.alloc(0)
        throw error
      })
      return {
        status: response.status,
        body,
        isProtobuf: response.headers.get('content-type') === 'application/x-protobuf',
        retryAfterMs: readRetryAfter(response.headers.get('retry-after')),
      }
    } catch (error) {
      this.signal.throwIfAborted()
      if (error instanceof DOMException && error.name === 'TimeoutError') {
        return `no answer within ${this.timing.answerMs / 1_000} s`
      }
      return causeOf(error)
    }
  }
}

async function beginningOf(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    parts.push(part)
    length += part.length
    if (length > MAX_ANSWER) break
  }
  return Buffer.concat(parts)
}

/** What fetch says of a connection is in its cause, which is one error for each address of the host. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return reasonOf(cause instanceof AggregateError ? cause.errors[0] : cause)
}

/** Milliseconds, from seconds or a date. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

function acceptedOf(signal: SignalName, body: Buffer): Accepted {
  try {
    if (signal === 'logs') {
      const { partialSuccess } = decodeBinary('ExportLogsServiceResponse', body)
      return { rejected: Number(partialSuccess?.rejectedLogRecords ?? 0), reason: partialSuccess?.errorMessage ?? '' }
    }
    if (signal === 'metrics') {
      const { partialSuccess } = decodeBinary('ExportMetricsServiceResponse', body)
      return { rejected: Number(partialSuccess?.rejectedDataPoints ?? 0), reason: partialSuccess?.errorMessage ?? '' }
    }
    const { partialSuccess } = decodeBinary('ExportTraceServiceResponse', body)
    return { rejected: Number(partialSuccess?.rejectedSpans ?? 0), reason: partialSuccess?.errorMessage ?? '' }
  } catch {
    // Many receivers answer with a text, or with JSON.
    return { rejected: 0, reason: '' }
  }
}

/** What a refusal says: the message of a status in protobuf, or the text that it is. */
function saidIn({ body, isProtobuf }: Answer): string {
  let said = body.toString('utf8')
  if (isProtobuf) {
    try {
      said = decodeBinary('RpcStatus', body).message
    } catch {
      // It says that it is protobuf and is none.
    }
  }
  const text = said.replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ').trim()
  return text === '' ? '' : `: ${text.slice(0, MAX_SHOWN)}`
}
