import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import type { Encoding } from './encoding.ts'
import { type Level, SIGNALS, type SignalName } from './signals.ts'

/**
 * Counts the log records, data points or spans of a request without decoding them: about a hundred times as fast.
 * @throws Error when the messages around the records are malformed. The content of the records is not checked.
 */
export function countRecords(signal: SignalName, body: Uint8Array, encoding: Encoding): number {
  const { levels } = SIGNALS[signal]
  return encoding === 'json'
    ? countJson(JSON.parse(Buffer.from(body).toString()), levels, 0)
    : countBinary(body, levels, 0)
}

function countBinary(bytes: Uint8Array, levels: readonly Level[], depth: number): number {
  const level = levels[depth]
  if (!level) return 1
  let count = 0
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    if (wireType === WireType.LengthDelimited && level.numbers.includes(number)) {
      count += countBinary(reader.bytes(), levels, depth + 1)
    } else reader.skip(wireType, number)
  }
  return count
}

function countJson(message: unknown, levels: readonly Level[], depth: number): number {
  const level = levels[depth]
  if (!level) return 1
  if (message === null || typeof message !== 'object') return 0
  let count = 0
  for (const name of level.names) {
    const field = (message as Record<string, unknown>)[name]
    for (const item of Array.isArray(field) ? field : field ? [field] : []) count += countJson(item, levels, depth + 1)
  }
  return count
}
