import { setTimeout as wait } from 'node:timers/promises'
import type { RequestHead } from './behaviour.ts'
import { countRecords } from './count-records.ts'
import type { ReceivedLog, ReceivedMetricPoint, ReceivedSpan, Signal } from './records.ts'
import { type Encoding, type RecordsOf, SIGNALS } from './signals.ts'

/** One request, from the moment its headers are known. */
export interface ReceivedRequest extends RequestHead {
  /** 1 for the first since the start or the last `reset()`. */
  readonly number: number
  /** The common name in the client's certificate, with mutual TLS. */
  readonly clientCertificate: string | undefined
  /**
   * The body as received, so far as it was read, still compressed; on gRPC the message without its 5-byte prefix.
   * Empty when the receiver retains counts only.
   */
  body: Uint8Array
  /** How many log records, data points or spans it holds; 0 when that could not be read. */
  recordCount: number
  /** Whether they were stored. */
  stored: boolean
  /** `answered` from the answer's first byte; `aborted`: the client left, or the receiver was closed, before the end. */
  outcome: 'pending' | 'answered' | 'reset' | 'closed' | 'hung' | 'aborted'
  /** What was answered: the HTTP status, on gRPC the gRPC status code. */
  status: number | undefined
  /** Why the request was refused. */
  error: string | undefined
}

/**
 * What is kept of what arrives:
 * - `records`: each request is decoded when it arrives, and refused when that fails;
 * - `bodies`: only counted when it arrives, decoded when `logs`, `metrics` or `spans` is looked at: a record that is
 *   malformed inside throws there, and was answered as a success. For bursts;
 * - `counts`: numbers only. For runs that would fill the memory.
 */
export type Retain = 'records' | 'bodies' | 'counts'

export interface WaitOptions {
  /** @default 10000 */
  timeoutMs?: number
}

interface Batch {
  signal: Signal
  body: Uint8Array
  encoding: Encoding
}

/** The records and requests received, and who waits for them. */
export class Received {
  readonly #retain: Retain
  readonly #maxBytes: number
  #records: { [S in Signal]: RecordsOf[S][] } = { logs: [], metrics: [], traces: [] }
  #counts: Record<Signal, number> = { logs: 0, metrics: 0, traces: 0 }
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

  get counts(): Readonly<Record<Signal, number>> {
    return this.#counts
  }

  get logs(): readonly ReceivedLog[] {
    return this.#decoded('logs')
  }

  get metrics(): readonly ReceivedMetricPoint[] {
    return this.#decoded('metrics')
  }

  get spans(): readonly ReceivedSpan[] {
    return this.#decoded('traces')
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

  /** Whether the memory set aside for bodies is used up. */
  get full(): boolean {
    return this.#bytes > this.#maxBytes
  }

  /**
   * Counts a body's records and, where asked, stores them.
   * @throws Error that says what is malformed
   */
  take(request: ReceivedRequest, { signal, body, encoding }: Batch, store: boolean): void {
    if (this.#retain === 'records') {
      const records = SIGNALS[signal].decode(body, encoding)
      request.recordCount = records.length
      const all: unknown[] = this.#records[signal]
      if (store) for (const record of records) all.push(record)
    } else {
      request.recordCount = countRecords(signal, body, encoding)
      if (store && this.#retain === 'bodies') this.#undecoded.push({ signal, body, encoding })
    }
    if (!store) return
    request.stored = true
    this.#counts[signal] += request.recordCount
  }

  /** Lets those who wait look again. */
  changed(): void {
    for (const look of this.#waiting) look()
  }

  /** @throws Error, with what did arrive, when the time is up or the receiver is closed */
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
    this.#records = { logs: [], metrics: [], traces: [] }
    this.#counts = { logs: 0, metrics: 0, traces: 0 }
    this.#undecoded = []
    this.#requests = []
    this.#bytes = 0
  }

  close(): void {
    this.#closed.abort()
  }

  #decoded<S extends Signal>(signal: S): RecordsOf[S][] {
    for (let batch = this.#undecoded.shift(); batch; batch = this.#undecoded.shift()) {
      const all: unknown[] = this.#records[batch.signal]
      for (const record of SIGNALS[batch.signal].decode(batch.body, batch.encoding)) all.push(record)
    }
    return this.#records[signal]
  }

  #summary(): string {
    const { logs, metrics, traces } = this.#counts
    const last = this.#requests.at(-1)
    const ending = last && `, the last one ${last.outcome}${last.status === undefined ? '' : ` with ${last.status}`}`
    return `received ${logs} logs, ${metrics} metric points, ${traces} spans in ${this.#requests.length} requests${ending ?? ''}`
  }
}
