import { countRecords } from '../codec/count-records.ts'
import type { Encoding } from '../codec/encoding.ts'
import { MalformedRequest } from '../codec/malformed-request.ts'
import { readRecords } from '../codec/read-records.ts'
import type { RecordLimits } from '../codec/record-limits.ts'
import type { RecordOf, SignalName } from '../codec/signals.ts'
import type { RequestHead, Transport } from '../misbehave/request-head.ts'
import type { Message } from './exchange.ts'

/** The records of one request, undecoded. The server keeps nothing of it once `onBatch` has settled. */
export interface BatchOf<S extends SignalName> {
  readonly signal: S
  readonly transport: Transport
  readonly encoding: Encoding
  /** Path, headers and address as the client sent them. */
  readonly head: RequestHead
  /** How many bytes of body were received, before decompression. */
  readonly bytes: number
  /**
   * The message, decompressed; on gRPC without its 5-byte prefix. It has an `ArrayBuffer` of its own, which may be
   * transferred to a worker; `forEach` and `count` then find nothing in it.
   */
  readonly body: Uint8Array<ArrayBuffer>
  /**
   * Decodes the message and calls `visit` for each log record, data point or span, one after the other.
   * @returns how many there were
   * @throws MalformedRequest that names what is malformed or above `limits.record`, after the records before it were visited. Let it pass, and the
   * server answers with 400 or INVALID_ARGUMENT
   */
  forEach(visit: (record: RecordOf<S>) => void): number
  /**
   * Counts without decoding; the contents of the records are not checked.
   * @throws MalformedRequest
   */
  count(): number
}

/** The records of one request. `signal` tells what `forEach` gives. */
export type Batch = { [S in SignalName]: BatchOf<S> }[SignalName]

/**
 * What became of a batch:
 * - nothing at all, or `stored`: it was taken. `rejected` of its records were not, which the client is told (a partial
 *   success) and does not send again;
 * - `busy`: the client may send it again after `retryAfterSeconds` (default 1). Answered with 429 or UNAVAILABLE;
 * - `refused`: it must not be sent again, but where `status` is 503. Answered with `status` (an HTTP status from 400,
 *   default 400) or its counterpart in gRPC.
 */
export type Outcome =
  | undefined
  | { outcome: 'stored'; rejected?: number; message?: string }
  | { outcome: 'busy'; retryAfterSeconds?: number; message?: string }
  | { outcome: 'refused'; status?: number; message: string; advice?: string }

export function makeBatch(head: RequestHead, message: Message, limits: RecordLimits): Batch {
  return new UndecodedBatch(head, message, limits) as Batch
}

class UndecodedBatch<S extends SignalName> implements BatchOf<S> {
  readonly signal: S
  readonly transport: Transport
  readonly encoding: Encoding
  readonly head: RequestHead
  readonly bytes: number
  #body: Uint8Array
  #ownsBuffer = false
  readonly #limits: RecordLimits

  constructor(head: RequestHead, { signal, encoding, body, bytes }: Message, limits: RecordLimits) {
    this.#limits = limits
    this.signal = signal as S
    this.transport = head.transport
    this.encoding = encoding
    this.head = head
    this.bytes = bytes
    this.#body = body
  }

  get body(): Uint8Array<ArrayBuffer> {
    // What arrived may be a part of a buffer of Node's that other requests are in, too.
    if (!this.#ownsBuffer) this.#body = new Uint8Array(this.#body)
    this.#ownsBuffer = true
    return this.#body as Uint8Array<ArrayBuffer>
  }

  forEach(visit: (record: RecordOf<S>) => void): number {
    return readRecords(this.signal, this.#body, this.encoding, visit, this.#limits)
  }

  count(): number {
    try {
      return countRecords(this.signal, this.#body, this.encoding)
    } catch (error) {
      throw MalformedRequest.from(error)
    }
  }
}
