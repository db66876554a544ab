import type { HttpResponse } from './http-post.ts'
import { retryAfterMs, waitInText } from './retry.ts'

/**
 * What may follow a failure: `request`, the same request again and, when that was done often enough, what `stream` says;
 * `stream`, a new request of the same turn; `http`, the same over HTTP from now on; `never`, nothing.
 */
export type NextTry = 'request' | 'stream' | 'http' | 'never'

/** The 401 answer's own words about itself; empty where it has none. */
export interface Unauthorized {
  requestId: string
  cfRay: string
  error?: string | undefined
}

/** The model did not answer as it should. The message is for the user. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly next: NextTry
  /** How long the answer asks to wait, in milliseconds. */
  readonly waitMs: number | undefined
  /** Of a 401 answer: the sign-in may know what to do. */
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

/** Types of a 429 that asking again cannot mend: what the user has bought is used up. */
const USED_UP_TYPES: ReadonlySet<unknown> = new Set(['usage_limit_reached', 'usage_not_included'])

/** What an HTTP error means for the turn. */
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

/** What an `error` message of a WebSocket means for the turn: it may stand for the answer that HTTP would have given. */
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

/** Codes of `response.failed` that asking again cannot mend. */
const FINAL_CODES = new Set(['context_length_exceeded', 'insufficient_quota', 'usage_not_included', 'invalid_prompt'])

/** What the `error` of a `response.failed` means for the turn. */
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

/** An error body in the provider's shape, or the start of whatever else it is. */
function readError(body: string): ErrorBody {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown; type?: unknown } | string | null }
    if (typeof error === 'string') return { reason: error }
    return { reason: typeof error?.message === 'string' ? error.message : '', type: error?.type }
  } catch {
    // Not JSON: a proxy's page, most likely.
    return { reason: body.replace(/\s+/g, ' ').trim().slice(0, 300) }
  }
}
