/** Tab, line feed, vertical tab, form feed, carriage return; shift-out, shift-in and escape, which charsets use. */
const TEXT_CONTROLS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x1b])

/**
 * The text that an answer is, whatever its media type says, without a byte order mark; `undefined` when its bytes are
 * no text. A text has no control characters but white space and those that charsets use. In every OTLP answer in
 * protobuf that says something, the tag of the first field inside the partial success is one.
 */
export function answerText(bytes: Uint8Array): string | undefined {
  const utf16 = utf16Charset(bytes)
  if (utf16 !== undefined) return new TextDecoder(utf16).decode(bytes)
  for (const byte of bytes) if (byte < 0x20 && !TEXT_CONTROLS.has(byte)) return undefined
  return new TextDecoder().decode(bytes)
}

/** By a byte order mark, or by an ASCII character that is not a control character beside a zero byte. */
function utf16Charset([first = 0, second = 0]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if ((first === 0xff && second === 0xfe) || (first >= 0x20 && first < 0x7f && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second >= 0x20 && second < 0x7f)) return 'utf-16be'
  return undefined
}
