import type { ExporterConfig, OtlpExporterConfig } from '../../config/effective-config.ts'
import type { RequestSink } from '../delivery/request-sink.ts'
import { createConsoleWriter } from './console-writer.ts'
import { createFileWriter } from './file-writer.ts'
import { createLocalSink, type LocalSinkOptions, type LocalWriter } from './local-sink.ts'

export type LocalExporterConfig = Exclude<ExporterConfig, OtlpExporterConfig>

export interface OpenLocalOptions extends LocalSinkOptions {
  config: LocalExporterConfig
  /** Called while the place takes nothing. */
  onProgress?(): void
}

/** The writer of a destination on this machine. */
export function openWriter({
  config,
  signal,
  onProgress,
}: Pick<OpenLocalOptions, 'config' | 'signal' | 'onProgress'>): LocalWriter {
  if (config.protocol === 'file') return createFileWriter(config, { signal })
  return createConsoleWriter(config, { signal, onWait: onProgress })
}

/** Everything between request bytes and the place on this machine that the configuration names. */
export const openLocal = (options: OpenLocalOptions): RequestSink => createLocalSink(openWriter(options), options)
