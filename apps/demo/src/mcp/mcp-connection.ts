import { connectMcp, type McpClient, type RequestLimits } from './client.ts'
import { httpTransport } from './http-transport.ts'
import type { McpServer, McpServersOptions } from './mcp-server.ts'
import { stdioTransport } from './stdio-transport.ts'
import type { Transport } from './transport.ts'

/** A connection to one server. */
export interface Connection {
  /** Connects and lists the tools. @throws Error with the reason why there is no connection. */
  connect(limits: RequestLimits): Promise<McpClient>
  /** Ends the connection and the program of the server. Every call resolves when both have ended. */
  close(): Promise<void>
}

/**
 * Prepares the connection to a server. This module imports the code that a run without servers does not need, the official
 * client above all. It is imported dynamically, so that the build puts it into a chunk of its own.
 * @throws Error when the server's token is missing.
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
