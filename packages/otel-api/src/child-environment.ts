type Environment = Readonly<Record<string, string | undefined>>

/** What every program needs: passed on even if a header names it. */
const ORDINARY = /^(COLORTERM|HOME|HOSTNAME|LANG|LOGNAME|PATH|PWD|SHELL|TEMP|TERM|TMP|TMPDIR|TZ|USER(NAME|PROFILE)?)$/

/**
 * The environment for a program that the agent runs: without the credentials of telemetry, so that what a model runs
 * cannot read them. The same in both builds: a user who builds without telemetry has the same variables. Left out are
 * `secretVariables` (`telemetry.secretVariables`, and whatever else the application
 * keeps to itself), the standard variables that hold headers, certificates and keys, and every other `OTEL_*` variable
 * with a URL that holds a user, a password or a query.
 */
export function childEnvironment(env: Environment, secretVariables: readonly string[] = []): Record<string, string> {
  const child: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || (secretVariables.includes(name) && !ORDINARY.test(name))) continue
    if (!holdsSecret(name, value)) child[name] = value
  }
  return child
}

const holdsSecret = (name: string, value: string): boolean =>
  /^OTEL_/i.test(name) &&
  (/HEADER|CERT|KEY|TOKEN|SECRET|PASS|CRED|AUTH/i.test(name) || /:\/\/(?:[^/]*@|.*\?.)/.test(value))
