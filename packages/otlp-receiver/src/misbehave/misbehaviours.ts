import type { SignalName } from '../codec/signals.ts'
import type { Behaviour } from './behaviour.ts'
import type { RequestHead, Transport } from './request-head.ts'

/** Which requests a behaviour applies to, and to how many. */
export interface MisbehaveOptions {
  /** The behaviour ends after this many requests. @default until cleared */
  times?: number
  signal?: SignalName
  transport?: Transport
}

/** Returns the behaviour of one request; `undefined` leaves the request to the next behaviour, or to normal treatment. */
export type BehaviourOf = (request: RequestHead) => Behaviour | undefined

/** A behaviour in force. */
export interface Misbehaviour {
  /** How many requests (connections for `read: 'nothing'`) the behaviour was applied to. */
  readonly hits: number
  /** Ends the behaviour for further requests. A request that it holds already stays held. */
  clear(): void
}

interface Entry {
  behaviour: Behaviour | BehaviourOf
  options: MisbehaveOptions
  hits: number
}

/** The behaviours in force, oldest first. The first that matches a request decides. */
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

  /** The behaviour of a new connection that the receiver does not read. Counts as a hit. */
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
