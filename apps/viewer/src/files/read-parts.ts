import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { ImportedPart } from '../store/writer-methods.ts'
import { cutOff, noOtlp, tooDeep, tooLong } from './import-cure.ts'
import { requestsOfSegment, SEGMENT_MAGIC } from './read-spool.ts'

/** Bytes of one JSON line, JSON document or protobuf message. */
const MAX_MESSAGE_BYTES: number = 64 * 1024 * 1024
/** Lines are handed over in blocks of about this size. */
const BLOCK_BYTES = 256 * 1024
/** Of one gzip in another: there are files that are their own content. */
const MAX_GZIP_DEPTH = 3
const INFLATED_BYTES = 256 * 1024
const GZIP = Buffer.from([0x1f, 0x8b])
/** Some editors of Windows write it before a text. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const NEWLINE = 0x0a
/** The tag of the first field of every OTLP request. */
const FIRST_FIELD = 0x0a

export type Part = ImportedPart & { bytes: Uint8Array<ArrayBuffer> }

/**
 * Cuts what a file or a stream has into parts that can be read on their own. The format is seen by the bytes: JSON lines, a JSON
 * document, the protobuf of a Collector's file exporter, the body of one request, a segment of the spool; any of them in gzip.
 * @throws Error that says what cannot be read, or the reason of the signal
 */
export function readParts(stream: AsyncIterable<Buffer>, signal?: AbortSignal): AsyncGenerator<Part> {
  return partsOf(new ByteQueue(stream, signal), MAX_GZIP_DEPTH)
}

async function* partsOf(bytes: ByteQueue, gzipDepth: number): AsyncGenerator<Part> {
  if ((await bytes.peek(BYTE_ORDER_MARK.length)).equals(BYTE_ORDER_MARK)) await bytes.take(BYTE_ORDER_MARK.length)
  const start = await bytes.peek(SEGMENT_MAGIC.length)
  if (start.length === 0) return
  if (start.subarray(0, 2).equals(GZIP)) {
    if (gzipDepth === 0) throw tooDeep(MAX_GZIP_DEPTH)
    const inflated = createGunzip({ chunkSize: INFLATED_BYTES })
    // An error of either reaches the one who reads what was inflated.
    pipeline(Readable.from(bytes.rest()), inflated, () => {})
    yield* partsOf(new ByteQueue(inflated, bytes.signal), gzipDepth - 1)
  } else if (start.equals(SEGMENT_MAGIC)) {
    for (const body of requestsOfSegment(await bytes.all())) yield partOf(body)
  } else if (start[0] === FIRST_FIELD && !isJson(await bytes.peek(64))) {
    yield partOf(await bytes.all())
  } else if ((start[0] ?? 0) < MAX_MESSAGE_BYTES >>> 24 || start[0] === 0) {
    yield* lengthPrefixed(bytes)
  } else if (isJson(await bytes.peek(64))) {
    yield* jsonParts(bytes)
  } else {
    throw noOtlp(start.toString('latin1').replace(/[^\x20-\x7e]/g, '.'))
  }
}

