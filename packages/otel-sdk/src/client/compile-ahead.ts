import { inflateText } from './inflate-text.ts'
import type { CompiledPart } from './worker-bootstrap.ts'
import type { WorkerCode } from './worker-code.ts'

/** What every worker that exports compiles before it works. */
const NEEDED = ['main', 'secrets'] as const

/**
 * Compiles what a worker runs first, for a worker whose thread is still starting: V8 takes over there what it made here, in a
 * tenth of the time. For a caller that waits for that worker and has nothing else to do. `undefined` on Bun and Deno, and for a
 * worker with source maps, which compiles by `eval`.
 */
export function compileAhead({ parts, maps }: WorkerCode): Record<string, CompiledPart> | undefined {
  if (maps !== undefined || 'bun' in process.versions || 'deno' in process.versions) return undefined
  const { compileFunction } = process.getBuiltinModule('node:vm')
  const compiled: Record<string, CompiledPart> = {}
  for (const name of NEEDED) {
    const part = parts[name]
    if (part === undefined) continue
    const text = inflateText(part)
    const { cachedData } = compileFunction(text, ['require', 'module', 'exports'], {
      filename: `codex-otel-${name}.cjs`,
      produceCachedData: true,
    })
    compiled[name] = { text, cache: cachedData }
  }
  return compiled
}
