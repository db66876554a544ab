/** What is called. None of these may throw. */
export interface DenoExitObserver {
  /** The process exits. Listeners of its `exit` event may have been called before, may follow, or are not called. */
  onUnload(): void
  /** An error that nothing handles ends the process now, and no event follows. */
  onFatalError(): void
}

interface WebEvents {
  addEventListener(type: string, listener: (event: { readonly defaultPrevented: boolean }) => void): void
  removeEventListener(type: string, listener: (event: { readonly defaultPrevented: boolean }) => void): void
}

/**
 * Sees the ends of the process that Deno does not announce by an `exit` event, as Node does: an uncaught error, and
 * `Deno.exit()`. Does nothing on other runtimes. Returns a function that ends that.
 */
export function watchDenoExit({ onUnload, onFatalError }: DenoExitObserver): () => void {
  if (process.versions.deno === undefined) return () => {}
  const web = globalThis as unknown as WebEvents
  let lastError: { readonly defaultPrevented: boolean } | undefined

  // An `error` event comes first. Listeners that are called after this one may prevent the end, too, so it is only kept here.
  const onError = (event: { readonly defaultPrevented: boolean }): void => {
    lastError = event
  }
  const onMonitor = (): void => {
    const prevented = lastError?.defaultPrevented === true
    lastError = undefined
    const handled = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()
    if (!prevented && !handled) onFatalError()
  }
  web.addEventListener('error', onError)
  web.addEventListener('unload', onUnload)
  process.on('uncaughtExceptionMonitor', onMonitor)
  return () => {
    web.removeEventListener('error', onError)
    web.removeEventListener('unload', onUnload)
    process.off('uncaughtExceptionMonitor', onMonitor)
  }
}
