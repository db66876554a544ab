import { childEnvironment } from '../telemetry.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface CommandEnvironmentOptions {
  env: Env
  /** The variables that hold the model provider's credentials. */
  secretVariables: readonly string[]
  /** The `[otel]` table: the variables that its headers refer to hold credentials, too. */
  otel: unknown
}

/** The environment of the commands that the model runs, the same in both builds: without anybody's credentials. */
export function commandEnvironment({ env, secretVariables, otel }: CommandEnvironmentOptions): Record<string, string> {
  return childEnvironment(env, [...secretVariables, ...variablesIn(otel)])
}

/** The names in each `${VAR}` and `${VAR:-default}`, wherever it stands. */
function variablesIn(table: unknown): string[] {
  const references = (JSON.stringify(table) ?? '').matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)/g)
  return [...references].map(([, name]) => name as string)
}
