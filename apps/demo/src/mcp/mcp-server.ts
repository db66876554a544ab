import type { McpServerSettings } from '../config/mcp-servers.ts'

/** A configured server; `headers` gives the credential of a server that has no `bearer_token_env_var`. */
export interface McpServer extends McpServerSettings {
  headers?: (() => Record<string, string>) | undefined
}

export interface McpServersOptions {
  servers: readonly McpServer[]
  cwd: string
  /** The environment of the servers that the agent starts, without credentials. */
  childEnv: Readonly<Record<string, string>>
  /** The environment with the variable that `bearer_token_env_var` names. */
  env: Readonly<Record<string, string | undefined>>
  /** Called once for each server that cannot be used. */
  onWarning(message: string): void
}
