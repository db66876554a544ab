import { describeEndpoint } from './describe-endpoint.ts'

/** The header that gives a proxy the user name and password in its URL; empty when there are none. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  const { authorization } = urlAuthorization(proxy)
  return authorization === undefined ? {} : { 'proxy-authorization': authorization }
}

/** `user:password` of a URL, decoded. */
export function urlCredentials(url: URL): string | undefined {
  return url.username === '' && url.password === '' ? undefined : `${decode(url.username)}:${decode(url.password)}`
}

/** The header that gives an endpoint the user name and password in its URL, and nothing else of it. */
export function urlAuthorization(url: URL): Record<string, string> {
  const credentials = urlCredentials(url)
  return credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/** What no message may repeat: the headers as they were sent, and the values in the endpoint's query. */
export function secretsOf(url: URL, sent: Readonly<Record<string, string>>): Record<string, string> {
  return { ...sent, '?': [...url.searchParams.values()].join(' ') }
}

/** Where a URL points to, as Node's clients take it; its user name and password stay behind. */
export function hostAndPort(url: URL): { host: string; port: number } {
  const defaultPort = url.protocol === 'https:' ? 443 : 80
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? defaultPort : Number(url.port) }
}

/** @throws TypeError that names what the URL is for. */
export function parseHttpUrl(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new TypeError(`the ${name} ${describeEndpoint(text)} is not an http:// or https:// URL`)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
