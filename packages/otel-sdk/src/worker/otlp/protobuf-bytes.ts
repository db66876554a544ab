import { Buffer } from 'node:buffer'
import type { AttributeValue } from '@codex/otel-api'

/** Below this, going through a text here is cheaper than calling what does it at once. */
const SHORT_UNITS = 48
const SHORT_BYTES = 32

const INITIAL_BYTES = 64 * 1024

const TWO_32 = 2 ** 32
const LIMIT_64 = 2 ** 63

/** Fields of `AnyValue`, as tags: number and wire type in one byte. */
const STRING_VALUE = 0x0a
const BOOL_VALUE = 0x10
const INT_VALUE = 0x18
const DOUBLE_VALUE = 0x21
const ARRAY_VALUE = 0x2a
/** The tag of an item in `ArrayValue`. */
const ITEM = 0x0a

/** More than the lengths take that stand around a key and a value. */
const LENGTHS_BYTES = 24

/** Of the length before a message: most have 128 bytes or more, and less than 16 KiB. */
const USUAL_LENGTH_BYTES = 2

/**
 * Protobuf, written front to back into one buffer that is used again and grows as needed. What writes relies on room that
 * was made by `reserve`.
 */
export class ProtobufBytes {
  bytes: Buffer<ArrayBuffer>
  /** Where the next byte goes. */
  position = 0
  private readonly timeBytes = Buffer.alloc(8)
  private timeMs = 0

  constructor(size: number = INITIAL_BYTES) {
    this.bytes = Buffer.allocUnsafeSlow(size)
  }

  /** Begins anew, in the same buffer unless it has grown larger than `keptBytes`. */
  clear(keptBytes: number): void {
    this.position = 0
    if (this.bytes.length > keptBytes) this.bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  }

  /** Makes room for so many more bytes. What was written keeps its place. */
  reserve(size: number): void {
    const needed = this.position + size
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length))
    this.bytes.copy(larger, 0, 0, this.position)
    this.bytes = larger
  }

  byte(value: number): void {
    this.bytes[this.position++] = value
  }

  /** An unsigned number below 2^32. */
  varint(value: number): void {
    const { bytes } = this
    let rest = value
    while (rest > 0x7f) {
      bytes[this.position++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    bytes[this.position++] = rest
  }

  copy(source: Uint8Array, start = 0, end: number = source.length): void {
    const { bytes } = this
    const length = end - start
    if (length <= SHORT_BYTES) {
      let { position } = this
      for (let i = start; i < end; i++) bytes[position++] = source[i] as number
    } else {
      bytes.set(start === 0 && end === source.length ? source : source.subarray(start, end), this.position)
    }
    this.position += length
  }

  /** A text of so many bytes, as `textBytes` gives them, in UTF-8. */
  text(text: string, length: number): void {
    const { bytes } = this
    if (length === text.length && length <= SHORT_UNITS) {
      for (let i = 0; i < length; i++) bytes[this.position++] = text.charCodeAt(i)
    } else {
      this.position += bytes.write(text, this.position, 'utf8')
    }
  }

  /** A whole number of 64 bits, or a double: as `AnyValue` has it. */
  number(value: number): void {
    if (!isInt64(value)) {
      this.byte(DOUBLE_VALUE)
      this.position = this.bytes.writeDoubleLE(value, this.position)
      return
    }
    this.byte(INT_VALUE)
    if (value >= 0 && value < TWO_32) {
      this.varint(value)
      return
    }
    let [low, high] = halves(value)
    while (high > 0 || low > 0x7f) {
      this.byte((low & 0x7f) | 0x80)
      low = ((low >>> 7) | (high << 25)) >>> 0
      high >>>= 7
    }
    this.byte(low)
  }

  /** An `AnyValue`. */
  value(value: AttributeValue): void {
    if (typeof value === 'string') {
      const length = textBytes(value)
      this.beginText(length)
      this.text(value, length)
    } else if (typeof value === 'number') {
      this.number(value)
    } else if (typeof value === 'boolean') {
      this.byte(BOOL_VALUE)
      this.byte(value ? 1 : 0)
    } else {
      this.byte(ARRAY_VALUE)
      this.varint(itemsBytes(value))
      for (const item of value) {
        this.byte(ITEM)
        this.varint(valueBytes(item))
        this.value(item)
      }
    }
  }

  /** A `KeyValue` without its tag, for which this makes room. `key` is the field of the key, and the tag of the value. */
  keyValue(key: Uint8Array, value: AttributeValue): void {
    if (typeof value === 'string') {
      const length = textBytes(value)
      this.beginKeyText(key, length)
      this.text(value, length)
    } else {
      this.beginKeyValue(key, valueBytes(value))
      this.value(value)
    }
  }

  /** What stands before the text, of so many bytes, of a `KeyValue`; makes room for the text as well. */
  beginKeyText(key: Uint8Array, length: number): void {
    this.beginKeyValue(key, stringValueBytes(length))
    this.beginText(length)
  }

  private beginKeyValue(key: Uint8Array, length: number): void {
    this.reserve(key.length + length + LENGTHS_BYTES)
    this.varint(key.length + varintBytes(length) + length)
    this.copy(key)
    this.varint(length)
  }

  /** What stands before the text of an `AnyValue` of so many bytes. */
  beginText(length: number): void {
    this.byte(STRING_VALUE)
    this.varint(length)
  }

  /** Leaves room for the length of a message that follows; returns its place, for `closeMessage`. */
  openMessage(): number {
    const at = this.position
    this.position += USUAL_LENGTH_BYTES
    return at
  }

  /** Writes the length of the message that ends here. */
  closeMessage(at: number): void {
    const start = at + USUAL_LENGTH_BYTES
    const length = this.position - start
    const lengthBytes = varintBytes(length)
    this.reserve(lengthBytes)
    if (lengthBytes !== USUAL_LENGTH_BYTES) this.bytes.copyWithin(at + lengthBytes, start, this.position)
    this.position = at
    this.varint(length)
    this.position += length
  }

  /** The nanoseconds of a time in milliseconds since the epoch, at a place that was written already. */
  time(timeMs: number, at: number): void {
    if (timeMs !== this.timeMs) {
      this.timeMs = timeMs
      this.timeBytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(Math.trunc(timeMs)) * 1_000_000n))
    }
    for (let i = 0; i < 8; i++) this.bytes[at + i] = this.timeBytes[i] as number
  }
}

