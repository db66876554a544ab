import { childEnvironment, type Telemetry, telemetryIncluded } from '../telemetry.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface CommandEnvironmentOptions {
  env: Env
  /** The variables that hold the credentials of the model provider and of the tools' servers. */
  secretVariables: readonly string[]
  telemetry: Pick<Telemetry, 'secretVariables'>
  /** The `[otel]` table, or the error of the parser. */
  otel: unknown
  /** The text of `config.toml`. */
  configText: string | undefined
}

/**
 * The environment of the commands that the model runs: in both builds without the credentials of the provider, the MCP
 * servers and telemetry.
 */
export function commandEnvironment(options: CommandEnvironmentOptions): Record<string, string> {
  const { env, secretVariables, telemetry } = options
  const ofTelemetry = telemetryIncluded ? telemetry.secretVariables : variablesIn(options)
  return childEnvironment(env, [...secretVariables, ...ofTelemetry])
}

/**
 * All variables in the `[otel]` table. A build without telemetry does not interpret that table, and the variables hold
 * secrets there, too.
 */
function variablesIn({ otel, configText = '' }: CommandEnvironmentOptions): string[] {
  const text = otel instanceof Error ? configText : (JSON.stringify(otel, withoutBigInt) ?? '')
  return [...text.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name]) => name as string)
}

const withoutBigInt = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? undefined : value)
