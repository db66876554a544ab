import type { SignalDiagnosis } from '@codex/otel-api'
import type { SignalName } from '../../catalogue/signals.ts'
import type { LocalExporterConfig } from '../local/open-local.ts'
import { configuredScrubber } from '../signals/configured-scrubber.ts'
import { loadPatterns } from '../signals/load-patterns.ts'
import type { ResourceSource } from '../signals/resource.ts'
import { emptyRequest, probeRequest } from './probe-request.ts'

export interface ProbeLocalOptions {
  signal: SignalName
  exporter: LocalExporterConfig
  source: ResourceSource
  probe: 'record' | 'empty'
  probeId: string
}

const PLACES = { console: 'standard error' } as const

/** Writes one record to a destination on this machine as its exporter would, and returns the outcome. */
export async function probeLocal(options: ProbeLocalOptions): Promise<SignalDiagnosis> {
  const { signal, exporter, source, probe, probeId } = options
  const { content } = source.config
  const scrubber = configuredScrubber(content, await loadPatterns(content))
  const request =
    probe === 'empty'
      ? emptyRequest({ source, scrubber })
      : probeRequest(signal, { source, scrubber, probeId, timeMs: Date.now() })
  const { openWriter } = await import('../local/open-local.ts')
  const writer = openWriter({ config: exporter, signal })
  const failure = writer.write(request)
  writer.end()
  const { protocol } = exporter
  if (failure === undefined) {
    return { signal, protocol, state: 'delivered', message: `${PLACES[protocol]}: written` }
  }
  const advice = 'see to it that something reads standard error, or name another exporter'
  return { signal, protocol, state: 'failed', cause: 'not-written', message: failure, advice }
}
