import { Metadata } from '@grpc/grpc-js'

/** The `grpc-status` of the trailers that were read. */
const statuses = new WeakMap<Metadata, string>()

const fromHttp2Headers = Metadata.fromHttp2Headers

/**
 * The library makes a status of its own when the receiver sent none: for a stream that was reset, a connection that was
 * lost, an answer that cannot be read. Such a status looks like one of the receiver, and its code means nothing to OTLP.
 * So the `grpc-status` is noted where the library reads trailers into metadata, which it hands on with the status.
 */
Metadata.fromHttp2Headers = headers => {
  const metadata = fromHttp2Headers.call(Metadata, headers)
  const status = headers['grpc-status']
  if (status !== undefined) statuses.set(metadata, String(status))
  return metadata
}

/** The code that the receiver sent in the trailers with this metadata; `undefined` when it sent none. */
export function receivedStatus(metadata: Metadata | undefined): number | undefined {
  const status = metadata === undefined ? undefined : statuses.get(metadata)
  return status === undefined ? undefined : Number(status)
}
