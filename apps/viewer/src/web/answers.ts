import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Answers with a body; a HEAD request gets its headers. */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer = '',
): void {
  // What is left of a request's body would be taken for the next request of the connection.
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  const rest = request.complete || (length === undefined && encoding === undefined) ? {} : { connection: 'close' }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body), ...rest })
  response.end(request.method === 'HEAD' ? undefined : body)
}

export function answerJson(request: IncomingMessage, response: ServerResponse, json: string, status = 200): void {
  answer(request, response, status, { 'content-type': 'application/json', 'cache-control': 'no-store' }, json)
}

/** Says what is wrong with a request. */
export function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  { status, error, headers = {} }: { status: number; error: string; headers?: OutgoingHttpHeaders },
): void {
  const all = { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }
  answer(request, response, status, all, JSON.stringify({ error }))
}
