import { decode, type Encoding, encode } from './encoding.ts'
import { SIGNALS, type SignalName } from './signals.ts'

/**
 * Writes a request in the other encoding. Fields that OTLP does not have are left out.
 * @throws Error that names what is malformed
 */
export function recodeRequest(signal: SignalName, body: Uint8Array, from: Encoding, to: Encoding): Uint8Array {
  const { request } = SIGNALS[signal]
  return encode(request, decode(request, body, from), to)
}
