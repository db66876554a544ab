import type { IncomingMessage, ServerResponse } from 'node:http'

/** Seconds that a browser may remember the answer to its question. */
const REMEMBERED_SECONDS = '600'

/** The headers that let the pages of an origin read an answer; none for other origins. */
export function corsHeaders(origin: string | undefined, allowed: ReadonlySet<string>): Record<string, string> {
  return origin !== undefined && allowed.has(origin) ? { 'access-control-allow-origin': origin, vary: 'origin' } : {}
}

/**
 * Answers the question of a browser whether a page may send a request. It comes without the headers of the request itself, so
 * that no key is in it.
 * @returns whether it was such a question, from a page that is allowed
 */
export function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: ReadonlySet<string>,
): boolean {
  const { origin, 'access-control-request-method': method, 'access-control-request-headers': headers } = request.headers
  if (request.method !== 'OPTIONS' || method === undefined || origin === undefined || !allowed.has(origin)) return false
  request.resume()
  response
    .writeHead(204, {
      ...corsHeaders(origin, allowed),
      'access-control-allow-methods': 'POST',
      'access-control-max-age': REMEMBERED_SECONDS,
      ...(headers === undefined ? {} : { 'access-control-allow-headers': headers }),
    })
    .end()
  return true
}
