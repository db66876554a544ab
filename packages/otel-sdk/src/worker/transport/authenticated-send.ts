import type { MessageBytes } from '../otlp/chunks.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { ExportError } from './export-error.ts'
import type { HeaderSource } from './header-source.ts'
import { type ExporterTransport, type ExportResult, toExportResult } from './transport.ts'

/** One attempt to deliver a request. */
export interface Attempt {
  /** The request's bytes, as they go out. */
  data: MessageBytes
  headers: Readonly<Record<string, string>>
  /** Names of configured headers that have no value now. */
  missingHeaders: readonly string[]
  /** Aborted with an {@link ExportError} as its reason when the time is up, or the transport is shut down. */
  signal: AbortSignal
  /** Of all attempts together; its end aborts `signal`. */
  deadline: Pick<Deadline, 'leftMs'>
}

export interface AuthenticatedSendOptions {
  /** As `describeEndpoint` gives it. */
  endpoint: string
  headers: HeaderSource
  /** Prepares the bytes once for all attempts; compresses them. */
  encode(data: MessageBytes): Promise<MessageBytes>
  /** Never rejects with anything else than an {@link ExportError}. */
  attempt(attempt: Attempt): Promise<ExportResult>
}

/** Longer timers fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/**
 * What HTTP and gRPC have in common: one deadline for everything, the headers' values, and after a 401 or
 * UNAUTHENTICATED one more attempt with fresh ones, if there are any.
 */
export function createAuthenticatedSend(options: AuthenticatedSendOptions): ExporterTransport {
  const { endpoint, headers } = options
  const underWay = new Set<AbortController>()
  let down = false

  async function attempts(data: MessageBytes, signal: AbortSignal, deadline: Deadline): Promise<ExportResult> {
    const encoded = await options.encode(data)
    const first = await headers.current()
    const request = { data: encoded, signal, deadline }
    signal.throwIfAborted()
    // Without the headers that it was to give, the receiver would refuse what it would take with them.
    if (headers.failure !== undefined) {
      const message = `${endpoint}: ${headers.failure}`
      throw new ExportError({ kind: 'configuration', detail: 'headers_helper', message, retryable: true })
    }
    const result = await options.attempt({ ...request, headers: first, missingHeaders: headers.missing })
    if (result.status === 'success' || result.error.kind !== 'unauthorized') return result
    if (!(await headers.refresh(first))) return result
    // The answer to the first attempt explains more than a time-out of the second one.
    if (signal.aborted) return result
    return options.attempt({ ...request, headers: await headers.current(), missingHeaders: headers.missing })
  }

  return {
    async send(data, timeoutMillis) {
      if (down) return toExportResult(shutDownError(endpoint))
      const controller = new AbortController()
      const { signal } = controller
      underWay.add(controller)
      const timeoutMs = Math.min(Math.max(timeoutMillis, 0), LONGEST_TIMEOUT_MS)
      const deadline = startDeadline(timeoutMs, () => controller.abort(timeoutError(endpoint, timeoutMs)))
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
      try {
        return await Promise.race([attempts(data, signal, deadline), aborted])
      } catch (error) {
        return toExportResult(error instanceof ExportError ? error : unexpectedError(endpoint, error))
      } finally {
        deadline.clear()
        underWay.delete(controller)
      }
    },
    shutdown() {
      down = true
      for (const controller of underWay) controller.abort(shutDownError(endpoint))
    },
  }
}

function timeoutError(endpoint: string, timeoutMs: number): ExportError {
  return new ExportError({
    kind: 'timed-out',
    message: `${endpoint}: no answer within ${timeoutMs} ms`,
    retryable: true,
  })
}

function shutDownError(endpoint: string): ExportError {
  return new ExportError({ kind: 'shut-down', message: `${endpoint}: telemetry is shut down`, retryable: true })
}

/** A fault of this library or of Node; its message may hold a secret, so only its code or name is shown. */
function unexpectedError(endpoint: string, error: unknown): ExportError {
  const { name, code } = error as Partial<NodeJS.ErrnoException>
  const detail = code ?? name ?? 'unknown'
  return new ExportError({
    kind: 'network',
    detail,
    message: `${endpoint}: sending failed (${detail})`,
    retryable: true,
  })
}
