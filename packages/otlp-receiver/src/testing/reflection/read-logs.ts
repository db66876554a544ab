import type { OtlpMessage } from '../../codec/otlp-messages.ts'
import type { ReceivedLog } from '../../codec/records.ts'
import { readAnyValue, readAttributes, readId, readResource, readScope } from './attributes.ts'

export function readLogs(request: OtlpMessage<'ExportLogsServiceRequest'>): ReceivedLog[] {
  const logs: ReceivedLog[] = []
  for (const resourceLogs of request.resourceLogs) {
    const resource = readResource(resourceLogs.resource, resourceLogs.schemaUrl)
    for (const scopeLogs of resourceLogs.scopeLogs) {
      const scope = readScope(scopeLogs.scope, scopeLogs.schemaUrl)
      for (const record of scopeLogs.logRecords) {
        logs.push({
          eventName: record.eventName,
          timeUnixNano: record.timeUnixNano,
          observedTimeUnixNano: record.observedTimeUnixNano,
          severityNumber: record.severityNumber,
          severityText: record.severityText,
          body: record.body && readAnyValue(record.body),
          attributes: readAttributes(record.attributes),
          droppedAttributesCount: record.droppedAttributesCount,
          flags: record.flags,
          traceId: readId(record.traceId),
          spanId: readId(record.spanId),
          resource,
          scope,
        })
      }
    }
  }
  return logs
}
