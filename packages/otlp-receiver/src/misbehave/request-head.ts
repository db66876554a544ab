import type { SignalName } from '../codec/signals.ts'

/** OTLP/HTTP or OTLP/gRPC. */
export type Transport = 'http' | 'grpc'

/** The headers of a request: all that the receiver knows before it reads the body. */
export interface RequestHead {
  /** `undefined` for a path without a signal: the receiver answers with 404 or UNIMPLEMENTED. */
  signal: SignalName | undefined
  transport: Transport
  /** The HTTP method; `POST` on gRPC. */
  method: string
  /** The URL's path without its query, or the gRPC method. */
  path: string
  /** The `host` header, or the `:authority` of HTTP/2, with the port if it has one; empty without. */
  host: string
  /** HTTP headers or gRPC metadata: lower-case names, values of one name joined by `, `. */
  headers: Readonly<Record<string, string>>
  /** The `content-type` without its parameters, in lower case. */
  contentType: string
  /** The `content-encoding` or `grpc-encoding` in lower case; `identity` when the body is not compressed. */
  contentEncoding: string
}
