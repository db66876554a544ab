import type { Encoding } from '../codec/encoding.ts'
import { SIGNALS } from '../codec/signals.ts'
import type { RequestHead } from '../misbehave/request-head.ts'

/** Bytes that are looked at for what they are. */
const START_BYTES = 64
const GZIP = [0x1f, 0x8b] as const

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === GZIP[0] && bytes[1] === GZIP[1]
const isJson = (bytes: Uint8Array): boolean =>
  /^(?:\xef\xbb\xbf)?\s*[{[]/.test(Buffer.from(bytes.subarray(0, START_BYTES)).toString('latin1'))

/**
 * What the sender of a malformed request can change, as far as its first bytes tell.
 * @param raw the body as it arrived, `undefined` where gRPC's frame around it is malformed
 * @param body the body after decompression, `undefined` where that failed
 */
export function malformedAdvice(
  { contentEncoding, transport, signal }: RequestHead,
  encoding: Encoding,
  raw: Uint8Array | undefined,
  body: Uint8Array | undefined,
): string {
  if (raw === undefined) return 'send one message behind its length, as gRPC does'
  if (body === undefined) {
    return isGzip(raw) ? 'send the whole gzip stream' : 'compress the body with gzip, or do not call it gzip'
  }
  if (isGzip(body)) {
    if (transport === 'grpc') return 'leave the compression to gRPC'
    return contentEncoding === 'gzip' ? 'compress the body once' : 'add content-encoding: gzip'
  }
  if (encoding === 'binary' && isJson(body)) {
    return transport === 'grpc' ? 'send protobuf' : 'the body is JSON: send content-type: application/json'
  }
  if (encoding === 'json' && !isJson(body)) {
    return 'the body is no JSON: send content-type: application/x-protobuf if it is protobuf'
  }
  const message = signal ? SIGNALS[signal].request : 'request of OTLP'
  return `send a whole ${message} in ${encoding === 'json' ? 'JSON' : 'protobuf'}, within the limits of a record`
}
