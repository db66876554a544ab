import { untilAborted } from '../until-aborted.ts'
import { StreamError } from './stream-error.ts'

/**
 * Waits for the promise; after an error it is ignored.
 * @throws StreamError with the reason when it takes longer; the signal's reason as soon as it is aborted.
 */
export async function within<T>(
  promise: Promise<T>,
  timeoutMs: number,
  reason: string,
  signal?: AbortSignal,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StreamError(reason)), timeoutMs)
  })
  const inTime = Promise.race([promise, timeout])
  try {
    return await (signal === undefined ? inTime : untilAborted(inTime, signal))
  } finally {
    clearTimeout(timer)
    promise.catch(() => {})
  }
}
