import { decode, type Encoding } from '../../codec/encoding.ts'
import type { OtlpMessage } from '../../codec/otlp-messages.ts'
import { type RecordOf, type RequestOf, SIGNALS, type SignalName } from '../../codec/signals.ts'
import { readLogs } from './read-logs.ts'
import { readMetrics } from './read-metrics.ts'
import { readSpans } from './read-spans.ts'

const READERS: { [S in SignalName]: (request: OtlpMessage<RequestOf<S>>) => RecordOf<S>[] } = {
  logs: readLogs,
  metrics: readMetrics,
  traces: readSpans,
}

/**
 * The records of a request, by way of the messages that the reflecting codec decodes it to: the oracle of the readers that go
 * straight from bytes to records, and their rival in the benchmark.
 * @throws Error that names what is malformed
 */
export function reflectRecords<S extends SignalName>(signal: S, body: Uint8Array, encoding: Encoding): RecordOf<S>[] {
  return READERS[signal](decode(SIGNALS[signal].request, body, encoding))
}
