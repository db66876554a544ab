import { readLog } from './json/logs.ts'
import { readMetric } from './json/metrics.ts'
import { type Keys, type ReadItem, walkRequest } from './json/requests.ts'
import { object } from './json/scalars.ts'
import { readSpan } from './json/spans.ts'
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

const utf8 = new TextDecoder('utf-8', { fatal: true })

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
  const request = object(JSON.parse(utf8.decode(body)), 'the request')
  walkRequest(request, reader, new Allowance(limits), reader.item(visit))
}
