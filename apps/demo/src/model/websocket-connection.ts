import { WebSocket } from 'ws'
import { type HttpResponse, readText, toHttpResponse } from './http-post.ts'

export interface OpenOptions {
  /** Starts with `ws://` or `wss://`. */
  url: string
  headers: Record<string, string>
  /** How long to wait until the connection is open, in milliseconds. */
  timeoutMs: number
  signal: AbortSignal
}

/** The server answered the upgrade with another status than 101. */
export interface Refusal {
  status: number
  headers: HttpResponse['headers']
  /** At most 64 KiB. */
  body: string
}

/** A text message, or why no more will come. */
export type Incoming = { data: string; ended?: undefined } | { ended: string }

/** An open WebSocket with one reader. */
export interface WebsocketConnection {
  /** Nothing can be sent any more. */
  readonly closed: boolean
  /** Resolves once the text was handed to the network. @throws why it could not be. */
  send(text: string): Promise<void>
  /** The next message in order. */
  next(): Promise<Incoming>
  /** Forgets the messages that were not read. */
  discard(): void
  /** Closes the connection, at once where the server does not answer. */
  close(): void
}

const MAX_MESSAGE_BYTES = 8 * 2 ** 20
const MAX_UNREAD_LENGTH = 64 * 2 ** 20
const MAX_REFUSAL_BYTES = 64 * 1024
const REFUSAL_TIMEOUT_MS = 5_000
const CLOSE_TIMEOUT_MS = 500
/** What the library reports where the connection ended without a close frame. */
const NO_CLOSE_FRAME = 1006

/**
 * Opens a WebSocket. This module holds the library, which a run over HTTP does not need: it is imported dynamically, so
 * that the build makes a file of its own of it. It throws no class of the agent's: that file has copies of them.
 * @throws what the connection failed with, or the signal's reason.
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
      settle()
      reject(error)
      socket.terminate()
    }
    const onAbort = (): void => fail(signal.reason)
    const timer = setTimeout(() => fail(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs)
    const settle = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    // The listener stays: a socket that is terminated while it connects reports that as an error, too.
    socket.on('error', fail)
    socket.on('unexpected-response', (request, response) => {
      settle()
      const answer = toHttpResponse(response)
      readText(answer, MAX_REFUSAL_BYTES, REFUSAL_TIMEOUT_MS)
        .then(body => resolve({ status: answer.status, headers: answer.headers, body }), reject)
        .finally(() => request.destroy())
    })
    socket.on('open', () => {
      settle()
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
