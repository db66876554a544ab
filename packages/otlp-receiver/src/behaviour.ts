import type { Signal } from './records.ts'
import type { PartialSuccess } from './signals.ts'

export type Transport = 'http' | 'grpc'

/** What is known of a request before its body is read. */
export interface RequestHead {
  /** `undefined` where the path names none: such a request is answered with 404 or UNIMPLEMENTED. */
  signal: Signal | undefined
  transport: Transport
  /** The URL's path, or the gRPC method. */
  path: string
  /** HTTP headers or gRPC metadata: lower-case names, values of one name joined by `, `. */
  headers: Readonly<Record<string, string>>
  /** Without its parameters, in lower case. */
  contentType: string
  /** Lower case; `identity` when the body is not compressed. */
  contentEncoding: string
}

/** What is sent in place of the usual success. Give either status: the other transport gets its counterpart. */
export interface Answer {
  /** HTTP status. @default the counterpart of `grpcStatus`, else 200 */
  status?: number
  /** gRPC status code. @default the counterpart of `status`, else 0 */
  grpcStatus?: number
  /** The error message (google.rpc.Status body, `grpc-message`). */
  message?: string
  /** `Retry-After` as it stands (seconds or a date); on gRPC, a RetryInfo detail when it is a number of seconds. */
  retryAfter?: number | string
  /** Further HTTP headers, or gRPC initial metadata. They win over the usual ones. */
  headers?: Readonly<Record<string, string>>
  /** The whole body (on gRPC the message) in place of an OTLP one: for garbage, or a page of HTML. */
  body?: Uint8Array | string
  /** A success that says that some records were not taken. The receiver stores all of them nevertheless. */
  partialSuccess?: PartialSuccess
  /** Answer a gRPC request as a proxy that knows no gRPC does: with `status` and `body` alone. @default false */
  bareHttp?: boolean
  /** A slow answer: the head at once, then so many milliseconds before each byte of the body and before the end. */
  paceMs?: number
}

/**
 * How a request fares, along four lines that combine freely: how much of it is read, how long nothing happens, whether
 * its records are stored, and how it ends.
 */
export interface Behaviour {
  /**
   * How much of the request is read before anything else happens:
   * - `all`;
   * - `part`: the headers and the first bytes of the body;
   * - `headers`;
   * - `nothing`: not even the connection's first byte. This one is decided, and counted, per new connection, where
   *   nothing but the transport is known yet; on a connection that is open already it acts as `headers`.
   * @default 'all'
   */
  read?: 'all' | 'part' | 'headers' | 'nothing'
  /** Milliseconds between reading and the end. @default 0 */
  delayMs?: number
  /** Whether the records are kept. Needs `read: 'all'`. @default true for an answer that is a success, else false */
  store?: boolean
  /**
   * What is sent, or in its place: `reset` the connection (RST), `close` it (FIN) without an answer, `hang`: keep it open, never
   * answer. On gRPC the connection is the one that all of a client's requests share.
   * @default { status: 200 }
   */
  answer?: Answer | 'reset' | 'close' | 'hang'
}

/** Which requests a behaviour is for, and how many. */
export interface MisbehaveOptions {
  /** Ends after so many requests. @default until cleared */
  times?: number
  signal?: Signal
  transport?: Transport
}

/** Decides for each request; `undefined` leaves it to the next behaviour in line, or to normal treatment. */
export type BehaviourOf = (request: RequestHead) => Behaviour | undefined

/** A behaviour in force. */
export interface Misbehaviour {
  /** Requests (connections for `read: 'nothing'`) that it was applied to. */
  readonly hits: number
  /** Ends it. Requests that it already holds are not let go. */
  clear(): void
}

interface Entry {
  behaviour: Behaviour | BehaviourOf
  options: MisbehaveOptions
  hits: number
}

/** The behaviours in force, in the order in which they were asked for; the first that matches a request decides. */
export class Misbehaviours {
  #entries: Entry[] = []

  add(behaviour: Behaviour | BehaviourOf, options: MisbehaveOptions): Misbehaviour {
    check(behaviour, options)
    const entry: Entry = { behaviour, options, hits: 0 }
    this.#entries.push(entry)
    return {
      get hits() {
        return entry.hits
      },
      clear: () => this.#remove(entry),
    }
  }

  clear(): void {
    this.#entries = []
  }

  /** What a new connection gets when it is not even read. */
  forConnection(transport: Transport): Behaviour | undefined {
    const entry = this.#entries.find(({ options }) => (options.transport ?? transport) === transport)
    if (!entry || typeof entry.behaviour === 'function' || entry.behaviour.read !== 'nothing') return undefined
    this.#hit(entry)
    return entry.behaviour
  }

  forRequest(head: RequestHead): Behaviour | undefined {
    for (const entry of this.#entries) {
      const { signal = head.signal, transport = head.transport } = entry.options
      if (signal !== head.signal || transport !== head.transport) continue
      const behaviour = typeof entry.behaviour === 'function' ? entry.behaviour(head) : entry.behaviour
      if (!behaviour) continue
      if (behaviour !== entry.behaviour) check(behaviour, {})
      this.#hit(entry)
      return behaviour
    }
    return undefined
  }

  #hit(entry: Entry): void {
    entry.hits += 1
    if (entry.hits === entry.options.times) this.#remove(entry)
  }

  #remove(entry: Entry): void {
    this.#entries = this.#entries.filter(other => other !== entry)
  }
}

function check(behaviour: Behaviour | BehaviourOf, { times, signal }: MisbehaveOptions): void {
  if (times !== undefined && !(Number.isInteger(times) && times > 0)) {
    throw new RangeError(
      `misbehave: "times" is ${times}; give a whole number from 1, or leave it out for "until cleared"`,
    )
  }
  if (typeof behaviour === 'function') return
  const { read = 'all', store, answer, delayMs = 0 } = behaviour
  if (store && read !== 'all') {
    throw new TypeError(`misbehave: "store" needs the whole request, but "read" is "${read}"; leave one of them out`)
  }
  if (read === 'nothing' && signal) {
    throw new TypeError('misbehave: with read "nothing" the signal is never known; leave out "signal"')
  }
  if (read === 'nothing' && (answer === undefined || typeof answer === 'object')) {
    throw new TypeError(
      'misbehave: a request that is not read gets no answer; set "answer" to "hang", "reset" or "close"',
    )
  }
  if (!(Number.isFinite(delayMs) && delayMs >= 0)) {
    throw new RangeError(`misbehave: "delayMs" is ${delayMs}; give a number of milliseconds from 0`)
  }
}
