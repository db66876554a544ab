import type { McpServerSettings } from '../config/mcp-servers.ts'

/** A configured server; `headers` gives the credential that is no variable's. */
export interface McpServer extends McpServerSettings {
  headers?: (() => Record<string, string>) | undefined
}

export interface McpServersOptions {
  servers: readonly McpServer[]
  cwd: string
  /** The environment of the servers that are started: without anybody's credentials. */
  childEnv: Readonly<Record<string, string>>
  /** Where `bearer_token_env_var` is looked up. */
  env: Readonly<Record<string, string | undefined>>
  /** Told once of each server that cannot be used. */
  onWarning(message: string): void
}
