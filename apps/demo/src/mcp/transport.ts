import type { Transport as LibraryTransport } from '@modelcontextprotocol/client'

/** Carries messages to one MCP server and back. */
export interface Transport {
  /** The transport in the form that the library expects. */
  readonly channel: LibraryTransport
  /** The reason why the server has ended; `undefined` while it may still send messages. */
  gone(): Error | undefined
  /** Ends the connection and the program of the server. Every call resolves when both have ended. */
  close(): Promise<void>
}

/** The largest message that the client reads from a server, in bytes. */
export const MAX_MESSAGE_BYTES: number = 4 * 2 ** 20
