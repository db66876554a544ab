import type { Transport as LibraryTransport } from '@modelcontextprotocol/client'

/** How messages travel to one MCP server and back. */
export interface Transport {
  /** What the library speaks over. */
  readonly channel: LibraryTransport
  /** Why the server is gone, once nothing comes from it any more. */
  gone(): Error | undefined
  /** Ends the connection, and the program behind it. Every call waits for that. */
  close(): Promise<void>
}

/** The longest message that is taken from a server. */
export const MAX_MESSAGE_BYTES: number = 4 * 2 ** 20
