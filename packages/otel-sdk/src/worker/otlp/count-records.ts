import type { SignalName } from '../../catalogue/signals.ts'
import { FieldReader, LENGTH_DELIMITED } from './field-reader.ts'
import { recordPath } from './record-path.ts'

/**
 * How many log records, spans or data points an OTLP request carries.
 * Throws `MalformedMessageError` when the bytes are no request.
 */
export function countRecords(request: Uint8Array, signal: SignalName): number {
  return countBelow(new FieldReader(request, 0, request.length), recordPath(signal), 0)
}

/** As `countRecords`; 0 for bytes that are no request. */
export function recordsIn(bytes: Uint8Array, signal: SignalName): number {
  try {
    return countRecords(bytes, signal)
  } catch {
    return 0
  }
}

function countBelow(message: FieldReader, path: readonly (readonly number[])[], level: number): number {
  const fields = path[level] ?? []
  const atRecords = level === path.length - 1
  let count = 0
  while (message.next()) {
    if (message.wire !== LENGTH_DELIMITED || !fields.includes(message.field)) continue
    if (atRecords) count++
    else count += countBelow(new FieldReader(message.bytes, message.valueStart, message.valueEnd), path, level + 1)
  }
  return count
}
