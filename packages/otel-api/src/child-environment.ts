import type { TraceContext } from './index.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment for a program that the agent runs: without the credentials of telemetry, so that what a model runs
 * cannot read them. The same in both builds: a user who builds without telemetry has the same variables. Left out are
 * `secretVariables` (`telemetry.secretVariables`, and whatever else the application
 * keeps to itself), the standard variables that hold headers, certificates and keys, and every other `OTEL_*` variable
 * with a URL that holds a user, a password or a query.
 * With `traceContext`, which `session.traceContext()` gives where there is something to tell, the program's spans are below
 * that; without it, and in a build without the feature, `TRACEPARENT` and `TRACESTATE` stay as they are in `env`.
 */
export function childEnvironment(
  env: Environment,
  secretVariables: readonly string[] = [],
  _traceContext?: TraceContext,
): Record<string, string> {
  const child: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (
      value !== undefined &&
      // What every program needs is passed on even if a header names it.
      (!secretVariables.includes(name) ||
        /^((COLOR)?TERM|HOME|HOSTNAME|LANG|LOGNAME|PATH|PWD|SHELL|TE?MP(DIR)?|TZ|USER(NAME|PROFILE)?)$/.test(name)) &&
      !/^OTEL_([^=]*(HEADER|CERT|KEY|TOKEN|SECRET|PASS|CRED|AUTH)|.*:\/\/([^/]*@|.*\?.))/is.test(`${name}=${value}`)
    ) {
      child[name] = value
    }
  }
  return child
}
