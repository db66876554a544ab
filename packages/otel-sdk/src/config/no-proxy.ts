/** Loading it takes milliseconds where nothing else has, and hardly any machine has a `NO_PROXY`. */
const net = (): typeof import('node:net') => process.getBuiltinModule('node:net')

/** One part of `NO_PROXY` that can be read. */
type Entry = { port?: string | undefined } & (
  | { type: 'all' }
  | { type: 'name'; name: string }
  | { type: 'range'; address: string; bits: number }
)

export interface NoProxyAnswer {
  /** Whether the endpoint is an exception, and so reached without the proxy. */
  direct: boolean
  /** The entries that cannot be read: they match nothing. */
  malformed: readonly string[]
}

/**
 * Reads `NO_PROXY` for an endpoint: `*`, host names with all below them, addresses, and ranges of addresses, each with an
 * optional port, separated by commas or white space. Addresses are compared as addresses, an IPv4-mapped one as IPv4. Quotes
 * around an entry or the whole list, which files of settings leave there, and a dot at the end of an address count for nothing.
 */
export function checkNoProxy(target: URL, list: string): NoProxyAnswer {
  const host = canonicalHost(target.hostname)
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  const malformed: string[] = []
  let direct = false
  for (const part of list.toLowerCase().split(/[\s,]+/)) {
    const text = part.replace(/^["']+|["']+$/g, '')
    if (text === '') continue
    const entry = readEntry(text)
    if (entry === undefined) malformed.push(text)
    else direct ||= (entry.port === undefined || Number(entry.port) === Number(port)) && matches(entry, host)
  }
  return { direct, malformed }
}

function readEntry(text: string): Entry | undefined {
  const { isIP } = net()
  // An IPv6 address without brackets has no port: its last group could not be told from one.
  if (isIP(text) !== 0) return range(text, undefined)
  const parts = /^(?:\[([^\]/]*)(?:\/(\d{1,3}))?\]|([^[\]/]*?))(?:\/(\d{1,3}))?(?::(\d{1,5}))?$/.exec(text)
  if (parts === null) return undefined
  const [, bracketed, bitsInside, plain = '', bitsBehind, port] = parts
  if (bitsInside !== undefined && bitsBehind !== undefined) return undefined
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined
  const bits = bitsInside ?? bitsBehind
  const address = bracketed ?? plain.replace(/\.$/, '')
  if (bracketed !== undefined && isIP(address) !== 6) return undefined
  if (isIP(address) !== 0) {
    const found = range(address, bits)
    return found && { ...found, port }
  }
  if (bits === undefined && plain === '*') return { type: 'all', port }
  const name = bits === undefined ? hostName(plain) : undefined
  return name === undefined ? undefined : { type: 'name', name, port }
}

function range(address: string, bits: string | undefined): Entry | undefined {
  const canonical = canonicalHost(address.replace(/%.*$/s, ''))
  const { isIP } = net()
  const all = isIP(canonical) === 4 ? 32 : 128
  const written = bits === undefined ? undefined : Number(bits)
  // The prefix of an IPv4-mapped address counts the 96 bits in front of the IPv4 one.
  const mapped = isIP(canonical) === 4 && address.includes(':')
  const length = written === undefined ? all : mapped ? written - 96 : written
  // A mapped range that begins in front of the IPv4 part is one of IPv6, and names no IPv4 address.
  if (mapped && length < 0) return { type: 'range', address: `::ffff:${canonical}`, bits: written ?? 128 }
  return length > all ? undefined : { type: 'range', address: canonical, bits: length }
}

/** A host name without what stands for "and all below it" and without the dot at its end. */
function hostName(text: string): string | undefined {
  const name = text.replace(/^\*?\./, '').replace(/\.$/, '')
  if (!/^[^\s.:*%@?#\\]+(?:\.[^\s.:*%@?#\\]+)*$/.test(name)) return undefined
  // A URL reads `10.1` as an address; here it is no name and no address either.
  if (/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(name) || !URL.canParse(`http://${name}`)) return undefined
  const { hostname } = new URL(`http://${name}`)
  // A URL also takes quotes, semicolons and the like, which no host has.
  return /^[a-z0-9_.-]+$/.test(hostname) ? hostname : undefined
}

function matches(entry: Entry, host: string): boolean {
  if (entry.type === 'all') return true
  const { BlockList, isIP } = net()
  const family = isIP(host)
  if (entry.type === 'name') return family === 0 && (host === entry.name || host.endsWith(`.${entry.name}`))
  if (family === 0 || family !== isIP(entry.address)) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(entry.address, entry.bits, type)
  return list.check(host, type)
}

/** One spelling for each host: no brackets, no dot at the end, IPv6 as a URL writes it, IPv4-mapped as IPv4. */
function canonicalHost(hostname: string): string {
  const bare = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  if (!bare.includes(':')) return bare
  const address = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? []
  if (high === undefined || low === undefined) return address
  const bytes = [high, low].flatMap(group => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
  return bytes.join('.')
}
