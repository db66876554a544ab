import https from 'node:https'
import type { Duplex } from 'node:stream'
import { openProxyTunnel } from './proxy-tunnel.ts'

/** The options of a request through a {@link ProxyTunnelAgent}, beside those that Node knows. */
export interface TunnelRequestOptions extends https.RequestOptions {
  /** Ends the wait for the proxy: Node does not report to an agent that the caller gave up the request that it connects for. */
  tunnelSignal?: AbortSignal | undefined
}

/**
 * Connects to https:// hosts through a proxy, and keeps the connections alive as Node's own agent does.
 *
 * Own code because the libraries for it do not keep our limits: `hpagent` (3 KB bundled) neither reports which status the
 * proxy answered nor stops waiting for the proxy, `https-proxy-agent` (16 KB) buffers the proxy's answer without limit, hands
 * its 407 on as the receiver's and keeps the socket of an abandoned request open, `undici` is 733 KB, and Node's own
 * `proxyEnv` is in Node 22 from 22.21 on only, and this library runs from 22.15 on.
 */
export class ProxyTunnelAgent extends https.Agent {
  readonly #proxy: URL
  readonly #end = new AbortController()

  constructor(proxy: URL, options: https.AgentOptions) {
    super(options)
    this.#proxy = proxy
  }

  override createConnection(
    options: TunnelRequestOptions,
    callback: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const host = options.host ?? ''
    const target = `${host.includes(':') ? `[${host}]` : host}:${options.port ?? 443}`
    const signals = [this.#end.signal, ...(options.tunnelSignal ? [options.tunnelSignal] : [])]
    openProxyTunnel(this.#proxy, target, { signal: AbortSignal.any(signals) })
      .then(socket => {
        // `socket` is what tls.connect() takes, and the agent hands its options on to it.
        const overTunnel = { ...options, socket } as https.RequestOptions
        callback(null, super.createConnection(overTunnel) as Duplex)
      })
      .catch((error: Error) => callback(error, undefined as unknown as Duplex))
  }

  override destroy(): void {
    this.#end.abort()
    super.destroy()
  }
}
