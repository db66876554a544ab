import type { SignalDiagnosis } from '@codex/otel-api'
import { SIGNALS, type SignalName } from '../../catalogue/signals.ts'
import { formatKey } from '../../config/describe-value.ts'
import type { LocalExporterConfig } from '../local/open-local.ts'
import { configuredScrubber } from '../signals/configured-scrubber.ts'
import { loadPatterns } from '../signals/load-patterns.ts'
import type { ResourceSource } from '../signals/resource.ts'
import { probeRequest } from './probe-request.ts'

export interface ProbeLocalOptions {
  signal: SignalName
  exporter: LocalExporterConfig
  source: ResourceSource
  probe: 'record' | 'empty'
  probeId: string
}

/** Writes one record to a destination on this machine as its exporter would, and returns the outcome. */
export async function probeLocal(options: ProbeLocalOptions): Promise<SignalDiagnosis> {
  const { signal, exporter, probe } = options
  const { openWriter } = await import('../local/open-local.ts')
  const writer = openWriter({ config: exporter, signal })
  const failure = probe === 'empty' ? writer.check() : writer.write(await probeOf(options))
  writer.end()
  const { protocol } = exporter
  const key = formatKey(['otel', SIGNALS.find(({ name }) => name === signal)?.key ?? 'exporter', protocol])
  if (failure === undefined) {
    const done = probe === 'empty' ? 'can be written' : 'written'
    return { signal, protocol, state: 'delivered', message: `${placeOf(exporter)}: ${done}` }
  }
  const advice =
    protocol === 'console'
      ? 'see to it that something reads standard error, or name another exporter'
      : `correct ${key}.path, or what is there`
  return { signal, protocol, state: 'failed', cause: 'not-written', message: failure, advice }
}

const placeOf = (exporter: LocalExporterConfig): string =>
  exporter.protocol === 'console' ? 'standard error' : (exporter.shownPath ?? exporter.path)

async function probeOf({ signal, source, probeId }: ProbeLocalOptions): Promise<Uint8Array> {
  const { content } = source.config
  const scrubber = configuredScrubber(content, await loadPatterns(content))
  return probeRequest(signal, { source, scrubber, probeId, timeMs: Date.now() })
}
