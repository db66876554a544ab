import type { SignalName } from '../../catalogue/signals.ts'
import type { ExporterConfig, OtlpExporterConfig } from '../../config/effective-config.ts'
import type { WorkerDiagnostic } from '../../protocol/messages.ts'
import { DeliveryReports } from '../delivery/delivery-reports.ts'
import type { RequestSink } from '../delivery/request-sink.ts'
import { createConsoleWriter } from './console-writer.ts'
import { createFileWriter } from './file-writer.ts'
import { createLocalSink, type LocalSinkOptions, type LocalWriter } from './local-sink.ts'

export type LocalExporterConfig = Exclude<ExporterConfig, OtlpExporterConfig>

export interface OpenWriterOptions {
  config: LocalExporterConfig
  signal: SignalName
  /** Called while the place takes nothing. */
  onProgress?(): void
  /** Called when lines were written to a terminal. */
  onPrinted?(): void
  /** Called with why a file that is too large grows on. */
  onGrowing?(problem: string): void
}

export interface OpenLocalOptions extends Omit<OpenWriterOptions, 'onGrowing'>, Pick<LocalSinkOptions, 'onStats'> {
  onDiagnostic(diagnostic: WorkerDiagnostic): void
}

/** The writer of a destination on this machine. */
export function openWriter({ config, signal, onProgress, onPrinted, onGrowing }: OpenWriterOptions): LocalWriter {
  if (config.protocol === 'file') return createFileWriter(config, { signal, onGrowing })
  return createConsoleWriter(config, { signal, onWait: onProgress, onPrinted })
}

/** Everything between request bytes and the place on this machine that the configuration names. */
export function openLocal(options: OpenLocalOptions): RequestSink {
  const reports = new DeliveryReports(options.signal, options.onDiagnostic)
  const writer = openWriter({ ...options, onGrowing: problem => reports.growing(problem) })
  return createLocalSink(writer, { ...options, reports })
}
