/** Thrown when a stream breaks: the connection was cut, sent no data for too long, or sent more than the limits allow. */
export class StreamError extends Error {
  override readonly name = 'StreamError'
}
