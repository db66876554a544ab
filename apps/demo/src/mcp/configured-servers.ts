import { MCP_SERVER_DEFAULTS } from '../config/mcp-servers.ts'
import type { Settings } from '../config/settings.ts'
import type { Credentials } from '../model/credentials.ts'
import type { McpServer } from './mcp-server.ts'

/** The server that ChatGPT hosts for whoever is signed in with it. */
const HOSTED = 'codex_apps'

/**
 * The servers of the file that are not switched off, and the hosted one: for a sign-in with ChatGPT, where the file says where ChatGPT is. A
 * server of the same name in the file stands for it, so that the file can switch it off.
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