const isJson = (start: Buffer): boolean => /^\s*[{[]/.test(start.toString('latin1'))

/** A buffer of its own, which can be handed to a thread. */
function partOf(body: Buffer): Part {
  const bytes = new Uint8Array(body)
  return { form: isJson(body.subarray(0, 64)) ? 'document' : 'binary', bytes }
}

/** The Collector's file exporter writes the length of each message before it, in four bytes, the highest first. */
async function* lengthPrefixed(bytes: ByteQueue): AsyncGenerator<Part> {
  for (let offset = 0; ; ) {
    const head = await bytes.take(4)
    if (head.length === 0) return
    const length = head.length < 4 ? -1 : head.readUInt32BE(0)
    if (length > MAX_MESSAGE_BYTES) {
      throw tooLong(`the message at byte ${offset} has ${length} bytes; ${MAX_MESSAGE_BYTES} are read at most`)
    }
    const body = await bytes.take(Math.max(length, 0))
    if (length < 0 || body.length < length) throw cutOff(offset)
    if (length > 0) yield partOf(body)
    offset += 4 + length
  }
}

async function* jsonParts(bytes: ByteQueue): AsyncGenerator<Part> {
  const first = await bytes.peekLine()
  if (!isDocument(first)) {
    yield { form: 'document', bytes: new Uint8Array(await bytes.all()) }
    return
  }
  for (;;) {
    const block = await bytes.takeLines(BLOCK_BYTES)
    if (block.length === 0) return
    yield { form: 'lines', bytes: new Uint8Array(block) }
  }
}

function isDocument(line: Buffer): boolean {
  try {
    JSON.parse(line.toString())
    return true
  } catch {
    return false
  }
}

/** Bytes of a stream, taken as they are needed. */
class ByteQueue {
  /** Ends the reading before the next piece: what was compressed has many of them. */
  readonly signal: AbortSignal | undefined
  private readonly source: AsyncIterator<Buffer>
  /** What was read and not taken. It ends at `end` of `room`, which has more than once the space that is needed. */
  private held: Buffer = Buffer.alloc(0)
  private room: Buffer = this.held
  private end = 0
  private ended = false

  constructor(stream: AsyncIterable<Buffer>, signal: AbortSignal | undefined) {
    this.source = stream[Symbol.asyncIterator]()
    this.signal = signal
  }

  /** The next bytes, which stay; fewer at the end. */
  async peek(length: number): Promise<Buffer> {
    while (this.held.length < length && (await this.more()));
    return this.held.subarray(0, length)
  }

  async take(length: number): Promise<Buffer> {
    const taken = await this.peek(length)
    this.held = this.held.subarray(taken.length)
    return taken
  }

  async peekLine(): Promise<Buffer> {
    let searched = 0
    for (;;) {
      const end = this.held.indexOf(NEWLINE, searched)
      if (end >= 0) return this.held.subarray(0, end)
      searched = this.held.length
      if (!(await this.more())) return this.held
    }
  }

  /** Whole lines of about so many bytes, at least one; none at the end. */
  async takeLines(length: number): Promise<Buffer> {
    await this.peek(length)
    let end = this.held.lastIndexOf(NEWLINE, length)
    while (end < 0) {
      const searched = this.held.length
      if (!(await this.more())) return this.take(this.held.length)
      end = this.held.indexOf(NEWLINE, searched)
    }
    return this.take(end + 1)
  }

  /** @throws Error when there is more than one message may have */
  async all(): Promise<Buffer> {
    while (await this.more());
    return this.take(this.held.length)
  }

  async *rest(): AsyncGenerator<Buffer> {
    if (this.held.length > 0) yield this.held
    this.held = Buffer.alloc(0)
    for (;;) {
      const { value, done } = await this.source.next()
      if (done) return
      yield value
    }
  }

  private async more(): Promise<boolean> {
    if (this.ended) return false
    this.signal?.throwIfAborted()
    if (this.held.length > MAX_MESSAGE_BYTES + BLOCK_BYTES) {
      throw tooLong(`one line or message has more than ${MAX_MESSAGE_BYTES} bytes, which is the most that is read`)
    }
    const { value, done } = await this.source.next()
    if (done) this.ended = true
    else this.append(value)
    return !done
  }

  /** Copies what is held only each time that it has doubled. */
  private append(piece: Buffer): void {
    if (this.held.length === 0) {
      this.held = this.room = piece
      this.end = piece.length
      return
    }
    const length = this.held.length + piece.length
    if (this.end + piece.length > this.room.length) {
      this.room = Buffer.allocUnsafe(2 * length)
      this.end = this.held.copy(this.room)
    }
    this.end += piece.copy(this.room, this.end)
    this.held = this.room.subarray(this.end - length, this.end)
  }
}
