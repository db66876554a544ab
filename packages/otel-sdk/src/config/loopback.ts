/** Whether nothing that is sent there leaves the machine. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true
  // A URL writes every IPv4 address as four decimal numbers.
  return /^127(\.\d+){3}$/.test(host) || /^::ffff:7f[0-9a-f]{2}:/.test(host)
}
