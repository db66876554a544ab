/** Longer texts are copied by the runtime, shorter ones faster byte by byte. */
const COPY_FROM = 64
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** JSON that is being written, as UTF-8. */
export class JsonBytes {
  private buffer: Buffer
  private length = 0

  /** `expected`: how long it will be, about. */
  constructor(expected: number) {
    this.buffer = Buffer.allocUnsafe(expected + 64)
  }

  byte(byte: number): void {
    this.reserve(1)
    this.buffer[this.length++] = byte
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    for (let index = 0; index < bytes.length; index++) this.buffer[this.length++] = bytes[index] ?? 0
  }

  /** JSON of ASCII characters. */
  ascii(json: string): void {
    this.reserve(json.length)
    for (let index = 0; index < json.length; index++) this.buffer[this.length++] = json.charCodeAt(index)
  }

  /** Writes the UTF-8 text between `start` and `end` as a JSON string. */
  text(source: Buffer, start: number, end: number): void {
    this.reserve(end - start + 2)
    const { buffer } = this
    let at = this.length
    buffer[at++] = QUOTE
    for (let index = start; index < end; index++) {
      const byte = source[index] ?? 0
      if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) {
        this.escaped(source, start, end)
        return
      }
    }
    if (end - start >= COPY_FROM) {
      source.copy(buffer, at, start, end)
      at += end - start
    } else for (let index = start; index < end; index++) buffer[at++] = source[index] ?? 0
    buffer[at++] = QUOTE
    this.length = at
  }

  finish(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }

  private escaped(source: Buffer, start: number, end: number): void {
    const json = Buffer.from(JSON.stringify(source.toString('utf8', start, end)))
    this.reserve(json.length)
    this.length += json.copy(this.buffer, this.length)
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes))
    this.buffer.copy(larger, 0, 0, this.length)
    this.buffer = larger
  }
}
