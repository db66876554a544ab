import { type EffectiveConfig, hasHeaderPrograms } from '../config/effective-config.ts'

/** Variables that change what Node, OpenTelemetry or gRPC do, and that are set for the application and not for the worker. */
const FOREIGN = /^(NODE_|OTEL_|GRPC_)/

/**
 * The environment of the worker: empty, so that nothing configures it behind the configuration's back. A program that
 * prints headers is started from there and finds what it needs: path, home, and the like.
 */
export function workerEnvironment(
  { logs, metrics, traces }: EffectiveConfig,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string | undefined> {
  if (![logs, metrics, traces].some(exporter => exporter !== undefined && hasHeaderPrograms(exporter))) return {}
  return Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.test(name)))
}