/** How many bytes an `AnyValue` takes, without its own length. */
function valueBytes(value: AttributeValue): number {
  if (typeof value === 'string') return stringValueBytes(textBytes(value))
  if (typeof value === 'boolean') return 2
  if (typeof value === 'object') return stringValueBytes(itemsBytes(value))
  if (!isInt64(value)) return 9
  if (value >= 0 && value < TWO_32) return 1 + varintBytes(value)
  const [low, high] = halves(value)
  return high === 0 ? 1 + varintBytes(low) : 1 + Math.ceil((64 - Math.clz32(high)) / 7)
}

/** How many bytes the items of a list take. */
function itemsBytes(items: readonly AttributeValue[]): number {
  let bytes = 0
  for (const item of items) bytes += stringValueBytes(valueBytes(item))
  return bytes
}

/** The same for a text of so many bytes, or for what else has a tag and a length. */
const stringValueBytes = (length: number): number => 1 + varintBytes(length) + length

/** How many bytes an unsigned number below 2^32 takes. */
function varintBytes(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x20_0000) return 3
  return value < 0x1000_0000 ? 4 : 5
}

/** How many bytes a text takes in UTF-8; half of a pair takes three, like the character that stands for it. */
export function textBytes(text: string): number {
  const { length } = text
  if (length > SHORT_UNITS) return Buffer.byteLength(text)
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) > 0x7f) return Buffer.byteLength(text)
  return length
}

const isInt64 = (value: number): boolean => Number.isInteger(value) && value >= -LIMIT_64 && value < LIMIT_64

/** The lower and the upper 32 bits of a whole number of 64, in two's complement. */
function halves(value: number): [low: number, high: number] {
  const bits = BigInt.asUintN(64, BigInt(value))
  return [Number(bits & 0xffff_ffffn), Number(bits >> 32n)]
}
