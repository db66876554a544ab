import type { TlsProblem } from './export-error.ts'

interface TlsRule {
  problem: TlsProblem
  /** Matches Node's error code, or its message: the gRPC library passes on nothing else. */
  pattern: RegExp
}

/** The first that matches counts. The words are OpenSSL's and Node's own. */
const RULES: readonly TlsRule[] = [
  { problem: 'expired', pattern: /\bCERT_HAS_EXPIRED\b|^certificate has expired/ },
  { problem: 'not-yet-valid', pattern: /\bCERT_NOT_YET_VALID\b|^certificate is not yet valid/ },
  {
    problem: 'hostname-mismatch',
    pattern: /\bERR_TLS_CERT_ALTNAME|\bHOSTNAME_MISMATCH\b|does not match certificate's altnames|Cert does not contain/,
  },
  {
    problem: 'unknown-ca',
    pattern:
      /\b(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE_FAILURE)\b|^self[- ]signed certificate in certificate chain|^unable to (verify the first|get (local )?issuer) certificate|^certificate signature failure/,
  },
  { problem: 'self-signed', pattern: /\bDEPTH_ZERO_SELF_SIGNED_CERT\b|^self[- ]signed certificate/ },
  { problem: 'revoked', pattern: /\bCERT_REVOKED\b|^certificate revoked/ },
  { problem: 'client-certificate-required', pattern: /ALERT_CERTIFICATE_REQUIRED|alert certificate required/ },
  {
    problem: 'client-certificate-rejected',
    pattern:
      /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(EXPIRED|REVOKED|UNKNOWN)|ACCESS_DENIED)|alert (unknown ca|bad certificate|unsupported certificate|certificate (expired|revoked|unknown)|access denied)/,
  },
  {
    problem: 'not-tls',
    pattern: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST\b|wrong version number|packet length too long/,
  },
  { problem: 'protocol', pattern: /\bERR_SSL_|\bERR_TLS_|\bEPROTO\b|:SSL routines:|\bCERT_[A-Z]|certificate/ },
]

/** Which way a handshake failed; `undefined` when the error is none of TLS. */
export function classifyTlsProblem(code: string | undefined, message: string): TlsProblem | undefined {
  return RULES.find(({ pattern }) => (code !== undefined && pattern.test(code)) || pattern.test(message))?.problem
}

/** For an operator: what is wrong and what to do about it. */
export const TLS_EXPLANATIONS: Readonly<Record<TlsProblem, string>> = {
  'self-signed': 'the certificate is self-signed (name it in tls.ca-certificate to trust it)',
  expired: 'the certificate has expired',
  'not-yet-valid': 'the certificate is not valid yet (or the clock is wrong)',
  'hostname-mismatch': 'the certificate is for another host name',
  'unknown-ca': 'the certificate comes from an unknown authority (name it in tls.ca-certificate)',
  revoked: 'the certificate was revoked',
  'client-certificate-required':
    'the receiver wants a client certificate (tls.client-certificate, tls.client-private-key)',
  'client-certificate-rejected': 'the receiver does not accept the client certificate',
  'not-tls': 'it does not speak TLS (is it an http:// endpoint?)',
  protocol: 'the TLS handshake failed',
}
