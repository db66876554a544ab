import { type ISerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableLogRecord, ReadWriteLogRecord } from '@opentelemetry/sdk-logs'
import { Chunks } from '../otlp/chunks.ts'
import { FieldReader } from '../otlp/field-reader.ts'
import type { ProtobufBytes } from '../otlp/protobuf-bytes.ts'

/** A log record that is written already: its place among the bytes of those that wait. */
export interface EncodedLog extends ReadWriteLogRecord {
  readonly start: number
  readonly end: number
}

/** Makes the record that the processor gets: of the official type it has what the processor reads. */
export const encodedLog = (resource: Resource, start: number, end: number): EncodedLog =>
  ({ resource, start, end }) as EncodedLog

/** Fields of a request, and of the messages in it. */
const RESOURCE_LOGS = 1
const SCOPE_LOGS = 2
const LOG_RECORDS = 2

type Around = Record<'before' | 'content' | 'after', Uint8Array>

/**
 * Strings encoded records together to the request that `ProtobufLogsSerializer` makes of the same records; what stands
 * around those of one resource is taken from a request of that serializer's. All records are of one scope.
 */
export function createEncodedLogsSerializer(
  bytes: ProtobufBytes,
  instrumentationScope: ReadableLogRecord['instrumentationScope'],
): ISerializer<EncodedLog[], unknown> {
  const known = new WeakMap<Resource, { ofResource: Around; ofScope: Around }>()
  function envelope(resource: Resource): { ofResource: Around; ofScope: Around } {
    const sample = { resource, instrumentationScope, hrTime: [0, 0], hrTimeObserved: [0, 0], droppedAttributesCount: 0 }
    const request = ProtobufLogsSerializer.serializeRequest([sample as unknown as ReadableLogRecord]) as Uint8Array
    const ofResource = around(around(request, RESOURCE_LOGS).content, SCOPE_LOGS)
    const made = { ofResource, ofScope: around(ofResource.content, LOG_RECORDS) }
    known.set(resource, made)
    return made
  }
  return {
    serializeRequest(records) {
      const request = new Chunks()
      for (const [resource, runs] of runsByResource(records)) {
        const { ofResource, ofScope } = known.get(resource) ?? envelope(resource)
        const scope = new Chunks()
        scope.add(ofScope.before)
        for (const { start, end } of runs) scope.add(bytes.bytes.subarray(start, end))
        scope.add(ofScope.after)
        const ofOne = new Chunks()
        ofOne.add(ofResource.before)
        ofOne.addMessage(SCOPE_LOGS, scope)
        ofOne.add(ofResource.after)
        request.addMessage(RESOURCE_LOGS, ofOne)
      }
      return request.concat()
    },
    deserializeResponse: data => ProtobufLogsSerializer.deserializeResponse(data),
  }
}

/** What stands before the one field of a message that has this number, what is in it, and what follows it. */
function around(message: Uint8Array, field: number): Around {
  const reader = new FieldReader(message, 0, message.length)
  while (reader.next()) {
    if (reader.field !== field) continue
    return {
      before: message.subarray(0, reader.tagStart),
      content: message.subarray(reader.valueStart, reader.valueEnd),
      after: message.subarray(reader.valueEnd),
    }
  }
  throw new Error(`a request without field ${field}`)
}

/** The places of the records of each resource; neighbours, which most of them are, together. */
function runsByResource(records: readonly EncodedLog[]): Map<Resource, { start: number; end: number }[]> {
  const byResource = new Map<Resource, { start: number; end: number }[]>()
  for (const { resource, start, end } of records) {
    let runs = byResource.get(resource)
    if (runs === undefined) {
      runs = []
      byResource.set(resource, runs)
    }
    const last = runs.at(-1)
    if (last?.end === start) last.end = end
    else runs.push({ start, end })
  }
  return byResource
}
