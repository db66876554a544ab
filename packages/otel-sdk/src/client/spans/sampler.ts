import type { SamplerName } from '../../config/effective-config.ts'
import type { TraceIdWords } from '../../protocol/span-tuple.ts'

/** Decides at the root of a trace whether it is recorded; `parentFlags` are those of its parent in another process. */
export type Sampler = (traceId: TraceIdWords, parentFlags: number | undefined) => boolean

/** The samplers of OpenTelemetry, with the decisions of its SDK for JavaScript. */
export function createSampler(name: SamplerName, ratio: number): Sampler {
  const root = rootSampler(name, ratio)
  if (!name.startsWith('parentbased_')) return root
  return (traceId, parentFlags) => (parentFlags === undefined ? root(traceId, undefined) : (parentFlags & 1) === 1)
}

function rootSampler(name: SamplerName, ratio: number): Sampler {
  if (name.endsWith('always_on')) return () => true
  if (name.endsWith('always_off')) return () => false
  const share = Number.isFinite(ratio) ? Math.min(Math.max(ratio, 0), 1) : 0
  const bound = Math.floor(share * 0xffffffff)
  return ([a, b, c, d]) => (a ^ b ^ c ^ d) >>> 0 < bound
}
