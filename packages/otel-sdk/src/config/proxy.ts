import { isLoopback } from './loopback.ts'

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
 */
export function chooseProxy(endpoint: string, env: Environment): ProxyChoice | { invalid: string } | undefined {
  const set = read(env, /^https:/i.test(endpoint) ? 'https_proxy' : 'http_proxy')
  if (set === undefined) return undefined
  const target = new URL(endpoint)
  if (isLoopback(target) || isException(target, read(env, 'no_proxy')?.text ?? '')) return undefined
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

/** Loading it takes milliseconds where nothing else has, and hardly any machine has a `NO_PROXY`. */
const net = (): typeof import('node:net') => process.getBuiltinModule('node:net')

/** `NO_PROXY`: `*`, hosts with all below them, addresses, address ranges, each with an optional port. */
function isException(target: URL, list: string): boolean {
  const host = target.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some(entry => entry !== '' && (entry === '*' || matches(entry, host, port)))
}

function matches(entry: string, host: string, port: string): boolean {
  const { isIP } = net()
  if (entry.includes('/')) return isInRange(entry, host)
  if (isIP(entry) !== 0) return entry === host
  const [, bracketed, plain, wantedPort] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? []
  if (wantedPort !== undefined && wantedPort !== port) return false
  const name = (bracketed ?? plain ?? '').replace(/^\*?\./, '').replace(/\.$/, '')
  return name !== '' && (host === name || (isIP(host) === 0 && host.endsWith(`.${name}`)))
}

function isInRange(range: string, host: string): boolean {
  const { BlockList, isIP } = net()
  const [address = '', bits = ''] = range.split('/')
  const family = isIP(address)
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(bits)) return false
  const prefix = Number(bits)
  if (prefix > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
