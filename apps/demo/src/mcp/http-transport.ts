import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { boundedFetch } from './bounded-fetch.ts'
import type { Transport } from './transport.ts'

export interface HttpTransportOptions {
  url: string
  /** Gives the headers with the credential. Called before every request, because the credential may change. */
  headers(): Record<string, string>
}

/** The library's transport for streamable HTTP, with the limits of `boundedFetch`. */
export function httpTransport({ url, headers }: HttpTransportOptions): Transport {
  const channel = new StreamableHTTPClientTransport(new URL(url), { fetch: boundedFetch(headers) })
  let closed: Promise<void> | undefined

  async function end(): Promise<void> {
    // An error is dropped: the server ends an unused session by itself.
    const ended = channel.terminateSession().catch(() => {})
    await channel.close()
    await ended
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
