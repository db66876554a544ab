import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import { readLog } from './json/logs.ts'
import { readMetric } from './json/metrics.ts'
import { type Keys, type ReadItem, walkRequest } from './json/requests.ts'
import { object } from './json/scalars.ts'
import { readSpan } from './json/spans.ts'
import { MalformedRequest } from './malformed-request.ts'
import { Allowance, type RecordLimits } from './record-limits.ts'
import type { RecordOf, SignalName } from './signals.ts'

interface Reader<S extends SignalName> extends Keys {
  item: (visit: (record: RecordOf<S>) => void) => ReadItem
}

const READERS: { readonly [S in SignalName]: Reader<S> } = {
  logs: {
    resources: 'resourceLogs',
    scopes: 'scopeLogs',
    items: 'logRecords',
    item: visit => (log, allowance, resource, scope) => visit(readLog(log, allowance, resource, scope)),
  },
  metrics: {
    resources: 'resourceMetrics',
    scopes: 'scopeMetrics',
    items: 'metrics',
    item: visit => (metric, allowance, resource, scope) => readMetric(metric, allowance, resource, scope, visit),
  },
  traces: {
    resources: 'resourceSpans',
    scopes: 'scopeSpans',
    items: 'spans',
    item: visit => (span, allowance, resource, scope) => visit(readSpan(span, allowance, resource, scope)),
  },
}

/** @throws MalformedRequest when the bytes are not UTF-8 */
function textOf(body: Uint8Array): string {
  if (isAscii(body)) return Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')
  if (!isUtf8(body)) throw new MalformedRequest('the request is not UTF-8')
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text
}

const BYTE_ORDER_MARK = 0xfeff

/**
 * Reads a request in OTLP/JSON, record by record, from what JSON.parse makes of it.
 * @throws Error that names what is malformed, after the records before were visited
 */
export function readJson<S extends SignalName>(
  signal: S,
  body: Uint8Array,
  limits: Readonly<RecordLimits>,
  visit: (record: RecordOf<S>) => void,
): void {
  const reader: Reader<S> = READERS[signal]
  const request = object(JSON.parse(textOf(body)), 'the request')
  walkRequest(request, reader, new Allowance(limits), reader.item(visit))
}
