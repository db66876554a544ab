import { decode, type Encoding } from './encoding.ts'
import { MalformedRequest } from './malformed-request.ts'
import { type RecordOf, SIGNALS, type SignalForm, type SignalName } from './signals.ts'

/**
 * The log records, data points or spans of a request.
 * @throws MalformedRequest that names what is malformed
 */
export function decodeRecords<S extends SignalName>(signal: S, body: Uint8Array, encoding: Encoding): RecordOf<S>[] {
  const { request, read }: SignalForm<S> = SIGNALS[signal]
  try {
    return read(decode(request, body, encoding))
  } catch (error) {
    throw MalformedRequest.from(error)
  }
}
