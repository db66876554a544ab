import type { StepResult } from './recovery.ts'

/** Replaces the access token that was refused; `signal` is aborted once no request waits for the result any more. */
type Renew = (usedToken: string, signal: AbortSignal) => Promise<StepResult>

interface Renewal {
  readonly usedToken: string
  readonly result: Promise<StepResult>
  readonly abort: AbortController
  waiting: number
}

/** Runs one renewal at a time; requests that were refused with the same token share it. */
export function sharedRenewal(renew: Renew): (usedToken: string, signal?: AbortSignal) => Promise<StepResult> {
  let current: Renewal | undefined

  function start(usedToken: string): Renewal {
    const abort = new AbortController()
    const result = renew(usedToken, abort.signal).finally(() => {
      current = undefined
    })
    return { usedToken, result, abort, waiting: 0 }
  }

  return async (usedToken, signal) => {
    const joinable = (renewal: Renewal): boolean => renewal.usedToken === usedToken && !renewal.abort.signal.aborted
    while (current !== undefined && !joinable(current)) await current.result
    current ??= start(usedToken)
    const renewal = current
    const leave = (): void => {
      renewal.waiting--
      if (renewal.waiting === 0) renewal.abort.abort()
    }
    renewal.waiting++
    if (signal?.aborted) leave()
    else signal?.addEventListener('abort', leave, { once: true })
    try {
      return await renewal.result
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }
}
