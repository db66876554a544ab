import type { RecordLimits } from './record-limits.ts'
import type { RecordOf, SignalName } from './signals.ts'
import { Cursor } from './wire/cursor.ts'
import { readLog } from './wire/logs.ts'
import { readMetric } from './wire/metrics.ts'
import { type ReadItem, walkRequest } from './wire/requests.ts'
import { readSpan } from './wire/spans.ts'

type Readers = { [S in SignalName]: (visit: (record: RecordOf<S>) => void) => ReadItem }

const READERS: Readers = {
  logs: visit => (cursor, end, resource, scope) => visit(readLog(cursor, end, resource, scope)),
  metrics: visit => (cursor, end, resource, scope) => readMetric(cursor, end, resource, scope, visit),
  traces: visit => (cursor, end, resource, scope) => visit(readSpan(cursor, end, resource, scope)),
}

/**
 * Reads a request in binary form, record by record, straight from its bytes.
 * @throws MalformedRequest, after the records before were visited
 */
export function readWire<S extends SignalName>(
  signal: S,
  body: Uint8Array,
  limits: Readonly<RecordLimits>,
  visit: (record: RecordOf<S>) => void,
): void {
  const item = READERS[signal](visit)
  walkRequest(new Cursor(body, limits), item)
}
