export interface Foreign {
  reason: string
  advice: string
}

const HTTP2_PREFACE = 'PRI * HTTP/2'

/** What the first bytes of a connection to the port of OTLP/HTTP are, when they are no HTTP/1.1. */
export function foreignToHttp(bytes: Uint8Array): Foreign | undefined {
  // The first record of a TLS connection is a handshake (22), and its version begins with 3.
  if (bytes[0] === 22 && bytes[1] === 3) {
    return { reason: 'TLS arrived at a port without it', advice: 'use http:// in the endpoint, not https://' }
  }
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HTTP2_PREFACE.length)).toString(
    'latin1',
  )
  if (start === HTTP2_PREFACE) {
    return { reason: 'gRPC arrived at the port of OTLP/HTTP', advice: 'use the port of OTLP/gRPC, or OTLP/HTTP' }
  }
  return undefined
}

const BAD_CLIENT_MAGIC = -903

/** What a session of HTTP/2 failed for, when its first bytes were no HTTP/2. */
export function foreignToGrpc(error: Error & { errno?: number }): Foreign | undefined {
  if (error.errno !== BAD_CLIENT_MAGIC) return undefined
  return {
    reason: 'something other than HTTP/2 arrived at the port of OTLP/gRPC',
    advice: 'use the port of OTLP/HTTP, or OTLP/gRPC with http:// in the endpoint',
  }
}

/** Why a handshake of TLS failed, and what its client can change. */
export function failedHandshake(error: Error & { code?: string; reason?: string }): Foreign {
  const { code = '', reason = error.message } = error
  if (code === 'ERR_SSL_HTTP_REQUEST' || code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return { reason: 'something other than TLS arrived at a port with it', advice: 'use https:// in the endpoint' }
  }
  // A client of TLS 1.3 that distrusts the certificate may go without a word.
  if (code === 'ECONNRESET' || /UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN/.test(code)) {
    return {
      reason: 'the client broke off the TLS handshake',
      advice: 'let it trust the authority of the certificate, and address a host that is in the certificate',
    }
  }
  return { reason: `the TLS handshake failed: ${reason}`, advice: 'let the client offer TLS 1.2 or newer' }
}
