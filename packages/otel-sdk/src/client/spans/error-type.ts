/** Why a span failed, as a value that programs can count: of a closed set, or a short code of somebody else's. */
export const OTHER = '_OTHER'

const CODE = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/

/** A code that a provider, an application or a class gave, where it is one; texts are none. */
export const errorCode = (code: unknown): string | undefined =>
  typeof code === 'string' && CODE.test(code) ? code : undefined

/** The class of what was thrown. Never throws. */
export function classOf(error: unknown): string {
  try {
    return (error instanceof Error ? errorCode(error.name) : undefined) ?? OTHER
  } catch {
    return OTHER
  }
}

/** Whether what was thrown says that somebody ended the work on purpose. Never throws. */
export function isAbort(error: unknown): boolean {
  try {
    return (error as { name?: unknown } | null | undefined)?.name === 'AbortError'
  } catch {
    return false
  }
}

/** What a request, or the stream of its answer, failed of where the connection threw; `otherwise` says what else it was. */
export function connectionErrorType(error: unknown, otherwise: 'connection_error' | 'stream_closed'): string {
  for (let cause = error, depth = 0; depth < 4; depth++) {
    try {
      const { name, code } = cause as { name?: unknown; code?: unknown }
      if (name === 'TimeoutError' || (typeof code === 'string' && /TIMEDOUT|_TIMEOUT$/.test(code))) return 'timeout'
      if (name === 'SyntaxError') return 'invalid_response'
      cause = (cause as { cause?: unknown }).cause
    } catch {
      return otherwise
    }
  }
  return otherwise
}
