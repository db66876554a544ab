import type { SignalName } from '../../catalogue/signals.ts'
import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import { VERSION } from '../../version.ts'
import { toOtlpJson } from '../otlp/otlp-json.ts'
import { createTransport } from '../transport/create-transport.ts'
import type { HeaderSource } from '../transport/header-source.ts'
import type { ExportResult } from '../transport/transport.ts'

export interface SendOnceOptions {
  signal: SignalName
  exporter: OtlpExporterConfig
  /** In protobuf. */
  request: Uint8Array
  timeoutMs: number
  /** The exporter's; the caller ends them. */
  headers: HeaderSource
}

/** Sends a request as the exporter would, once, over a connection of its own, without the spool. */
export async function sendOnce(options: SendOnceOptions): Promise<ExportResult> {
  const { signal, exporter, request, timeoutMs, headers } = options
  const transport = await createTransport(exporter, { signal, version: VERSION, headers })
  try {
    const body = exporter.protocol === 'http/json' ? toOtlpJson(request, signal) : request
    return await transport.send(body, timeoutMs)
  } finally {
    transport.shutdown()
  }
}
