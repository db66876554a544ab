import type { TableReader } from './table-reader.ts'

/** A program with which the agent exchanges messages over its standard input and output. */
export interface StdioServer {
  type: 'stdio'
  command: string
  args: readonly string[]
  /** Variables that are added to the environment, or replace those of the same name. */
  env: Readonly<Record<string, string>>
}

/** A server that the agent reaches over streamable HTTP. */
export interface HttpServer {
  type: 'http'
  url: string
  /** The environment variable that holds the token to send. */
  bearerTokenEnvVar?: string | undefined
}

/** One MCP server of the file. */
export interface McpServerSettings {
  name: string
  /** Whether the server is used. Default: true. */
  enabled: boolean
  connection: StdioServer | HttpServer
  /** Limit of connecting and listing the tools, in milliseconds. Default: 10,000. */
  startupTimeoutMs: number
  /** Limit of one call, in milliseconds. Default: 60,000. */
  toolTimeoutMs: number
}

export const MCP_SERVER_DEFAULTS: Pick<McpServerSettings, 'enabled' | 'startupTimeoutMs' | 'toolTimeoutMs'> = {
  enabled: true,
  startupTimeoutMs: 10_000,
  toolTimeoutMs: 60_000,
}

const MAX_TIMEOUT_SEC = 86_400

/** The servers below `mcp_servers`, in the order of the file. */
export function readMcpServers(root: TableReader, problems: string[]): McpServerSettings[] {
  const tables = root.table('mcp_servers')
  return (tables?.keys() ?? []).flatMap(name => {
    const table = tables?.table(name)
    if (table === undefined) return []
    if (!/^[A-Za-z0-9_-]+$/.test(name)) {
      problems.push(`mcp_servers."${name}": the name of a server may have letters, digits, "_" and "-" alone`)
      return []
    }
    const connection = readConnection(table, `mcp_servers.${name}`, problems)
    const milliseconds = (key: string): number | undefined => {
      const seconds = table.number(key, 0.001, MAX_TIMEOUT_SEC)
      return seconds === undefined ? undefined : Math.ceil(seconds * 1000)
    }
    const startupTimeoutMs = milliseconds('startup_timeout_sec') ?? MCP_SERVER_DEFAULTS.startupTimeoutMs
    const toolTimeoutMs = milliseconds('tool_timeout_sec') ?? MCP_SERVER_DEFAULTS.toolTimeoutMs
    const enabled = table.boolean('enabled') ?? MCP_SERVER_DEFAULTS.enabled
    return connection === undefined ? [] : [{ name, enabled, connection, startupTimeoutMs, toolTimeoutMs }]
  })
}

/** Reads a base URL at the top level, and removes the slash at its end. */
export function readBaseUrl(root: TableReader, key: string, problems: string[]): string | undefined {
  const url = root.string(key)
  if (url !== undefined) checkUrl(url, key, problems)
  return url?.replace(/\/+$/, '')
}

function readConnection(
  table: TableReader,
  name: string,
  problems: string[],
): McpServerSettings['connection'] | undefined {
  const has = (key: string): boolean => table.keys().includes(key)
  if (has('command') === has('url')) {
    const found = has('url') ? 'has both command and url' : 'has neither command nor url'
    problems.push(`${name} ${found}; give the command of a program to start, or the url of a server`)
    return undefined
  }
  if (has('url')) {
    const url = table.string('url')
    const bearerTokenEnvVar = table.string('bearer_token_env_var')
    if (url === undefined) return undefined
    checkUrl(url, `${name}.url`, problems)
    return { type: 'http', url, bearerTokenEnvVar }
  }
  const command = table.string('command')
  const args = table.strings('args') ?? []
  const variables = table.table('env')
  const env = (variables?.keys() ?? []).map(key => [key, variables?.string(key) ?? ''])
  if (command?.trim() === '') problems.push(`${name}.command is empty; it must be a program to start`)
  return command === undefined ? undefined : { type: 'stdio', command, args, env: Object.fromEntries(env) }
}

/** Adds a problem for a text that is no HTTP URL. The problem does not quote the text, which may contain a secret. */
function checkUrl(url: string, key: string, problems: string[]): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : ''
  if (protocol !== 'http:' && protocol !== 'https:') {
    problems.push(`${key} must be a URL that starts with http:// or https://`)
  }
}
