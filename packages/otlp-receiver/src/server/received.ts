import { setTimeout as wait } from 'node:timers/promises'
import { countRecords } from '../codec/count-records.ts'
import type { Encoding } from '../codec/encoding.ts'
import { decodeRecords } from '../codec/read-records.ts'
import { perSignal, type RecordOf, SIGNAL_NAMES, SIGNALS, type SignalName } from '../codec/signals.ts'
import type { RequestHead } from '../misbehave/request-head.ts'
import type { Ending } from './exchange.ts'

/** One request, from the moment its headers are known. */
export interface ReceivedRequest extends RequestHead {
  /** 1 for the first since the start or the last `reset()`. */
  readonly number: number
  /** The common name in the client's certificate, with mutual TLS. */
  readonly clientCertificate: string | undefined
  /**
   * The part of the body that was read, as received and still compressed; on gRPC the message without its 5-byte
   * prefix. Empty with `retain: 'counts'`.
   */
  body: Uint8Array
  /** How many log records, data points or spans the body holds; 0 when the body was not read or is malformed. */
  recordCount: number
  /** Whether the records were stored. */
  stored: boolean
  /** `answered` from the answer's first byte; `aborted`: the client left, or the receiver was closed, before the end. */
  outcome: 'pending' | Ending
  /** The answer's HTTP status, on gRPC its gRPC status code. */
  status: number | undefined
  /** Why the request was refused. */
  error: string | undefined
}

/**
 * What the receiver keeps of a request:
 * - `records`: the receiver decodes each request when it arrives, and refuses one that is malformed;
 * - `bodies`: the receiver counts the records when the request arrives and decodes them when `logs`, `metrics` or `spans`
 *   is read. A malformed record is answered as a success and throws at that reading. For bursts;
 * - `counts`: numbers only. For runs whose bodies would fill the memory.
 */
export type Retain = 'records' | 'bodies' | 'counts'

export interface WaitOptions {
  /** @default 10000 */
  timeoutMs?: number
}

interface Batch {
  signal: SignalName
  body: Uint8Array
  encoding: Encoding
}

type Records = { [S in SignalName]: RecordOf<S>[] }
type Counts = Record<SignalName, number>

/** The records and requests received, and the waits for them. */
export class Received {
  readonly #retain: Retain
  readonly #maxBytes: number
  #records: Records = perSignal<Records>(() => [])
  #counts: Counts = perSignal<Counts>(() => 0)
  #undecoded: Batch[] = []
  #bytes = 0
  #requests: ReceivedRequest[] = []
  readonly #waiting = new Set<() => void>()
  readonly #closed = new AbortController()

  constructor(retain: Retain, maxBytes: number) {
    this.#retain = retain
    this.#maxBytes = maxBytes
  }

  get requests(): readonly ReceivedRequest[] {
    return this.#requests
  }

  get counts(): Readonly<Counts> {
    return this.#counts
  }

  /**
   * The stored records of a signal. Decodes what is retained as bodies.
   * @throws Error that names what is malformed in a retained body; that body is dropped
   */
  records<S extends SignalName>(signal: S): readonly RecordOf<S>[] {
    for (let batch = this.#undecoded.shift(); batch; batch = this.#undecoded.shift()) {
      this.#keep(batch.signal, decodeRecords(batch.signal, batch.body, batch.encoding))
    }
    return this.#records[signal]
  }

  begin(head: RequestHead, clientCertificate: string | undefined): ReceivedRequest {
    const request: ReceivedRequest = {
      ...head,
      number: this.#requests.length + 1,
      clientCertificate,
      body: new Uint8Array(),
      recordCount: 0,
      stored: false,
      outcome: 'pending',
      status: undefined,
      error: undefined,
    }
    this.#requests.push(request)
    return request
  }

  keepBody(request: ReceivedRequest, body: Uint8Array): void {
    if (this.#retain === 'counts') return
    request.body = body
    this.#bytes += body.length
  }

  /** Whether the bodies take more than `maxRetainedBytes`. */
  get full(): boolean {
    return this.#bytes > this.#maxBytes
  }

  /**
   * Counts a body's records and, with `store`, keeps them.
   * @throws MalformedRequest
   */
  take(request: ReceivedRequest, { signal, body, encoding }: Batch, store: boolean): void {
    if (this.#retain === 'records') {
      const records = decodeRecords(signal, body, encoding)
      request.recordCount = records.length
      if (store) this.#keep(signal, records)
    } else {
      request.recordCount = countRecords(signal, body, encoding)
      if (store && this.#retain === 'bodies') this.#undecoded.push({ signal, body, encoding })
    }
    if (!store) return
    request.stored = true
    this.#counts[signal] += request.recordCount
  }

  /** Checks the conditions of all waits again. */
  changed(): void {
    for (const look of this.#waiting) look()
  }

  /** @throws Error that counts what arrived, when the time is up or the receiver is closed */
  async waitFor(holds: () => boolean, what: string, { timeoutMs = 10_000 }: WaitOptions): Promise<void> {
    if (holds()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = (): void => {
      try {
        if (holds()) resolve()
      } catch (error) {
        reject(error)
      }
    }
    const done = new AbortController()
    const signal = AbortSignal.any([done.signal, this.#closed.signal])
    this.#waiting.add(look)
    wait(timeoutMs, undefined, { signal }).then(
      () => reject(new Error(`waited ${timeoutMs} ms for ${what}; ${this.#summary()}`)),
      () => reject(new Error(`the receiver was closed while waiting for ${what}; ${this.#summary()}`)),
    )
    try {
      await promise
    } finally {
      this.#waiting.delete(look)
      done.abort()
    }
  }

  reset(): void {
    this.#records = perSignal<Records>(() => [])
    this.#counts = perSignal<Counts>(() => 0)
    this.#undecoded = []
    this.#requests = []
    this.#bytes = 0
  }

  close(): void {
    this.#closed.abort()
  }

  #keep(signal: SignalName, records: readonly unknown[]): void {
    const all: unknown[] = this.#records[signal]
    for (const record of records) all.push(record)
  }

  #summary(): string {
    const counts = SIGNAL_NAMES.map(signal => `${this.#counts[signal]} ${SIGNALS[signal].noun}`).join(', ')
    const last = this.#requests.at(-1)
    const ending = last && `, the last one ${last.outcome}${last.status === undefined ? '' : ` with ${last.status}`}`
    return `received ${counts} in ${this.#requests.length} requests${ending ?? ''}`
  }
}
