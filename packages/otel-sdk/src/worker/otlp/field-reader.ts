/** Bytes that are not a protobuf message. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError'
}

/** Varint; the others by their number on the wire. */
export const VARINT = 0
export const FIXED64 = 1
export const LENGTH_DELIMITED = 2
export const FIXED32 = 5

/**
 * Walks the fields of one protobuf message without copying or decoding what is in them.
 * Everything that is done to requests here (counting, joining, splitting, JSON) needs no more than this.
 */
export class FieldReader {
  readonly bytes: Uint8Array
  readonly end: number
  /** Where the next field begins. */
  position: number
  /** Number and wire type of the field that `next` found. */
  field = 0
  wire = 0
  /** Where the field begins, tag included. */
  tagStart = 0
  /** Where its value begins and ends; of a length-delimited field without the length. */
  valueStart = 0

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes
    this.position = start
    this.end = end
  }

  /** Moves to the next field; `false` at the end. Throws `MalformedMessageError`. */
  next(): boolean {
    if (this.position >= this.end) return false
    this.tagStart = this.position
    const tag = this.varint()
    this.field = tag >>> 3
    this.wire = tag & 7
    let length = 0
    if (this.wire === LENGTH_DELIMITED) length = this.varint()
    else if (this.wire === FIXED64) length = 8
    else if (this.wire === FIXED32) length = 4
    this.valueStart = this.position
    if (this.wire === VARINT) this.skipVarint()
    else if (this.wire === LENGTH_DELIMITED || this.wire === FIXED64 || this.wire === FIXED32) this.position += length
    else throw new MalformedMessageError(`wire type ${this.wire}`)
    if (this.position > this.end || this.field === 0) throw new MalformedMessageError('field past the end')
    return true
  }

  /** The value of the field that `next` found ends here. */
  get valueEnd(): number {
    return this.position
  }

  private varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.position >= this.end) throw new MalformedMessageError('message ends inside a number')
      const byte = this.bytes[this.position++] ?? 0
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new MalformedMessageError('number too long')
  }

  private skipVarint(): void {
    const limit = Math.min(this.end, this.position + 10)
    while (this.position < limit) if ((this.bytes[this.position++] ?? 0) < 0x80) return
    throw new MalformedMessageError('message ends inside a number')
  }
}
