import { WebSocket } from 'ws'
import { type HttpResponse, readText, toHttpResponse } from './http-post.ts'

export interface OpenOptions {
  /** A URL that starts with `ws://` or `wss://`. */
  url: string
  headers: Record<string, string>
  /** How long to wait until the connection is open, in milliseconds. */
  timeoutMs: number
  signal: AbortSignal
}

/** The answer of a server that refused the upgrade with another status than 101. */
export interface Refusal {
  status: number
  headers: HttpResponse['headers']
  /** The body of the answer, at most 64 KiB. */
  body: string
}

/** A text message, or the reason why there are no more messages. */
export type Incoming = { data: string; ended?: undefined } | { ended: string }

/** An open WebSocket with one reader. */
export interface WebsocketConnection {
  /** Whether the connection is closed, so that no message can be sent. */
  readonly closed: boolean
  /** Sends a text; resolves once the operating system has it. @throws the error of the socket. */
  send(text: string): Promise<void>
  /** The next message in order. */
  next(): Promise<Incoming>
  /** Drops the messages that were not read. */
  discard(): void
  /** Closes the connection; half a second later also without the answer of the server. */
  close(): void
}

const MAX_MESSAGE_BYTES = 8 * 2 ** 20
const MAX_UNREAD_LENGTH = 64 * 2 ** 20
const MAX_REFUSAL_BYTES = 64 * 1024
const REFUSAL_TIMEOUT_MS = 5_000
const CLOSE_TIMEOUT_MS = 500
/** The code that the library reports for a connection that ended without a close frame. */
const NO_CLOSE_FRAME = 1006

/**
 * Opens a WebSocket. This module imports the library, which a run over HTTP does not need. It is imported dynamically, so
 * that the build puts it into a file of its own. It throws no error class of the agent, because that file would have a copy
 * of the class.
 * @throws the error of the connection, or the signal's reason.
 */
export function openWebsocket({
  url,
  headers,
  timeoutMs,
  signal,
}: OpenOptions): Promise<WebsocketConnection | Refusal> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = new WebSocket(url, { headers, maxPayload: MAX_MESSAGE_BYTES })
    const fail = (error: unknown): void => {
      stopWaiting()
      reject(error)
      socket.terminate()
    }
    const onAbort = (): void => fail(signal.reason)
    const timer = setTimeout(() => fail(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs)
    const stopWaiting = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    // The listener is not removed: a socket that is terminated while it connects reports an error, too.
    socket.on('error', fail)
    socket.on('unexpected-response', (request, response) => {
      stopWaiting()
      const answer = toHttpResponse(response)
      readText(answer, MAX_REFUSAL_BYTES, REFUSAL_TIMEOUT_MS)
        .then(body => resolve({ status: answer.status, headers: answer.headers, body }), reject)
        .finally(() => request.destroy())
    })
    socket.on('open', () => {
      stopWaiting()
      socket.off('error', fail)
      resolve(connectionOf(socket))
    })
  })
}

function connectionOf(socket: WebSocket): WebsocketConnection {
  const unread: string[] = []
  let unreadLength = 0
  let ended: string | undefined
  let wake: (() => void) | undefined
  const end = (reason: string): void => {
    ended ??= reason
    wake?.()
  }
  const abandon = (reason: string): void => {
    end(reason)
    socket.terminate()
  }
  socket.on('message', (data, isBinary) => {
    if (ended !== undefined) return
    if (isBinary) return abandon('unexpected binary websocket event')
    const text = data.toString()
    unread.push(text)
    unreadLength += text.length
    if (unreadLength > MAX_UNREAD_LENGTH) return abandon(`the server sent ${MAX_UNREAD_LENGTH} characters unasked`)
    wake?.()
  })
  socket.on('error', error => end(reasonOf(error)))
  socket.on('close', (code, reason) => end(closeReason(code, reason.toString())))
  return {
    get closed() {
      return ended !== undefined || socket.readyState !== socket.OPEN
    },
    send: text => new Promise((resolve, reject) => socket.send(text, error => (error ? reject(error) : resolve()))),
    async next() {
      while (true) {
        const data = unread.shift()
        if (data !== undefined) {
          unreadLength -= data.length
          return { data }
        }
        if (ended !== undefined) return { ended }
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
    discard() {
      unread.length = 0
      unreadLength = 0
    },
    close() {
      end('the connection was closed')
      socket.close(1000)
      setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref()
    },
  }
}

function reasonOf(error: Error & { code?: string }): string {
  return error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
    ? `a message is larger than ${MAX_MESSAGE_BYTES} bytes`
    : error.message
}

function closeReason(code: number, reason: string): string {
  if (code === NO_CLOSE_FRAME) return 'stream closed before response.completed'
  return `websocket closed by server before response.completed (code ${code}${reason === '' ? '' : `: ${reason}`})`
}
