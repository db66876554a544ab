import http from 'node:http'
import type { MessageBytes } from '../otlp/chunks.ts'
import type { HttpAnswer } from './http-answer.ts'
import type { TunnelRequestOptions } from './proxy-tunnel-agent.ts'

export interface HttpExchangeOptions {
  secure: boolean
  /** `agent`: its kept connections all lead to this receiver. */
  request: TunnelRequestOptions & { agent: http.Agent }
  body: MessageBytes
  signal: AbortSignal
  /** The rest of a longer answer is not read, and its connection is not used again. */
  maxAnswerBytes: number
}

/**
 * Sends one request and reads the answer.
 *
 * @throws Node's error when no whole answer came, or the signal's reason.
 */
export async function exchangeHttp(options: HttpExchangeOptions): Promise<HttpAnswer> {
  try {
    return await exchangeOnce(options)
  } catch (error) {
    // The receiver closed a kept connection while this request was on its way into it. The request has not been
    // answered on any connection yet, and a fresh connection most likely takes it. The receiver has likely closed the
    // other kept connections, too.
    if (!(error instanceof StaleConnectionError)) throw error
    for (const sockets of Object.values(options.request.agent.freeSockets)) {
      for (const socket of sockets?.slice() ?? []) socket.destroy()
    }
    try {
      return await exchangeOnce(options)
    } catch (again) {
      throw again instanceof StaleConnectionError ? again.cause : again
    }
  }
}

/** Its cause is Node's error. */
class StaleConnectionError extends Error {}

function exchangeOnce({
  secure,
  request: requestOptions,
  body,
  signal,
  maxAnswerBytes,
}: HttpExchangeOptions): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    // Loaded for an https:// endpoint alone: TLS takes longer to load than all of this code.
    const client = secure ? process.getBuiltinModule('node:https') : http
    const request = client.request({
      ...requestOptions,
      signal,
      tunnelSignal: signal,
    } as TunnelRequestOptions)
    const fail = (error: Error) => reject(signal.aborted ? signal.reason : error)
    let answered = false
    request.on('error', (error: NodeJS.ErrnoException) => {
      // A receiver may answer before it has read the request, and close; the events of the response tell what follows.
      if (answered && !signal.aborted) return
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      fail(stale ? new StaleConnectionError(error.code, { cause: error }) : error)
    })
    request.on('response', response => {
      answered = true
      const chunks: Buffer[] = []
      let length = 0
      const finish = (truncated: boolean) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks), truncated })
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length <= maxAnswerBytes) chunks.push(chunk)
        else {
          finish(true)
          request.destroy()
        }
      })
      response.on('end', () => finish(false))
      // A status that refuses says enough without the rest of its body; a success is none without it.
      response.on('error', error => ((response.statusCode ?? 0) >= 300 ? finish(true) : fail(error)))
    })
    if (body instanceof Uint8Array) request.end(body)
    else {
      // Node has a socket for the request only later, and then writes all pieces at once.
      for (const piece of body.parts) request.write(piece)
      request.end()
    }
  })
}
