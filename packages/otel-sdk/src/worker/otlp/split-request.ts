import type { SignalName } from '../../catalogue/signals.ts'
import { Chunks, inOnePiece, type MessageBytes } from './chunks.ts'
import { countRecords } from './count-records.ts'
import { FieldReader, LENGTH_DELIMITED } from './field-reader.ts'
import { recordPath } from './record-path.ts'

/** A request, or a part of one, with the number of its records. */
export interface RequestPart<Bytes extends MessageBytes = MessageBytes> {
  bytes: Bytes
  records: number
}

/** The halves of a part; `undefined` when it has only one record or is no request. */
export function splitPart(part: RequestPart, signal: SignalName): RequestPart<Uint8Array>[] | undefined {
  try {
    return splitRequest(inOnePiece(part.bytes), signal)?.map(bytes => ({ bytes, records: countRecords(bytes, signal) }))
  } catch {
    return undefined
  }
}

/** The part itself, or parts of it with no more bytes and records than these; only a single record may be larger. */
export function splitToFit<Bytes extends MessageBytes>(
  part: RequestPart<Bytes>,
  signal: SignalName,
  maxBytes: number,
  maxRecords: number = Number.POSITIVE_INFINITY,
): RequestPart<Bytes | Uint8Array>[] {
  if (part.bytes.length <= maxBytes && part.records <= maxRecords) return [part]
  return splitPart(part, signal)?.flatMap(half => splitToFit(half, signal, maxBytes, maxRecords)) ?? [part]
}

/**
 * Two requests with half of the records each, resource and scope repeated; `undefined` when there is only one record.
 * Throws `MalformedMessageError` when the bytes are no request.
 */
export function splitRequest(request: Uint8Array, signal: SignalName): [Uint8Array, Uint8Array] | undefined {
  const count = countRecords(request, signal)
  if (count < 2) return undefined
  const middle = count >> 1
  return [sliceRecords(request, signal, 0, middle), sliceRecords(request, signal, middle, count)]
}

/** The same request with only the records from `from` up to, not including, `to`. */
function sliceRecords(request: Uint8Array, signal: SignalName, from: number, to: number): Uint8Array {
  const slice = new Slice(recordPath(signal), from, to)
  return slice.take(new FieldReader(request, 0, request.length), 0).concat()
}

class Slice {
  private readonly path: readonly (readonly number[])[]
  private readonly from: number
  private readonly to: number
  private seen = 0
  private taken = 0

  constructor(path: readonly (readonly number[])[], from: number, to: number) {
    this.path = path
    this.from = from
    this.to = to
  }

  /** The message without the records outside the slice, and without the containers that this leaves empty. */
  take(message: FieldReader, level: number): Chunks {
    const fields = this.path[level] ?? []
    const kept = new Chunks()
    while (message.next()) {
      const onPath = message.wire === LENGTH_DELIMITED && fields.includes(message.field)
      if (onPath && level < this.path.length - 1) {
        const before = this.taken
        const child = this.take(new FieldReader(message.bytes, message.valueStart, message.valueEnd), level + 1)
        if (this.taken > before) kept.addMessage(message.field, child)
      } else if (!onPath || this.takesNext()) {
        kept.add(message.bytes.subarray(message.tagStart, message.position))
      }
    }
    return kept
  }

  private takesNext(): boolean {
    const index = this.seen++
    if (index < this.from || index >= this.to) return false
    this.taken++
    return true
  }
}
