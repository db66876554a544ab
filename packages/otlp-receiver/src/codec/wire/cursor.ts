import { Buffer } from 'node:buffer'
import { MalformedRequest } from '../malformed-request.ts'
import { Allowance, type RecordLimits } from '../record-limits.ts'
import { Texts } from './texts.ts'

const MAX_DEPTH = 100

/**
 * A position in protobuf's wire format. The reader of a message passes its end, and calls `finish` there: a field that
 * reaches beyond its message is found then at the latest.
 */
export class Cursor {
  readonly bytes: Buffer
  readonly allowance: Allowance
  position = 0
  readonly #view: DataView
  readonly #texts: Texts
  #low = 0
  #high = 0

  constructor(bytes: Uint8Array, limits: Readonly<RecordLimits>) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#texts = new Texts(this.bytes)
    this.allowance = new Allowance(limits)
  }

  /** The number of a field and its wire type, as on the wire: `number << 3 | type`. */
  tag(): number {
    const first = this.bytes[this.position] ?? 0
    if (first < 0x80 && first > 7 && (first & 7) < 6) {
      this.position += 1
      return first
    }
    const start = this.position
    const tag = this.uint32()
    const length = this.position - start
    if (length > 5 || (length === 5 && (this.bytes[this.position - 1] ?? 0) > 0x0f) || tag < 8 || (tag & 7) > 5) {
      throw new MalformedRequest(`illegal tag at byte ${start}: field number ${tag >>> 3}, wire type ${tag & 7}`)
    }
    return tag
  }

  /** Reads a length, and returns the end of what has it. */
  until(end: number): number {
    const length = this.uint32()
    const childEnd = this.position + length
    if (childEnd > end) throw new MalformedRequest(`a field at byte ${this.position} reaches beyond its message`)
    return childEnd
  }

  finish(end: number): void {
    if (this.position !== end) throw new MalformedRequest(`a field reaches beyond its message at byte ${end}`)
  }

  uint32(): number {
    const { bytes } = this
    let byte = bytes[this.position++]
    if (byte === undefined) throw ended()
    if (byte < 0x80) return byte
    let result = byte & 0x7f
    for (let shift = 7; shift < 70; shift += 7) {
      byte = bytes[this.position++]
      if (byte === undefined) throw ended()
      if (shift < 32) result |= (byte & 0x7f) << shift
      if (byte < 0x80) return result >>> 0
    }
    throw new MalformedRequest(`invalid varint at byte ${this.position - 10}`)
  }

  int32(): number {
    return this.uint32() | 0
  }

  sint32(): number {
    const zigzag = this.uint32()
    return (zigzag >>> 1) ^ -(zigzag & 1)
  }

  bool(): boolean {
    this.#varint64()
    return this.#low !== 0 || this.#high !== 0
  }

  /** A number where the number is exact, else a bigint. */
  int64(): number | bigint {
    this.#varint64()
    return exactInt64(this.#low, this.#high)
  }

  /** The nearest number. */
  uint64(): number {
    this.#varint64()
    return (this.#high >>> 0) * 2 ** 32 + (this.#low >>> 0)
  }

  fixed32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true)
  }

  /** The nearest number. */
  fixed64Number(): number {
    const at = this.#advance(8)
    return this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true)
  }

  /** A number where the number is exact, else a bigint. */
  sfixed64(): number | bigint {
    const at = this.#advance(8)
    return exactInt64(this.#view.getInt32(at, true), this.#view.getInt32(at + 4, true))
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), true)
  }

  /** A copy. */
  blob(end: number): Uint8Array {
    const start = this.#skipTo(end)
    return Uint8Array.from(this.bytes.subarray(start, this.position))
  }

  /** In lower-case hex. */
  id(end: number): string {
    const start = this.#skipTo(end)
    return start === this.position ? '' : this.bytes.toString('hex', start, this.position)
  }

  text(end: number): string {
    const start = this.#skipTo(end)
    return this.#texts.read(start, this.position)
  }

  /** Skips a field with a length. */
  skipLength(end: number): void {
    this.#skipTo(end)
  }

  /**
   * Skips an unknown field. `known` has the bits of those that the message has: one of them with another wire type is
   * malformed.
   */
  skip(tag: number, end: number, depth: number, known: number): void {
    const number = tag >>> 3
    if (number < 32 && (known >>> number) & 1) {
      throw new MalformedRequest(`field ${number} before byte ${this.position} has wire type ${tag & 7}`)
    }
    this.#skip(tag, end, MAX_DEPTH - depth)
  }

  #skip(tag: number, end: number, groups: number): void {
    switch (tag & 7) {
      case 0:
        while ((this.bytes[this.position++] ?? 0) & 0x80) {}
        break
      case 1:
        this.position += 8
        break
      case 2:
        this.#skipTo(end)
        break
      case 3: {
        if (groups <= 0) throw new MalformedRequest('maximum recursion depth reached in unknown groups')
        for (let inner = this.tag(); inner !== ((tag & ~7) | 4) >>> 0; inner = this.tag()) {
          this.#skip(inner, end, groups - 1)
        }
        break
      }
      case 5:
        this.position += 4
        break
      default:
        throw new MalformedRequest(`a group ends at byte ${this.position} that did not begin`)
    }
    if (this.position > end) throw ended()
  }

  /** Moves behind a field with a length, and returns its start. */
  #skipTo(end: number): number {
    const childEnd = this.until(end)
    const start = this.position
    this.position = childEnd
    return start
  }

  #advance(length: number): number {
    const start = this.position
    this.position = start + length
    if (this.position > this.bytes.length) throw ended()
    return start
  }

  #varint64(): void {
    const { bytes } = this
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[this.position++]
      if (byte === undefined) throw ended()
      const bits = byte & 0x7f
      if (shift < 32) low |= bits << shift
      if (shift === 28) high = bits >>> 4
      else if (shift > 28) high |= bits << (shift - 32)
      if (byte < 0x80) {
        this.#low = low
        this.#high = high
        return
      }
    }
    throw new MalformedRequest(`invalid varint at byte ${this.position - 10}`)
  }
}

function ended(): MalformedRequest {
  return new MalformedRequest('premature end of the message')
}

function exactInt64(low: number, high: number): number | bigint {
  const number = (high | 0) * 2 ** 32 + (low >>> 0)
  return Number.isSafeInteger(number) ? number : BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low >>> 0))
}
