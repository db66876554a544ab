import type { OtlpExporterConfig } from '../../config/effective-config.ts'

/**
 * An endpoint as messages name it: no user name, no password, no query (some receivers take a key there).
 *
 * @example describeEndpoint('https://u:p@otel.example.com/v1/logs?key=1') // 'https://otel.example.com/v1/logs?***'
 */
export function describeEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url === undefined || url.host === '') return '(not a URL)'
  const path = url.pathname === '/' ? '' : url.pathname
  return `${url.protocol}//${url.host}${path}${url.search === '' ? '' : '?***'}`
}

/**
 * An endpoint as the spool names it: the place alone. Credentials, the query and what variables put into the path play no
 * part, so that data finds its way with a new token, and none is written down.
 */
export function spoolEndpoint({
  endpoint,
  shownEndpoint,
}: Pick<OtlpExporterConfig, 'endpoint' | 'shownEndpoint'>): string {
  const { origin, pathname } = new URL(endpoint)
  const written = shownEndpoint?.replace(/^(?:[a-z]+:\/\/)?[^/?#]*/i, '').replace(/[?#].*$/s, '')
  return origin + (written ?? pathname)
}
