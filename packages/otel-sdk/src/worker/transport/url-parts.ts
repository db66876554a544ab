import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import { describeEndpoint } from './describe-endpoint.ts'

/** The header that gives a proxy the user name and password in its URL; empty when there are none. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  const { authorization } = urlAuthorization(proxy)
  return authorization === undefined ? {} : { 'proxy-authorization': authorization }
}

/** `user:password` of a URL, decoded. */
function urlCredentials(url: URL): string | undefined {
  return url.username === '' && url.password === '' ? undefined : `${decode(url.username)}:${decode(url.password)}`
}

/** The header that gives an endpoint the user name and password in its URL, and nothing else of it. */
export function urlAuthorization(url: URL): Record<string, string> {
  const credentials = urlCredentials(url)
  return credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/**
 * What no message may repeat of an endpoint, in every form that a receiver may echo it in: the values of its query, what
 * variables put into it, and the parts of its path that are not written in the file. Words between spaces.
 */
export function endpointSecrets(
  exporter: Pick<OtlpExporterConfig, 'endpoint' | 'shownEndpoint' | 'endpointSecrets'>,
): string {
  const url = new URL(exporter.endpoint)
  const query = url.search
    .slice(1)
    .split('&')
    .map(part => part.slice(part.indexOf('=') + 1))
  const shown = exporter.shownEndpoint?.split(/[/?#]/)
  const path = shown === undefined ? [] : url.pathname.split('/').filter(segment => !shown.includes(segment))
  const values = exporter.endpointSecrets ?? []
  const texts = [
    ...query,
    ...path,
    ...values,
    ...values.map(value => encodeURIComponent(Buffer.from(value).toString())),
  ]
  return [...texts, ...texts.map(decode), ...url.searchParams.values()].join(' ').trim()
}

/** Where a URL points to, as Node's clients take it; without its user name and password. */
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
