import type { DeliveryCause } from '@codex/otel-api'

/** What kept a request from being delivered, as far as it can be told from this side of the connection. */
export type ExportErrorKind = Exclude<DeliveryCause, 'partial-success' | 'not-written'>

/** Which way a TLS handshake failed. */
export type TlsProblem =
  | 'self-signed'
  | 'expired'
  | 'not-yet-valid'
  | 'hostname-mismatch'
  | 'unknown-ca'
  | 'revoked'
  | 'client-certificate-required'
  | 'client-certificate-rejected'
  | 'not-tls'
  | 'protocol'

export interface ExportErrorFields {
  kind: ExportErrorKind
  /** One line for an operator: names the endpoint (credentials and query masked), never a header's value. */
  message: string
  /** A {@link TlsProblem} when `kind` is `tls`, else a system code or the like. */
  detail?: TlsProblem | (string & {}) | undefined
  /** The HTTP status, when there was one. */
  status?: number | undefined
  /** The gRPC status code, when there was one. */
  grpcCode?: number | undefined
  /** Whether the same bytes may be accepted later: the receiver did not judge them, or asked to come again. */
  retryable: boolean
  /** How long the receiver asked to wait before the next attempt, in milliseconds. */
  retryAfterMs?: number | undefined
}

/** Why a request was not delivered: what the doctor prints, and what retry and spool decide by. */
export class ExportError extends Error {
  override readonly name = 'ExportError'
  readonly kind: ExportErrorKind
  readonly detail: string | undefined
  readonly status: number | undefined
  readonly grpcCode: number | undefined
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined

  constructor(fields: ExportErrorFields) {
    super(fields.message)
    this.kind = fields.kind
    this.detail = fields.detail
    this.status = fields.status
    this.grpcCode = fields.grpcCode
    this.retryable = fields.retryable
    this.retryAfterMs = fields.retryAfterMs
  }
}
