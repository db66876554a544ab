import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { boundedFetch } from './bounded-fetch.ts'
import type { Transport } from './transport.ts'

export interface HttpTransportOptions {
  url: string
  /** The credential, asked for before every request: it may change. */
  headers(): Record<string, string>
}

/** MCP's streamable HTTP by the library, over requests that have limits. */
export function httpTransport({ url, headers }: HttpTransportOptions): Transport {
  const channel = new StreamableHTTPClientTransport(new URL(url), { fetch: boundedFetch(headers) })
  let closed: Promise<void> | undefined

  async function end(): Promise<void> {
    // Whether the server hears it or not: a session that is not ended runs out.
    const goodbye = channel.terminateSession().catch(() => {})
    await channel.close()
    await goodbye
  }

  return {
    channel,
    gone: () => undefined,
    close() {
      closed ??= end()
      return closed
    },
  }
}
