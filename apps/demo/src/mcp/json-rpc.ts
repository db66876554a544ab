import type { JsonRpcMessage, Transport, TransportListener } from './transport.ts'

export interface RequestLimits {
  timeoutMs: number
  signal: AbortSignal
}

/** Requests and notifications to a server; answers what a server may ask of any client. */
export interface JsonRpc {
  /** @throws what the server answered instead of a result, or why there is no answer. */
  request(method: string, params: object, limits: RequestLimits): Promise<unknown>
  /** Never throws: nobody waits for a notification. */
  notify(method: string, params?: object): Promise<void>
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

const METHOD_NOT_FOUND = -32601
const NOTIFY_TIMEOUT_MS = 5000
const MAX_ERROR_LENGTH = 500

/** Speaks JSON-RPC over the transport that `open` makes. */
export function createJsonRpc(open: (listener: TransportListener) => Transport): {
  rpc: JsonRpc
  transport: Transport
} {
  const waiting = new Map<unknown, Waiting>()
  let nextId = 1
  let gone: Error | undefined

  const transport = open({
    onMessage: message => {
      for (const one of Array.isArray(message) ? message : [message]) take(one)
    },
    onGone(reason) {
      gone = reason
      for (const { reject } of waiting.values()) reject(reason)
    },
  })

  function take(message: unknown): void {
    if (typeof message !== 'object' || message === null) return
    const { id, method, result, error } = message as JsonRpcMessage
    if (typeof method === 'string') {
      if (typeof id === 'string' || typeof id === 'number') reply(id, method)
      return
    }
    const answered = waiting.get(id)
    if (error === undefined) answered?.resolve(result)
    else answered?.reject(new Error(String(error?.message ?? 'an error without a message').slice(0, MAX_ERROR_LENGTH)))
  }

  function reply(id: string | number, method: string): void {
    const unknown = { code: METHOD_NOT_FOUND, message: `this client does not know ${method.slice(0, 100)}` }
    const outcome = method === 'ping' ? { result: {} } : { error: unknown }
    send({ jsonrpc: '2.0', id, ...outcome })
  }

  const send = (message: JsonRpcMessage): Promise<void> =>
    transport.send(message, AbortSignal.timeout(NOTIFY_TIMEOUT_MS)).catch(() => {})

  const rpc: JsonRpc = {
    async request(method, params, { timeoutMs, signal }) {
      if (gone !== undefined) throw gone
      signal.throwIfAborted()
      const id = nextId++
      const stop = new AbortController()
      const { promise, resolve, reject } = newPromise()
      waiting.set(id, { resolve, reject })
      const giveUp = (reason: Error): void => {
        reject(reason)
        // Before the handshake is done there is nothing that could be cancelled.
        if (method !== 'initialize') rpc.notify('notifications/cancelled', { requestId: id, reason: reason.message })
      }
      const onAbort = (): void => giveUp(signal.reason)
      const timer = setTimeout(() => giveUp(new Error(`no answer within ${timeoutMs / 1000} seconds`)), timeoutMs)
      signal.addEventListener('abort', onAbort, { once: true })
      transport.send({ jsonrpc: '2.0', id, method, params }, stop.signal).catch(reject)
      try {
        return await promise
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        waiting.delete(id)
        stop.abort()
      }
    },
    notify: (method, params) => send({ jsonrpc: '2.0', method, ...(params !== undefined && { params }) }),
  }
  return { rpc, transport }
}

function newPromise(): Waiting & { promise: Promise<unknown> } {
  let resolve: Waiting['resolve'] = () => {}
  let reject: Waiting['reject'] = () => {}
  const promise = new Promise<unknown>((onResult, onError) => {
    resolve = onResult
    reject = onError
  })
  return { promise, resolve, reject }
}
