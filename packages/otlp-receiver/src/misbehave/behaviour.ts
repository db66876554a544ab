import type { PartialSuccess } from '../codec/signals.ts'

/** The answer in place of the usual success. One of the two statuses is enough: the other transport sends its counterpart. */
export interface Answer {
  /** HTTP status. @default the counterpart of `grpcStatus`, else 200 */
  status?: number
  /** gRPC status code. @default the counterpart of `status`, else 0 */
  grpcStatus?: number
  /** The error message (google.rpc.Status body, `grpc-message`). */
  message?: string
  /** `Retry-After` as given, in seconds or as a date; on gRPC a RetryInfo detail, for a number of seconds only. */
  retryAfter?: number | string
  /** Further HTTP headers, or gRPC initial metadata. They replace the usual ones of the same name. */
  headers?: Readonly<Record<string, string>>
  /** The whole body (on gRPC the message) in place of an OTLP message: garbage, or a page of HTML. */
  body?: Uint8Array | string
  /** A success that reports rejected records. The receiver still stores all records. */
  partialSuccess?: PartialSuccess
  /** Answers a gRPC request like a proxy without gRPC support: with `status` and `body` alone. @default false */
  bareHttp?: boolean
  /** A slow answer: the headers at once, then this many milliseconds before each byte of the body and before the end. */
  paceMs?: number
}

/**
 * How the receiver treats a request. Four choices combine freely: how much it reads, how long it waits, whether it
 * stores the records, and how it ends the request.
 */
export interface Behaviour {
  /**
   * How much of the request the receiver reads before it does anything else:
   * - `all`;
   * - `part`: the headers and the first bytes of the body;
   * - `headers`;
   * - `nothing`: not even the connection's first byte. The receiver decides this per new connection, when it knows
   *   nothing but the transport, and counts connections; on a connection that is open already it acts as `headers`.
   * @default 'all'
   */
  read?: 'all' | 'part' | 'headers' | 'nothing'
  /** Milliseconds between the reading and the answer. @default 0 */
  delayMs?: number
  /** Whether the receiver stores the records. Needs `read: 'all'`. @default true for an answer that is a success, else false */
  store?: boolean
  /**
   * The answer, or what happens instead: `reset` resets the connection (RST), `close` closes it (FIN), `hang` keeps it
   * open and never answers. On gRPC all requests of a client share the connection.
   * @default { status: 200 }
   */
  answer?: Answer | 'reset' | 'close' | 'hang'
}
