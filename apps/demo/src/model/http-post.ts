import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** An answer whose head has arrived; its body may still be arriving. */
export interface HttpResponse {
  status: number
  headers: { get(name: string): string | null }
  body: AsyncIterable<Uint8Array>
  /** Closes the connection. Not needed after the body was read to its end. */
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
 * Sends one POST request. `fetch` is not used, because it ends a stream without data after five minutes whatever the
 * configuration says, and follows redirects with the credential. Connections are not reused.
 * @throws the error of the connection; no status is an error.
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

/** Makes an `HttpResponse` of the answer in Node's form. */
export function toHttpResponse(response: IncomingMessage): HttpResponse {
  // Without a listener, a reset between two reads would end the process; the next read throws the error.
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

/** Reads at most `maxBytes` of a body as text, for at most `timeoutMs`. Returns the part that arrived in that time. */
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
    // A body that breaks off is returned in part: the status matters more than the text.
  } finally {
    clearTimeout(timer)
    response.close()
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8')
}
