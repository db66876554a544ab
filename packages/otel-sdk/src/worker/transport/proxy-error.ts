/** The proxy could not be used: it was not there, or it refused to connect. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  /** What it answered to CONNECT. */
  readonly status: number | undefined
  /** The system's code when the connection to the proxy failed. */
  readonly code: string | undefined

  constructor(reason: { status: number } | { code: string | undefined }) {
    const status = 'status' in reason ? reason.status : undefined
    const code = 'code' in reason ? reason.code : undefined
    super(
      status === undefined
        ? `cannot be reached${code === undefined ? '' : ` (${code})`}`
        : `refused to connect: ${status}${status === 407 ? ', it asks for credentials' : ''}`,
    )
    this.status = status
    this.code = code
  }
}
