import type { RecoveryEvent } from '@codex/auth'
import type { Provider } from '../config/provider.ts'
import type { SessionTelemetry } from '../telemetry.ts'
import type { Credentials } from './credentials.ts'
import { httpError, ModelError } from './model-error.ts'
import { ENDPOINT } from './responses-api.ts'
import type { Refusal, WebsocketConnection } from './websocket-connection.ts'

const BETA = { 'openai-beta': 'responses_websockets=2026-02-06' }
const UPGRADE_REQUIRED = 426

export interface WebsocketTarget {
  provider: Provider
  credentials: Credentials
  /** Headers of the upgrade request, without the credential. */
  headers: Record<string, string>
  telemetry: SessionTelemetry
  signal: AbortSignal
}

export interface ConnectReason {
  /** The recovery after the previous attempt's 401 answer. */
  recovered: RecoveryEvent | undefined
  /** Whether this connection replaces one with another credential. */
  reauth: boolean
}

/**
 * Opens a connection to the provider and emits `codex.websocket_connect`.
 * @throws ModelError when the server refuses the upgrade or cannot be reached; the signal's reason.
 */
export async function connectWebsocket(
  target: WebsocketTarget,
  { recovered, reauth }: ConnectReason,
): Promise<WebsocketConnection> {
  const { provider, credentials, signal, telemetry } = target
  const { openWebsocket } = await loadLibrary()
  signal.throwIfAborted()
  const credential = credentials.headers()
  const authHeaderName = Object.keys(credential)[0]
  const started = performance.now()
  const emit = (outcome: { errorMessage?: string; refusal?: Refusal }): void =>
    telemetry.emit('codex.websocket_connect', {
      durationMs: performance.now() - started,
      statusCode: outcome.refusal?.status,
      success: outcome.errorMessage === undefined,
      errorMessage: outcome.errorMessage,
      endpoint: ENDPOINT,
      authHeaderAttached: authHeaderName !== undefined,
      authHeaderName,
      retryAfterUnauthorized: recovered !== undefined,
      connectionReused: false,
      reauth,
      requestId: headerOf(outcome.refusal, 'x-request-id') ?? headerOf(outcome.refusal, 'x-oai-request-id'),
      authCfRay: headerOf(outcome.refusal, 'cf-ray'),
    })
  let opened: WebsocketConnection | Refusal
  try {
    opened = await openWebsocket({
      url: provider.baseUrl.replace(/^http/, 'ws') + ENDPOINT,
      headers: { ...BETA, ...target.headers, ...credential },
      timeoutMs: provider.websocketConnectTimeoutMs,
      signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    const { message, code } = error as NodeJS.ErrnoException
    emit({ errorMessage: 'error opening websocket' })
    throw new ModelError(`cannot open a WebSocket to ${provider.baseUrl}: ${message || code}`, {
      next: 'stream',
      cause: error,
    })
  }
  if (!('status' in opened)) {
    emit({})
    return opened
  }
  emit({ errorMessage: `http ${opened.status}`, refusal: opened })
  const refused = httpError(opened, opened.body)
  if (opened.status !== UPGRADE_REQUIRED) throw refused
  throw new ModelError(refused.message, { next: 'http', cause: refused })
}

const headerOf = (refusal: Refusal | undefined, name: string): string | undefined =>
  refusal?.headers.get(name) ?? undefined

async function loadLibrary(): Promise<typeof import('./websocket-connection.ts')> {
  try {
    return await import('./websocket-connection.ts')
  } catch (error) {
    throw new ModelError(`no WebSocket can be opened: ${(error as Error).message}`, { next: 'http', cause: error })
  }
}
