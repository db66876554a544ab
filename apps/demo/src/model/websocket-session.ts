import type { RecoveryEvent } from '@codex/auth'
import { connectWebsocket, type WebsocketTarget } from './connect-websocket.ts'
import { type Exchange, incrementalRequest } from './incremental-request.ts'
import { ModelError } from './model-error.ts'
import { type CompleteResponse, type ResponseListener, readResponse, WEBSOCKET } from './read-response.ts'
import type { InputItem, ResponsesRequest } from './responses-api.ts'
import { StreamError } from './stream-error.ts'
import { type RecoveryOptions, whileRecoverable } from './unauthorized.ts'
import type { WebsocketConnection } from './websocket-connection.ts'
import { within } from './within.ts'

export interface WebsocketRequest extends RecoveryOptions, WebsocketTarget {
  request: ResponsesRequest
  listener: ResponseListener
  onFallback(reason: string): void
}

/** The WebSocket of one conversation. It is opened by the first request and kept while it works. One request at a time. */
export interface WebsocketSession {
  /** `false` once the conversation uses HTTP instead. */
  readonly enabled: boolean
  /** Sends a request and reads its response. @throws ModelError when there is no complete response; the signal's reason. */
  ask(request: WebsocketRequest): Promise<InputItem[]>
  /**
   * Opens the connection and lets the provider prepare for the request, without a response. After a refusal that asks for
   * HTTP the session is disabled; other failures are ignored, and `ask` connects again.
   */
  prewarm(request: WebsocketRequest): Promise<void>
  /** Closes the connection and disables the session. */
  fallBack(): void
  /** Closes the connection; another request opens a new one. */
  close(): void
}

/** An open connection, and the exchange that its server remembers. */
interface Open {
  connection: WebsocketConnection
  /** The credential with which the connection was opened. */
  credential: string
  before: Exchange | undefined
}

type Opened = { open: Open; reused: boolean }

const MAX_RESPONSE_LENGTH = 64 * 2 ** 20

export function createWebsocketSession(): WebsocketSession {
  let enabled = true
  let current: Open | undefined

  const close = (): void => {
    current?.connection.close()
    current = undefined
  }
  const fallBack = (): void => {
    enabled = false
    close()
  }

  async function connect(options: WebsocketRequest, recovered: RecoveryEvent | undefined): Promise<Opened> {
    const credential = JSON.stringify(options.credentials.headers())
    const changed = current !== undefined && current.credential !== credential
    if (current !== undefined && !current.connection.closed && !changed) return { open: current, reused: true }
    close()
    const connection = await connectWebsocket(options, { recovered, reauth: changed })
    current = { connection, credential, before: undefined }
    return { open: current, reused: false }
  }

  async function request(options: WebsocketRequest, generate: boolean): Promise<InputItem[]> {
    return whileRecoverable(options, async recovered => {
      try {
        const { open, reused } = await connect(options, recovered)
        const sent = incrementalRequest(options.request, open.before)
        const message = { type: 'response.create', ...sent, ...(!generate && { generate }) }
        const messages = exchange(open.connection, JSON.stringify(message), reused, options)
        const response = await readResponse(options.telemetry.observeWebsocket(messages), options.listener, WEBSOCKET)
        open.before = exchangeOf(options.request, response)
        return response.items
      } catch (error) {
        // The server may still send the rest of the response, and the next request must not read it.
        close()
        throw error
      }
    })
  }

  return {
    get enabled() {
      return enabled
    },
    ask: options => request(options, true),
    async prewarm(options) {
      const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.provider.websocketConnectTimeoutMs)])
      try {
        await request({ ...options, signal }, false)
      } catch (error) {
        if (!(error instanceof ModelError) || error.next !== 'http') return
        fallBack()
        options.onFallback(error.message)
      }
    },
    fallBack,
    close,
  }
}

function exchangeOf({ input, ...request }: ResponsesRequest, { id, items }: CompleteResponse): Exchange | undefined {
  return id === undefined ? undefined : { request, items: [...input, ...items], responseId: id }
}

/**
 * Sends one request and yields the messages that answer it. The caller stops reading at the end of the response.
 * @throws StreamError, or the signal's reason.
 */
async function* exchange(
  connection: WebsocketConnection,
  text: string,
  connectionReused: boolean,
  options: WebsocketRequest,
): AsyncGenerator<{ data: string }, void, undefined> {
  const { provider, signal } = options
  connection.discard()
  await send(connection, text, connectionReused, options)
  let received = 0
  while (true) {
    const next = connection.next()
    const incoming = await within(next, provider.streamIdleTimeoutMs, 'idle timeout waiting for websocket', signal)
    if (incoming.ended !== undefined) throw new StreamError(incoming.ended)
    received += incoming.data.length
    if (received > MAX_RESPONSE_LENGTH)
      throw new StreamError(`the response is larger than ${MAX_RESPONSE_LENGTH} characters`)
    yield incoming
  }
}

/** Sends a request and emits `codex.websocket_request`. */
async function send(
  connection: WebsocketConnection,
  text: string,
  connectionReused: boolean,
  { provider, telemetry, signal }: WebsocketRequest,
): Promise<void> {
  const started = performance.now()
  const emit = (errorMessage?: string): void =>
    telemetry.emit('codex.websocket_request', {
      durationMs: performance.now() - started,
      success: errorMessage === undefined,
      errorMessage,
      connectionReused,
    })
  try {
    await within(connection.send(text), provider.streamIdleTimeoutMs, 'idle timeout sending websocket request', signal)
  } catch (error) {
    signal.throwIfAborted()
    const reason =
      error instanceof StreamError ? error.message : `failed to send websocket request: ${messageOf(error)}`
    emit(reason)
    throw new StreamError(reason, { cause: error })
  }
  emit()
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
