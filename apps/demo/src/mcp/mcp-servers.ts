import type { FunctionCall, FunctionTool } from '../model/responses-api.ts'
import { untilAborted } from '../until-aborted.ts'
import type { McpClient } from './client.ts'
import type { Connection } from './mcp-connection.ts'
import type { McpServer, McpServersOptions } from './mcp-server.ts'
import { functionOf, isCallOf, type McpTool, namespaceOf } from './mcp-tool.ts'

/** The MCP servers of one conversation. */
export interface McpServers {
  /** The names of all configured servers, also of those that cannot be reached. */
  readonly names: readonly string[]
  /** The names of those that have neither connected nor failed to. */
  starting(): readonly string[]
  /** Waits until each server has connected or failed to. @throws the signal's reason. */
  ready(signal: AbortSignal): Promise<void>
  /** The definitions of the connected servers' tools, for the model. */
  functions(): readonly FunctionTool[]
  /** Finds the tool that a call names. */
  find(call: Pick<FunctionCall, 'name' | 'namespace'>): McpTool | undefined
  /** Ends all connections and the programs of the servers. */
  close(): Promise<void>
}

/** Begins to connect to all servers at the same time. */
export function startMcpServers(options: McpServersOptions): McpServers {
  const closing = new AbortController()
  const connections: Connection[] = []
  const tools: McpTool[] = []
  const problems: string[] = []
  const starting = new Set(options.servers)

  async function connect(server: McpServer): Promise<McpTool[]> {
    let connection: Connection | undefined
    try {
      const { openConnection } = await import('./mcp-connection.ts')
      closing.signal.throwIfAborted()
      connection = openConnection(server, options)
      connections.push(connection)
      const limits = { timeoutMs: server.startupTimeoutMs, signal: closing.signal }
      return toolsOf(server, await connection.connect(limits))
    } catch (error) {
      // Not awaited: a program that takes long to end must not delay the others.
      connection?.close()
      problems.push(`MCP server ${server.name}: ${(error as Error).message}; the run goes on without its tools`)
      return []
    } finally {
      starting.delete(server)
    }
  }

  const connected = Promise.all(options.servers.map(connect)).then(lists => {
    for (const tool of lists.flat()) {
      // Of two tools with the same name, the first one is used.
      if (!tools.some(known => known.definition.name === tool.definition.name)) tools.push(tool)
    }
  })

  return {
    names: options.servers.map(({ name }) => name),
    starting: () => [...starting].map(({ name }) => name),
    async ready(signal) {
      await untilAborted(connected, signal)
      for (const problem of problems.splice(0)) options.onWarning(problem)
    },
    functions: () => tools.map(({ definition }) => definition),
    find: call => tools.find(tool => isCallOf(tool, call)),
    async close() {
      closing.abort(new Error('the agent ended'))
      await connected
      await Promise.all(connections.map(connection => connection.close()))
    },
  }
}

function toolsOf(server: McpServer, client: McpClient): McpTool[] {
  const { name, connection, toolTimeoutMs: timeoutMs } = server
  return client.tools.map(tool => ({
    server: name,
    origin: connection.type === 'stdio' ? 'stdio' : new URL(connection.url).origin,
    name: tool.name,
    namespace: namespaceOf(name),
    definition: functionOf(name, tool),
    call: (args, signal, traceContext) => client.call(tool.name, args, { timeoutMs, signal }, traceContext),
  }))
}
