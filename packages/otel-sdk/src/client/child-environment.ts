import { childEnvironment as withoutSecrets } from '@codex/otel-api/child-environment'

/**
 * The environment for a program that the agent runs, without the credentials of telemetry, and below `traceContext` in the
 * trace. A `TRACESTATE` that is older than that is left out.
 */
export const childEnvironment: typeof withoutSecrets = (env, secretVariables, traceContext) => {
  if (traceContext === undefined) return withoutSecrets(env, secretVariables)
  const { traceparent, tracestate } = traceContext
  return withoutSecrets({ ...env, TRACEPARENT: traceparent, TRACESTATE: tracestate }, secretVariables)
}
