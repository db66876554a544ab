import { connectMcp, type McpClient, type RequestLimits } from './client.ts'
import { httpTransport } from './http-transport.ts'
import type { McpServer, McpServersOptions } from './mcp-server.ts'
import { stdioTransport } from './stdio-transport.ts'
import type { Transport } from './transport.ts'

/** A way to one server. */
export interface Connection {
  /** @throws why there is no connection. */
  connect(limits: RequestLimits): Promise<McpClient>
  /** Ends the connection, and the program behind it. Every call waits for that. */
  close(): Promise<void>
}

/**
 * Opens the way to a server. This module holds all that a run without servers does not need, the official client above
 * all: it is imported dynamically, so that the build makes a chunk of its own of it.
 * @throws when the server's token is missing.
 */
export function openConnection(server: McpServer, options: McpServersOptions): Connection {
  const transport = openTransport(server, options)
  return { connect: limits => connectMcp(transport, limits), close: () => transport.close() }
}

function openTransport(server: McpServer, options: McpServersOptions): Transport {
  const { connection } = server
  if (connection.type === 'stdio') return stdioTransport({ ...connection, cwd: options.cwd, baseEnv: options.childEnv })
  const { url, bearerTokenEnvVar: variable } = connection
  const token = variable === undefined ? undefined : options.env[variable]?.trim()
  if (variable !== undefined && !token) throw new Error(`the environment variable ${variable} is not set`)
  const bearer: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return httpTransport({ url, headers: server.headers ?? (() => bearer) })
}
