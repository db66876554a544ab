import { Metadata } from '@grpc/grpc-js'

/** The `grpc-status` of the trailers that were read. */
const statuses = new WeakMap<Metadata, number>()

/** The library reads a status as JavaScript reads a number, so an empty one or `0x0` would be OK. */
const STATUS = /^\d{1,10}$/

const fromHttp2Headers = Metadata.fromHttp2Headers

/**
 * The library makes a status of its own when the receiver sent none: for a stream that was reset, a connection that was
 * lost, an answer that cannot be read. Such a status looks like one of the receiver, and its code means nothing to OTLP.
 * So the `grpc-status` is noted where the library reads trailers into metadata, which it hands on with the status. One that
 * is no number counts as none.
 */
Metadata.fromHttp2Headers = headers => {
  const { 'grpc-status': status, ...others } = headers
  if (status === undefined) return fromHttp2Headers.call(Metadata, headers)
  if (!STATUS.test(String(status))) return fromHttp2Headers.call(Metadata, others)
  const metadata = fromHttp2Headers.call(Metadata, headers)
  statuses.set(metadata, Number(status))
  return metadata
}

/** The code that the receiver sent in the trailers with this metadata; `undefined` when it sent none. */
export function receivedStatus(metadata: Metadata | undefined): number | undefined {
  return metadata === undefined ? undefined : statuses.get(metadata)
}
