import { ENTRY_ALIGNMENT, ENTRY_HEADER_BYTES, EntryPart, type EventChunk, FieldTag } from '../protocol/event-chunk.ts'

/** Of a field that is neither text nor list: a tag and eight bytes. */
const FIELD_BYTES = 9
/** Of a text or a list, before what is in it. */
const LENGTH_BYTES = 5
/** Below this, going through a text here is cheaper than calling what does it at once. */
const SHORT_UNITS = 24
/** In place of where an entry ends. */
export const NO_ROOM = -1

/** What an entry takes at most that has the fields in `values` from `first` on. */
export function entryBound(values: readonly unknown[], first: number): number {
  let bytes = ENTRY_HEADER_BYTES + ENTRY_ALIGNMENT
  for (let i = first; i < values.length; i++) bytes += fieldBound(values[i])
  return bytes
}

function fieldBound(value: unknown): number {
  if (typeof value === 'string') return LENGTH_BYTES + 2 * value.length
  return Array.isArray(value) ? LENGTH_BYTES + entryBound(value, 0) : FIELD_BYTES
}

/** Writes an entry; returns where it ends, or `NO_ROOM`. */
export function writeEntry(
  to: EventChunk,
  start: number,
  row: number,
  session: number,
  fields: number,
  timeMs: number,
  span: number,
  values: readonly unknown[],
  first: number,
): number {
  let at = start + ENTRY_HEADER_BYTES
  if (at > to.bytes.length) return NO_ROOM
  for (let i = first; i < values.length; i++) {
    at = writeField(to, at, values[i])
    if (at === NO_ROOM) return NO_ROOM
  }
  const end = alignEntry(at)
  const word = start >> 2
  to.words[word + EntryPart.bytes] = end - start
  to.words[word + EntryPart.row] = row
  to.words[word + EntryPart.session] = session
  to.words[word + EntryPart.fields] = fields
  to.words[word + EntryPart.span] = span
  to.doubles[(start >> 3) + EntryPart.time] = timeMs
  return end
}

/** Where an entry ends whose fields end there. */
export const alignEntry = (at: number): number => (at + ENTRY_ALIGNMENT - 1) & -ENTRY_ALIGNMENT

/** Writes a field; returns where it ends, or `NO_ROOM`. */
export function writeField(to: EventChunk, start: number, value: unknown): number {
  const { bytes, view } = to
  if (start > bytes.length - FIELD_BYTES) return NO_ROOM
  switch (typeof value) {
    case 'string':
      return writeText(to, start, value)
    case 'number':
      if (Object.is(value >>> 0, value)) {
        bytes[start] = FieldTag.uint32
        view.setUint32(start + 1, value, true)
        return start + 5
      }
      bytes[start] = FieldTag.number
      view.setFloat64(start + 1, value, true)
      return start + FIELD_BYTES
    case 'boolean':
      bytes[start] = value ? FieldTag.true : FieldTag.false
      return start + 1
    default: {
      if (!Array.isArray(value)) {
        bytes[start] = FieldTag.absent
        return start + 1
      }
      bytes[start] = FieldTag.list
      view.setUint32(start + 1, value.length, true)
      let at = start + LENGTH_BYTES
      for (const item of value) {
        at = writeField(to, at, item)
        if (at === NO_ROOM) return NO_ROOM
      }
      return at
    }
  }
}

function writeText({ bytes, view }: EventChunk, start: number, text: string): number {
  const { length } = text
  const at = start + LENGTH_BYTES
  if (at + 2 * length > bytes.length) return NO_ROOM
  let isAscii: boolean
  if (length <= SHORT_UNITS) {
    let all = 0
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      all |= unit
      bytes[at + i] = unit
    }
    isAscii = all < 0x80
  } else {
    // Twice as much room: a text that has other characters takes more bytes than it has units, or all of the room.
    isAscii = bytes.write(text, at, 2 * length, 'utf8') === length
  }
  if (!isAscii) bytes.write(text, at, 2 * length, 'utf16le')
  const size = isAscii ? length : 2 * length
  bytes[start] = isAscii ? FieldTag.ascii : FieldTag.utf16
  view.setUint32(start + 1, size, true)
  return at + size
}
