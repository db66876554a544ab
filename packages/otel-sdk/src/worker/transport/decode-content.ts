import zlib from 'node:zlib'

/** What the `accept-encoding` of a request says: an answer of a few bytes is best left as it is. */
export const ACCEPT_ENCODING = 'identity, gzip;q=0.5, deflate;q=0.5, br;q=0.5, zstd;q=0.5, *;q=0'

/** More codings on top of each other than any receiver has a use for. */
const MAX_CODINGS = 4

/** The decoded bytes, or in one clause why there are none. */
export type DecodedContent = { body: Uint8Array } | { problem: string }

/** More frames than a receiver makes of an answer. */
const MAX_FRAMES = 64

/** Undoes the stream that `bytes` begin with; `read` is how many of them belong to it. */
type Decoder = (bytes: Uint8Array, maxBytes: number) => { body: Uint8Array; read: number }

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: decoder(zlib.gunzipSync),
  'x-gzip': decoder(zlib.gunzipSync),
  deflate: inflate,
  br: decoder(zlib.brotliDecompressSync),
  zstd: decodeFrames,
}

/**
 * Undoes the codings of a `Content-Encoding` header, the last one first. Content that begins as a gzip stream although
 * the header names no gzip is decoded, too: no OTLP answer begins so. Bytes behind the end of a stream are a problem: what
 * they say would be lost.
 *
 * @param maxBytes What each coding may inflate to; the decoder stops there, so that a small body cannot fill the memory.
 */
export function decodeContent(body: Uint8Array, contentEncoding: string, maxBytes: number): DecodedContent {
  const codings = contentEncoding
    .split(',')
    .map(coding => coding.trim().toLowerCase())
    .filter(coding => coding !== '' && coding !== 'identity')
  if (codings.length > MAX_CODINGS) return { problem: `it is compressed ${codings.length} times` }
  let decoded: DecodedContent = { body }
  for (const coding of codings.reverse()) {
    if ('problem' in decoded || decoded.body.length === 0) return decoded
    decoded = decodeOnce(decoded.body, coding, maxBytes)
  }
  if ('problem' in decoded || !isGzip(decoded.body)) return decoded
  return decodeOnce(decoded.body, 'gzip', maxBytes)
}

function decodeOnce(body: Uint8Array, coding: string, maxBytes: number): DecodedContent {
  const decode = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined
  if (decode === undefined) {
    return {
      problem: `it has the content encoding ${/^[\da-z-]{1,12}$/.test(coding) ? `"${coding}"` : '(not shown)'}, which was not asked for`,
    }
  }
  try {
    const decoded = decode(body, maxBytes)
    return decoded.read < body.length ? { problem: `it goes on behind the end of its ${coding} stream` } : decoded
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    return { problem: tooLarge ? `it inflates to more than ${maxBytes} bytes` : `it cannot be decoded as ${coding}` }
  }
}

type ZlibFunction = (bytes: Uint8Array, options: { maxOutputLength: number; info: true }) => unknown

function decoder(decode: ZlibFunction): Decoder {
  return (bytes, maxBytes) => {
    // `info` has Node return the stream beside the bytes, which its types do not say.
    const { buffer, engine } = decode(bytes, { maxOutputLength: maxBytes, info: true }) as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    return { body: buffer, read: engine.bytesWritten }
  }
}

/** Receivers send both what RFC 9110 calls "deflate", the zlib format, and the bare stream inside it. */
function inflate(bytes: Uint8Array, maxBytes: number): ReturnType<Decoder> {
  const [first = 0, second = 0] = bytes
  const hasZlibHeader = (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0
  return decoder(hasZlibHeader ? zlib.inflateSync : zlib.inflateRawSync)(bytes, maxBytes)
}

/** All frames of a body, of which Node decodes the first alone. Those that are to be skipped hold nothing. */
function decodeFrames(bytes: Uint8Array, maxBytes: number): ReturnType<Decoder> {
  const decode = decoder(zlib.zstdDecompressSync)
  const parts: Uint8Array[] = []
  let length = 0
  let read = 0
  while (read < bytes.length && parts.length < MAX_FRAMES) {
    // Node takes no limit of 0.
    const frame = decode(bytes.subarray(read), Math.max(1, maxBytes - length))
    if (frame.read === 0) break
    parts.push(frame.body)
    length += frame.body.length
    read += frame.read
  }
  return { body: Buffer.concat(parts), read }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b
