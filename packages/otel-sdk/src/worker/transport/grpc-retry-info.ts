import { bytesField, integerField, readProtobuf } from '../otlp/read-protobuf.ts'
import { clampWait } from './retry-after.ts'

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo'

/**
 * The delay in the RetryInfo of a `grpc-status-details-bin`, in milliseconds; `undefined` when there is none.
 * google.rpc.Status: 3 = details (Any: 1 = type_url, 2 = value); RetryInfo: 1 = retry_delay (1 = seconds, 2 = nanos).
 */
export function readRetryDelay(statusDetails: Uint8Array | undefined): number | undefined {
  if (statusDetails === undefined) return undefined
  try {
    for (const { number, value } of readProtobuf(statusDetails)) {
      if (number !== 3 || !(value instanceof Uint8Array)) continue
      const any = readProtobuf(value)
      if (new TextDecoder().decode(bytesField(any, 1)) !== RETRY_INFO) continue
      const delay = readProtobuf(
        bytesField(readProtobuf(bytesField(any, 2) ?? new Uint8Array()), 1) ?? new Uint8Array(),
      )
      return clampWait(integerField(delay, 1) * 1000 + integerField(delay, 2) / 1e6)
    }
  } catch {
    // Not a google.rpc.Status: the receiver asks for nothing that can be understood.
  }
  return undefined
}
