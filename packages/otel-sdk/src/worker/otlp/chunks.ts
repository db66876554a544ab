import { LENGTH_DELIMITED } from './field-reader.ts'

/** A message in one piece, or in several that follow each other. */
export type MessageBytes = Uint8Array | Chunks

/** A message in one piece: a copy, where there are several. */
export const inOnePiece = (bytes: MessageBytes): Uint8Array => (bytes instanceof Chunks ? bytes.concat() : bytes)

/** Parts of a message that is being put together, and their total length. */
export class Chunks {
  readonly parts: Uint8Array[] = []
  length = 0

  add(part: Uint8Array): void {
    this.parts.push(part)
    this.length += part.length
  }

  /** Adds `content` as a length-delimited field. */
  addMessage(field: number, content: Chunks): void {
    this.add(Uint8Array.from([...varint((field << 3) | LENGTH_DELIMITED), ...varint(content.length)]))
    for (const part of content.parts) this.parts.push(part)
    this.length += content.length
  }

  concat(): Uint8Array {
    return Buffer.concat(this.parts, this.length)
  }
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return bytes
}
