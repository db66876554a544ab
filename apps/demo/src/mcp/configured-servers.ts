import { MCP_SERVER_DEFAULTS } from '../config/mcp-servers.ts'
import type { Settings } from '../config/settings.ts'
import type { Credentials } from '../model/credentials.ts'
import type { McpServer } from './mcp-server.ts'

/** The name of the server that ChatGPT hosts for its users. */
const HOSTED = 'codex_apps'

/**
 * The enabled servers of the file, and the hosted one with a ChatGPT sign-in and a `chatgpt_base_url`. A server of its name
 * in the file replaces the hosted server, so that the file can disable it.
 */
export function configuredServers(
  { mcpServers, chatgptBaseUrl }: Pick<Settings, 'mcpServers' | 'chatgptBaseUrl'>,
  { auth, headers }: Pick<Credentials, 'auth' | 'headers'>,
): McpServer[] {
  const servers: McpServer[] = mcpServers.filter(({ enabled }) => enabled)
  if (auth?.mode !== 'Chatgpt' || chatgptBaseUrl === undefined) return servers
  if (mcpServers.some(({ name }) => name === HOSTED)) return servers
  const connection = { type: 'http', url: `${chatgptBaseUrl}/wham/apps` } as const
  return [...servers, { name: HOSTED, connection, headers, ...MCP_SERVER_DEFAULTS }]
}
