import { isLoopback } from './loopback.ts'
import { checkNoProxy } from './no-proxy.ts'

export interface ProxyChoice {
  /** An absolute `http` or `https` URL. */
  url: string
  variable: string
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy that the environment names for an endpoint. `HTTPS_PROXY` is for `https` endpoints, `HTTP_PROXY` for `http`
 * ones, the lower-case spelling comes first, `NO_PROXY` lists exceptions; nothing on loopback goes through a proxy.
 * `invalid` names a variable that does not hold the URL of an HTTP proxy.
 *
 * @param onMalformed Gets each entry of `NO_PROXY` that cannot be read, and the name of that variable.
 */
export function chooseProxy(
  endpoint: string,
  env: Environment,
  onMalformed?: (entry: string, variable: string) => void,
): ProxyChoice | { invalid: string } | undefined {
  const set = read(env, /^https:/i.test(endpoint) ? 'https_proxy' : 'http_proxy')
  if (set === undefined) return undefined
  const target = new URL(endpoint)
  if (isLoopback(target)) return undefined
  const exceptions = read(env, 'no_proxy')
  if (exceptions !== undefined) {
    const { direct, malformed } = checkNoProxy(target, exceptions.text)
    for (const entry of malformed) onMalformed?.(entry, exceptions.variable)
    if (direct) return undefined
  }
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(set.text) ? set.text : `http://${set.text}`
  const isProxy = /^https?:/i.test(url) && URL.canParse(url)
  return isProxy ? { url: new URL(url).href, variable: set.variable } : { invalid: set.variable }
}

function read(env: Environment, lower: string): { text: string; variable: string } | undefined {
  const names = [lower, lower.toUpperCase()]
  // In a CGI script HTTP_PROXY is the request's header `Proxy`.
  if (lower === 'http_proxy' && env.REQUEST_METHOD !== undefined) names.pop()
  for (const variable of names) {
    const text = Object.hasOwn(env, variable) ? env[variable]?.trim() : undefined
    if (text !== undefined && text !== '') return { text, variable }
  }
  return undefined
}
