import type { MessageBytes } from '../otlp/chunks.ts'
import type { ExportError } from './export-error.ts'

/**
 * Carries the bytes of one OTLP request to its destination. Assignable to `IExporterTransport` of
 * `@opentelemetry/otlp-exporter-base`, so that `createOtlpNetworkExportDelegate` takes it; retry and spool are
 * decorators with the same two methods.
 */
export interface ExporterTransport {
  /**
   * Sends a request once; never rejects.
   *
   * @param data The request in the wire format of the destination (protobuf or JSON), not compressed.
   * @param timeoutMillis For the whole exchange: header values, connecting, sending and the answer.
   */
  send(data: MessageBytes, timeoutMillis: number): Promise<ExportResult>
  /** Closes the connections; a request that is still on its way fails with the kind `shut-down`. */
  shutdown(): void
}

export type ExportResult = ExportSuccess | ExportFailure | ExportRetryable

export interface ExportSuccess {
  status: 'success'
  /** Over HTTP: any of 200 to 299. */
  httpStatus?: number
  /** What the receiver calls itself. */
  receiver?: string | undefined
  /** The answer, its content encoding undone: protobuf or JSON, whichever the receiver chose. */
  data?: Uint8Array
  /** Present when the receiver refused a part of the request, or sent a message. */
  partialSuccess?: PartialSuccess
}

/** What the receiver reported of a request that it took. Sending the request again would not help. */
export interface PartialSuccess {
  /** Log records, data points or spans that were not accepted; 0 with a message is a warning. */
  rejected: number
  /** The receiver's words: one line, cut at 200 characters, header values masked. */
  message: string
}

/** Final: the same bytes will not be accepted later. */
export interface ExportFailure {
  status: 'failure'
  error: ExportError
}

/** The same bytes may be accepted later. */
export interface ExportRetryable {
  status: 'retryable'
  /** How long the receiver asked to wait, in milliseconds; absent when it did not ask. */
  retryInMillis?: number
  error: ExportError
}

/** The result for a request that was not delivered; the error knows whether it is final. */
export function toExportResult(error: ExportError): ExportFailure | ExportRetryable {
  if (!error.retryable) return { status: 'failure', error }
  return error.retryAfterMs === undefined
    ? { status: 'retryable', error }
    : { status: 'retryable', error, retryInMillis: error.retryAfterMs }
}
