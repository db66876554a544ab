import { decode, type Encoding } from './encoding.ts'
import { type RecordOf, SIGNALS, type SignalForm, type SignalName } from './signals.ts'

/**
 * The log records, data points or spans of a request.
 * @throws Error that names what is malformed
 */
export function decodeRecords<S extends SignalName>(signal: S, body: Uint8Array, encoding: Encoding): RecordOf<S>[] {
  const { request, read }: SignalForm<S> = SIGNALS[signal]
  return read(decode(request, body, encoding))
}
