import type { HttpResponse } from './http-post.ts'
import { retryAfterMs, waitInText } from './retry.ts'

/**
 * The attempt that may follow a failure. `request`: the same request again, and after its last retry as for `stream`.
 * `stream`: a new request of the same turn. `http`: the same request over HTTP, as all later ones. `never`: none.
 */
export type NextTry = 'request' | 'stream' | 'http' | 'never'

/** Fields of a 401 answer; empty texts where the answer does not have them. */
export interface Unauthorized {
  requestId: string
  cfRay: string
  error?: string | undefined
}

/** Thrown when there is no complete response of the model. The message is for the user. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly next: NextTry
  /** The wait that the answer asks for, in milliseconds. */
  readonly waitMs: number | undefined
  /** The fields of a 401 answer, for the recovery of the sign-in. */
  readonly unauthorized: Unauthorized | undefined

  constructor(
    message: string,
    options: {
      next: NextTry
      waitMs?: number | undefined
      unauthorized?: Unauthorized | undefined
      cause?: unknown
    },
  ) {
    super(message, { cause: options.cause })
    this.next = options.next
    this.waitMs = options.waitMs
    this.unauthorized = options.unauthorized
  }
}

/** Types of a 429 answer after which no retry helps: the user's quota is used up. */
const USED_UP_TYPES: ReadonlySet<unknown> = new Set(['usage_limit_reached', 'usage_not_included'])

/** The error for an HTTP answer without success. */
export function httpError(response: Pick<HttpResponse, 'status' | 'headers'>, body: string): ModelError {
  const { status, headers } = response
  const { reason, type } = readError(body)
  const message = `http ${status}${reason === '' ? '' : `: ${reason}`}`
  const waitMs = retryAfterMs(headers.get('retry-after'))
  if (status >= 500) return new ModelError(message, { next: 'request', waitMs })
  if (status === 400 || (status === 429 && USED_UP_TYPES.has(type))) return new ModelError(message, { next: 'never' })
  if (status === 429) return new ModelError(message, { next: 'stream', waitMs: waitMs ?? waitInText(reason) })
  if (status !== 401) return new ModelError(message, { next: 'stream', waitMs })
  return new ModelError(message, {
    next: 'stream',
    waitMs,
    unauthorized: {
      requestId: headers.get('x-request-id') ?? headers.get('x-oai-request-id') ?? '',
      cfRay: headers.get('cf-ray') ?? '',
      error: headers.get('x-openai-authorization-error') ?? undefined,
    },
  })
}

/** The error for an `error` message of a WebSocket, which may have the status and headers of an HTTP answer. */
export function websocketError(event: object, text: string): ModelError {
  const { status_code, status = status_code, headers, error, message } = event as Record<string, unknown>
  if (typeof status === 'number' && (status < 200 || status > 299)) {
    const get = (name: string): string | null => {
      const entry = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)
      return entry === undefined ? null : String(entry[1])
    }
    return httpError({ status, headers: { get } }, text)
  }
  const reason = (error as { message?: unknown } | null | undefined)?.message ?? message ?? 'error event received'
  return new ModelError(`stream disconnected before completion: ${String(reason)}`, { next: 'stream' })
}

/** Codes of `response.failed` after which no retry helps. */
const FINAL_CODES = new Set(['context_length_exceeded', 'insufficient_quota', 'usage_not_included', 'invalid_prompt'])

/** The error for the `error` field of a `response.failed`. */
export function failedResponse(error: { code?: unknown; message?: unknown } | null | undefined): ModelError {
  const text = typeof error?.message === 'string' ? error.message : 'response.failed event received'
  switch (error?.code) {
    case 'context_length_exceeded':
      return new ModelError(`the conversation no longer fits the model's context window: ${text}`, { next: 'never' })
    case 'insufficient_quota':
      return new ModelError(`the quota is used up: ${text}. Check the plan and billing of this key.`, { next: 'never' })
    case 'rate_limit_exceeded':
      return new ModelError(`rate limit exceeded: ${text}`, { next: 'stream', waitMs: waitInText(text) })
    default:
      return new ModelError(`stream disconnected before completion: ${text}`, {
        next: FINAL_CODES.has(String(error?.code)) ? 'never' : 'stream',
        waitMs: waitInText(text),
      })
  }
}

interface ErrorBody {
  reason: string
  type?: unknown
}

/** Reads an error body of the provider, or the beginning of a body in another format. */
function readError(body: string): ErrorBody {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown; type?: unknown } | string | null }
    if (typeof error === 'string') return { reason: error }
    return { reason: typeof error?.message === 'string' ? error.message : '', type: error?.type }
  } catch {
    // The body is not JSON, most likely a page of a proxy.
    return { reason: body.replace(/\s+/g, ' ').trim().slice(0, 300) }
  }
}
