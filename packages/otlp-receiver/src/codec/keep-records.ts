import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Encoding } from './encoding.ts'
import { type Level, SIGNALS, type SignalName } from './signals.ts'

/** Whether to keep the record at this place: the records of a request are counted from 0, in their order. */
type Keep = (place: number) => boolean

/**
 * Copies a request with some of its records, without decoding them. Resources, scopes and metrics of which no record is kept
 * are left out.
 * @throws Error when the messages around the records are malformed
 */
export function keepRecords(signal: SignalName, body: Uint8Array, encoding: Encoding, keep: Keep): Uint8Array {
  const { levels } = SIGNALS[signal]
  const places = { next: 0 }
  if (encoding === 'json') {
    const message = JSON.parse(Buffer.from(body).toString())
    return Buffer.from(JSON.stringify(filterJson(message, levels, 0, places, keep) ?? {}))
  }
  return filterBinary(body, levels, 0, places, keep) ?? new Uint8Array()
}

interface Places {
  next: number
}

function filterBinary(
  bytes: Uint8Array,
  levels: readonly Level[],
  depth: number,
  places: Places,
  keep: Keep,
): Uint8Array | undefined {
  const level = levels[depth]
  if (!level) return keep(places.next++) ? bytes : undefined
  const writer = new BinaryWriter()
  let kept = false
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [number, wireType] = reader.tag()
    if (wireType !== WireType.LengthDelimited || !level.numbers.includes(number)) {
      reader.skip(wireType, number)
      writer.raw(bytes.subarray(start, reader.pos))
      continue
    }
    const part = filterBinary(reader.bytes(), levels, depth + 1, places, keep)
    if (part === undefined) continue
    kept = true
    writer.tag(number, wireType).bytes(part)
  }
  return kept ? writer.finish() : undefined
}

function filterJson(message: unknown, levels: readonly Level[], depth: number, places: Places, keep: Keep): unknown {
  const level = levels[depth]
  if (!level) return keep(places.next++) ? message : undefined
  if (message === null || typeof message !== 'object') return undefined
  const copy: Record<string, unknown> = { ...message }
  let kept = false
  for (const name of level.names) {
    const field = copy[name]
    if (!field) continue
    const parts = (Array.isArray(field) ? field : [field])
      .map(item => filterJson(item, levels, depth + 1, places, keep))
      .filter(item => item !== undefined)
    kept ||= parts.length > 0
    if (Array.isArray(field)) copy[name] = parts
    else if (parts.length > 0) copy[name] = parts[0]
    else delete copy[name]
  }
  return kept ? copy : undefined
}
