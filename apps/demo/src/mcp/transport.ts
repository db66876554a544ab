/** How messages travel to one MCP server and back. */
export interface Transport {
  /**
   * Sends one message. What is answered goes to the listener.
   * @throws when it cannot be sent, or when it is known that no answer will come.
   */
  send(message: JsonRpcMessage, signal: AbortSignal): Promise<void>
  /** Told of the version of the protocol that both sides speak. */
  negotiated(protocolVersion: string): void
  /** Ends the connection, and the program behind it. Every call waits for that. */
  close(): Promise<void>
}

export interface TransportListener {
  /** One message as it was parsed, not checked. */
  onMessage(message: unknown): void
  /** The server is gone; nothing comes any more. */
  onGone(reason: Error): void
}

/** A message of JSON-RPC 2.0: a request, a notification or a response. */
export interface JsonRpcMessage {
  jsonrpc: '2.0'
  id?: number | string
  method?: string
  params?: unknown
  result?: unknown
  error?: { code: number; message: string }
}

/** The longest message that is taken from a server. */
export const MAX_MESSAGE_BYTES: number = 4 * 2 ** 20
