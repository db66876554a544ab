import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** The answer's head has arrived; the body is still on its way. */
export interface HttpResponse {
  status: number
  headers: { get(name: string): string | null }
  body: AsyncIterable<Uint8Array>
  /** Closes the connection; a body that was read to its end needs it no more. */
  close(): void
}

export interface PostOptions {
  headers: Record<string, string>
  body: string
  /** How long to wait for the answer's head, in milliseconds. */
  timeoutMs: number
  signal: AbortSignal
}

/**
 * Sends one POST. Own code over `fetch` because fetch ends a stream that is silent for five minutes whatever is
 * configured, and follows redirects with the credential. Connections are not reused.
 * @throws what the connection failed with; never because of a status.
 */
export function post(url: string, options: PostOptions): Promise<HttpResponse> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      headers: { ...options.headers, 'content-length': String(Buffer.byteLength(options.body)) },
      signal: options.signal,
      agent: false,
    })
    const timer = setTimeout(() => {
      request.destroy(new Error(`no answer within ${options.timeoutMs} ms`))
    }, options.timeoutMs)
    request.on('error', error => {
      clearTimeout(timer)
      reject(error)
    })
    request.on('response', response => {
      clearTimeout(timer)
      resolve(toHttpResponse(response))
    })
    request.end(options.body)
  })
}

/** An answer of Node's, as it is read here. */
export function toHttpResponse(response: IncomingMessage): HttpResponse {
  // A reset between two reads has no reader to go to; the next read throws it.
  response.on('error', () => {})
  return {
    status: response.statusCode ?? 0,
    headers: {
      get(name) {
        const value = response.headers[name.toLowerCase()]
        return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value
      },
    },
    body: response,
    close: () => response.destroy(),
  }
}

/** Reads at most `maxBytes` of a body as text, for at most `timeoutMs`; what arrived until then is enough for a message. */
export async function readText(response: HttpResponse, maxBytes: number, timeoutMs: number): Promise<string> {
  const timer = setTimeout(() => response.close(), timeoutMs)
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk)
      size += chunk.byteLength
      if (size >= maxBytes) break
    }
  } catch {
    // Cut short: the status says more than the text anyway.
  } finally {
    clearTimeout(timer)
    response.close()
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8')
}
