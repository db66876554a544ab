import http from 'node:http'
import net, { type Socket } from 'node:net'
import tls from 'node:tls'
import { ProxyError } from './proxy-error.ts'
import { hostAndPort, proxyAuthorization } from './url-parts.ts'

export interface TunnelOptions {
  /** Ends the wait for the proxy. */
  signal?: AbortSignal | undefined
  /** A connection to the proxy that is there already. */
  socket?: Socket | undefined
}

/**
 * Asks a proxy for a tunnel to a host, and gives the connection to it.
 *
 * @param proxy An `http:` or `https:` URL; its user name and password go to the proxy.
 * @param target `host:port`
 * @throws ProxyError when the proxy cannot be reached or refuses.
 */
export function openProxyTunnel(proxy: URL, target: string, { signal, socket }: TunnelOptions): Promise<Socket> {
  const secure = proxy.protocol === 'https:'
  const address = hostAndPort(proxy)
  return new Promise((resolve, reject) => {
    const request = http.request({
      ...address,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
      // Without an agent: with any, Node does not look at this function.
      createConnection: () => {
        if (secure) return secureProxy(address, socket)
        return socket ?? net.connect(address)
      },
      ...(signal === undefined ? {} : { signal }),
    })
    request.once('connect', (answer, tunnel: Socket, head) => {
      if (answer.statusCode === 200) {
        if (head.length > 0) tunnel.unshift(head)
        resolve(tunnel)
      } else {
        tunnel.destroy()
        reject(new ProxyError({ status: answer.statusCode ?? 0 }))
      }
    })
    // Some proxies answer a CONNECT that they refuse as if it were any request.
    request.once('response', answer => {
      reject(new ProxyError({ status: answer.statusCode ?? 0 }))
      request.destroy()
    })
    request.on('error', (error: NodeJS.ErrnoException) => reject(new ProxyError({ code: error.code })))
    request.end()
  })
}

function secureProxy({ host, port }: { host: string; port: number }, socket: Socket | undefined): Socket {
  const name = /^[\d.]+$|:/.test(host) ? {} : { servername: host }
  return tls.connect({ host, port, ...name, ...(socket === undefined ? {} : { socket }), rejectUnauthorized: true })
}
