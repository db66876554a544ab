import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/** On every answer. Nothing here lets another page read it: there is no CORS header. */
export const SECURITY_HEADERS: Readonly<OutgoingHttpHeaders> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Why a request is not answered. */
export interface Refused {
  status: number
  error: string
}

export interface GuardedPort {
  port: number
  scheme: 'http' | 'https'
  /** Names besides `localhost` that the page may be addressed by. */
  names: readonly string[]
  /** Whether any IP address will do, as on a server for other machines. A page of another site has a name, and no address. */
  anyAddress: boolean
}

interface RequestOrigin {
  method: string
  url: string
  headers: IncomingHttpHeaders
  /** Every `Host` header that it has. */
  hosts: readonly string[] | undefined
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Refuses a request that is addressed to another name, or that a page of another site sends. */
export function checkOrigin(
  { method, url, headers, hosts = [] }: RequestOrigin,
  port: GuardedPort,
): Refused | undefined {
  const [host = ''] = hosts
  if (hosts.length > 1 || !isOwn(host, port)) {
    return { status: 421, error: `this is not ${host || 'a server without a name'}; address it to localhost` }
  }
  const { origin } = headers
  if (origin !== undefined && origin.toLowerCase() !== `${port.scheme}://${host.toLowerCase()}`) {
    return { status: 403, error: 'pages of other sites may not use this server' }
  }
  const site = headers['sec-fetch-site']
  // A link to the page in another one may be followed: what it opens has no data in it.
  const followsLink =
    method === 'GET' &&
    !url.startsWith('/api/') &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !followsLink) {
    return { status: 403, error: 'pages of other sites may not use this server' }
  }
  return undefined
}

/** What a request that changes something may have in its body. */
const CHANGING_TYPES = ['application/json', 'application/octet-stream']

/**
 * Refuses a request that changes the store unless a script of the page sends it: it is of the page's own origin, and says so. No form
 * and no request of another site does, also where no token is asked for.
 */
export function checkChange(
  { method, headers }: Pick<RequestOrigin, 'method' | 'headers'>,
  { scheme }: Pick<GuardedPort, 'scheme'>,
): Refused | undefined {
  const { origin, host = '', 'content-type': type = '' } = headers
  // Without TLS, a browser says which site sends to this machine alone.
  const isTold = scheme === 'https' || LOOPBACK.includes(nameIn(host))
  const site = headers['sec-fetch-site'] ?? (isTold ? 'none' : 'same-origin')
  if (origin === undefined || site !== 'same-origin') {
    return { status: 403, error: 'only the page of this server changes what is kept; the program has commands for it' }
  }
  const essence = type.split(';')[0]?.trim().toLowerCase() ?? ''
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
  if ((method === 'DELETE' && !hasBody && essence === '') || CHANGING_TYPES.includes(essence)) return undefined
  return { status: 415, error: `send ${CHANGING_TYPES.join(' or ')}` }
}

const nameIn = (host: string): string => host.replace(/:\d+$/, '').toLowerCase()

/** A page can give its own name to the address of this machine (DNS rebinding), and cannot use a name of this server. */
function isOwn(host: string, { port, scheme, names, anyAddress }: GuardedPort): boolean {
  const [, name = '', digits] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(host) ?? []
  const usual = scheme === 'https' ? 443 : 80
  if ((digits === undefined ? usual : Number(digits)) !== port) return false
  const lower = name.toLowerCase()
  return LOOPBACK.includes(lower) || names.includes(lower) || (anyAddress && isIP(lower.replace(/^\[|\]$/g, '')) !== 0)
}
