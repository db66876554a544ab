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
