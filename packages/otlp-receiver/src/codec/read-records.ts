import type { Encoding } from './encoding.ts'
import { MalformedRequest } from './malformed-request.ts'
import { readJson } from './read-json.ts'
import { readWire } from './read-wire.ts'
import { DEFAULT_RECORD_LIMITS, type RecordLimits, UNLIMITED_RECORDS } from './record-limits.ts'
import type { RecordOf, SignalName } from './signals.ts'

/**
 * Decodes a request and calls `visit` for each log record, data point or span, one after the other; it keeps none of them.
 * Fields that it does not know are skipped.
 * @param body the message, decompressed
 * @param limits those that are left out have their default
 * @returns how many there were
 * @throws MalformedRequest that names what is malformed or above a limit, after the records before it were visited; and what
 * `visit` throws
 */
export function readRecords<S extends SignalName>(
  signal: S,
  body: Uint8Array,
  encoding: Encoding,
  visit: (record: RecordOf<S>) => void,
  limits: Partial<RecordLimits> = {},
): number {
  let count = 0
  let visiting = false
  const read = encoding === 'json' ? readJson : readWire
  const counted = (record: RecordOf<S>): void => {
    count += 1
    visiting = true
    visit(record)
    visiting = false
  }
  try {
    read(signal, body, { ...DEFAULT_RECORD_LIMITS, ...limits }, counted)
  } catch (error) {
    throw visiting ? error : MalformedRequest.from(error)
  }
  return count
}

/**
 * All records of a request, without limits.
 * @throws MalformedRequest
 */
export function decodeRecords<S extends SignalName>(signal: S, body: Uint8Array, encoding: Encoding): RecordOf<S>[] {
  const records: RecordOf<S>[] = []
  readRecords(signal, body, encoding, record => records.push(record), UNLIMITED_RECORDS)
  return records
}
