import type { SignalDiagnosis } from '@codex/otel-api'
import type { SignalName } from '../../catalogue/signals.ts'
import { SIGNALS } from '../../catalogue/signals.ts'
import { formatKey } from '../../config/describe-value.ts'
import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import { configuredScrubber } from '../signals/configured-scrubber.ts'
import { loadPatterns } from '../signals/load-patterns.ts'
import type { ResourceSource } from '../signals/resource.ts'
import { openHeaders } from '../transport/create-transport.ts'
import { describeEndpoint } from '../transport/describe-endpoint.ts'
import type { ExportError } from '../transport/export-error.ts'
import type { HeaderSource } from '../transport/header-source.ts'
import type { HeadersHelpers } from '../transport/headers-helper.ts'
import type { ExportSuccess } from '../transport/transport.ts'
import { adviceFor } from './advice.ts'
import { findAlternative } from './probe-alternatives.ts'
import { emptyRequest, probeRequest } from './probe-request.ts'
import { sendOnce } from './send-once.ts'

export interface ProbeSignalOptions {
  signal: SignalName
  exporter: OtlpExporterConfig
  source: ResourceSource
  probe: 'record' | 'empty'
  probeId: string
  timeoutMs: number | undefined
  /** Shared by the probes of a diagnosis, so that a command is run once for all of them. Default: one of its own. */
  headersHelpers?: HeadersHelpers | undefined
}

/** The default of an exporter's timeout: a longer one is for slow receivers, and an operator waits for the doctor. */
const LONGEST_TIMEOUT_MS = 10_000

/** Sends one request to a signal's endpoint, and returns its outcome. Never rejects. */
export async function probeSignal(options: ProbeSignalOptions): Promise<SignalDiagnosis> {
  const end = new AbortController()
  const warnings: string[] = []
  const headers = openHeaders(options.exporter, {
    headersHelpers: options.headersHelpers,
    onDiagnostic: ({ message }) => warnings.push(message),
    signal: end.signal,
  })
  try {
    return await sendProbe(options, headers, warnings)
  } finally {
    end.abort()
  }
}

/** `warnings`: of the headers, as they come. */
async function sendProbe(
  options: ProbeSignalOptions,
  headers: HeaderSource,
  warnings: readonly string[],
): Promise<SignalDiagnosis> {
  const { signal, exporter, source, probe, probeId } = options
  const timeoutMs = options.timeoutMs ?? Math.min(exporter.timeoutMs, LONGEST_TIMEOUT_MS)
  const shown = exporter.shownEndpoint ?? describeEndpoint(exporter.endpoint)
  const startedAt = performance.now()
  const { content } = source.config
  const scrubber = configuredScrubber(content, await loadPatterns(content))
  const request =
    probe === 'empty'
      ? emptyRequest({ source, scrubber })
      : probeRequest(signal, { source, scrubber, probeId, timeMs: Date.now() })
  const result = await sendOnce({ signal, exporter, request, timeoutMs, headers })
  const durationMs = Math.round(performance.now() - startedAt)
  const common = {
    signal,
    endpoint: shown,
    protocol: exporter.protocol,
    durationMs,
    ...(warnings.length === 0 ? {} : { warnings: [...new Set(warnings)] }),
  }
  if (result.status === 'success') return { ...common, ...taken(result, exporter, shown, durationMs) }
  const { error } = result
  const key = exporterKey(signal, exporter)
  const endpointKey = exporter.endpointVariable ?? `${key}.endpoint`
  const alternative = await findAlternative(error, {
    signal,
    exporter,
    shown,
    key,
    request: emptyRequest({ source, scrubber }),
    timeoutMs,
    headers,
  })
  return {
    ...common,
    ...failed(error),
    ...(alternative?.cause === undefined ? {} : { cause: alternative.cause }),
    message: error.message,
    advice: alternative?.advice ?? adviceFor(error, { signal, exporter, key, endpointKey, timeoutMs }),
  }
}

function taken(
  { httpStatus, receiver, partialSuccess }: ExportSuccess,
  exporter: OtlpExporterConfig,
  shown: string,
  durationMs: number,
): Pick<SignalDiagnosis, 'state' | 'message' | 'advice' | 'cause' | 'status' | 'grpcStatus' | 'receiver'> {
  const code = exporter.protocol === 'grpc' ? { grpcStatus: 0 } : { status: httpStatus }
  const status = { ...code, ...(receiver === undefined ? {} : { receiver }) }
  const answer = exporter.protocol === 'grpc' ? 'OK' : `HTTP ${httpStatus}`
  const words = receiver === undefined ? answer : `${answer} from ${receiver}`
  const remark = partialSuccess?.message ? `: ${partialSuccess.message}` : ''
  if (partialSuccess === undefined || partialSuccess.rejected === 0) {
    const warning = remark === '' ? '' : `; the receiver adds${remark}`
    return { state: 'delivered', ...status, message: `${shown}: delivered in ${durationMs} ms, ${words}${warning}` }
  }
  return {
    state: 'failed',
    cause: 'partial-success',
    ...status,
    message: `${shown}: ${words}, but the receiver refused the record (partial success)${remark}`,
    advice: "look into the receiver's own log for what it refuses, or ask its operator",
  }
}

function failed(error: ExportError): Pick<SignalDiagnosis, 'state' | 'cause' | 'detail' | 'status' | 'grpcStatus'> {
  const { kind, detail, status, grpcCode } = error
  return {
    state: 'failed',
    cause: kind,
    ...(detail === undefined ? {} : { detail }),
    ...(status === undefined ? {} : { status }),
    ...(grpcCode === undefined ? {} : { grpcStatus: grpcCode }),
  }
}

function exporterKey(signal: SignalName, { protocol }: OtlpExporterConfig): string {
  const key = SIGNALS.find(({ name }) => name === signal)?.key ?? 'exporter'
  return formatKey(['otel', key, protocol === 'grpc' ? 'otlp-grpc' : 'otlp-http'])
}
