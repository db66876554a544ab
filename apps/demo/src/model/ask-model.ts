import type { RecoveryEvent } from '@codex/auth'
import type { Provider } from '../config/provider.ts'
import type { SessionTelemetry } from '../telemetry.ts'
import { traceFields } from '../trace-fields.ts'
import type { Credentials } from './credentials.ts'
import { readEventStream } from './event-stream.ts'
import { type HttpResponse, post, readText } from './http-post.ts'
import { httpError, ModelError } from './model-error.ts'
import { type ResponseListener, readResponse, SSE } from './read-response.ts'
import { ENDPOINT, type InputItem, type ResponsesRequest } from './responses-api.ts'
import { backoffMs, wait } from './retry.ts'
import { whileRecoverable } from './unauthorized.ts'
import type { WebsocketSession } from './websocket-session.ts'

const MAX_ERROR_BODY_BYTES = 64 * 1024
const ERROR_BODY_TIMEOUT_MS = 5_000

export interface AskModelOptions {
  provider: Provider
  credentials: Credentials
  telemetry: SessionTelemetry
  /** Headers of every request, without the credential. */
  headers: Record<string, string>
  request: ResponsesRequest
  /** The WebSocket of the conversation; absent where the provider supports none. */
  websocket?: WebsocketSession | undefined
  listener: ResponseListener
  signal: AbortSignal
  /** Called before each attempt. */
  onAsk(): void
  /** Called before each wait for another attempt. */
  onRetry(notice: RetryNotice): void
  /** Called with the reason why the conversation continues over HTTP. */
  onFallback(reason: string): void
  /** Called with the warning of a recovery that succeeded. */
  onWarning(message: string): void
}

export interface RetryNotice {
  reason: string
  waitMs: number
  /** The number of the retry, from 1. */
  retry: number
  maxRetries: number
}

/** A question to the model, and the number of its requests so far. */
interface Ask extends AskModelOptions {
  /** The number of requests that were sent over HTTP, as the summary of the conversation counts them. */
  requests: number
  /** Whether the question was asked over a WebSocket before. */
  fellBack: boolean
}

/**
 * Asks for one response, with as many retries as the provider's limits allow.
 * @throws ModelError when there is no complete response; the signal's reason when the turn was aborted.
 */
export async function askModel(options: AskModelOptions): Promise<InputItem[]> {
  const { provider, signal } = options
  const ask: Ask = { ...options, requests: 0, fellBack: false }
  for (let retry = 0; ; retry++) {
    try {
      ask.onAsk()
      return await askOnce(ask)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof ModelError) || error.next === 'never') throw error
      if (ask.websocket?.enabled && (error.next === 'http' || retry >= provider.streamMaxRetries)) {
        ask.websocket.fallBack()
        ask.fellBack = true
        ask.onFallback(error.message)
        retry = -1
        continue
      }
      if (retry >= provider.streamMaxRetries) throw gaveUp(error, ask)
      await pause(ask, error, retry, provider.streamMaxRetries)
    }
  }
}

async function askOnce(ask: Ask): Promise<InputItem[]> {
  if (ask.websocket?.enabled) return ask.websocket.ask(ask)
  const response = await whileRecoverable(ask, recovered => sendWithRetries(ask, recovered))
  try {
    const events = readEventStream(response.body, { idleTimeoutMs: ask.provider.streamIdleTimeoutMs })
    const observed = ask.telemetry.observeSse(events, { protocol: 'responses', response })
    const { items } = await readResponse(observed, ask.listener, SSE)
    return items
  } finally {
    response.close()
  }
}

/** Sends the same request until the provider accepts it or no retry is left. */
async function sendWithRetries(ask: Ask, recovered: RecoveryEvent | undefined): Promise<HttpResponse> {
  const { provider, signal } = ask
  for (let attempt = 0; ; attempt++) {
    try {
      if (attempt > 0) ask.onAsk()
      return await send(ask, attempt, recovered)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof ModelError) || error.next !== 'request' || attempt >= provider.requestMaxRetries)
        throw error
      await pause(ask, error, attempt, provider.requestMaxRetries)
    }
  }
}

async function send(ask: Ask, attempt: number, recovered: RecoveryEvent | undefined): Promise<HttpResponse> {
  const { provider, signal, telemetry } = ask
  // Checked first, so that telemetry observes no request that was not sent.
  signal.throwIfAborted()
  const credential = ask.credentials.headers()
  const observed = {
    attempt,
    endpoint: ENDPOINT,
    authHeaderName: Object.keys(credential)[0],
    retryAfterUnauthorized: recovered !== undefined,
    recoveryMode: recovered?.mode,
    recoveryPhase: recovered?.step,
    ...serverOf(provider.baseUrl),
  }
  ask.requests++
  let response: HttpResponse
  try {
    response = await telemetry.observeRequest(observed, () =>
      post(provider.baseUrl + ENDPOINT, {
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...ask.headers,
          // Empty where `[otel.traces] propagate` does not name the model.
          ...traceFields(telemetry.traceContext({ for: 'model' })),
          ...credential,
        },
        body: JSON.stringify(ask.request),
        timeoutMs: provider.streamIdleTimeoutMs,
        signal,
      }),
    )
  } catch (error) {
    signal.throwIfAborted()
    const { message, code } = error as NodeJS.ErrnoException
    throw new ModelError(`cannot reach ${provider.baseUrl}: ${message || code}`, { next: 'request', cause: error })
  }
  if (response.status >= 200 && response.status < 300) return response
  throw httpError(response, await readText(response, MAX_ERROR_BODY_BYTES, ERROR_BODY_TIMEOUT_MS))
}

/** The host and the port of a provider, for spans. */
function serverOf(baseUrl: string): { serverAddress: string; serverPort: number } | undefined {
  if (!URL.canParse(baseUrl)) return undefined
  const { hostname, port, protocol } = new URL(baseUrl)
  const serverPort = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
  return { serverAddress: hostname.replace(/^\[(.*)\]$/, '$1'), serverPort }
}

async function pause(ask: Ask, error: ModelError, retry: number, maxRetries: number): Promise<void> {
  const waitMs = error.waitMs ?? backoffMs(retry)
  ask.onRetry({ reason: error.message, waitMs, retry: retry + 1, maxRetries })
  await wait(waitMs, ask.signal)
}

function gaveUp(error: ModelError, { requests, fellBack }: Ask): ModelError {
  const counted = `gave up after ${requests} ${requests === 1 ? 'request' : 'requests'}`
  const tries = fellBack ? `${counted} over HTTP` : requests === 1 ? 'not tried again' : counted
  return new ModelError(`${error.message} (${tries})`, { next: 'never', cause: error })
}
