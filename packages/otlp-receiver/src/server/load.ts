import { setTimeout as wait } from 'node:timers/promises'
import type { ServerLimits } from './limits.ts'
import { busy, RefusedRequest, type RefusingAnswer } from './refusal.ts'

/** The requests in work and the bytes of their bodies, over all ports of a server. */
export class Load {
  requests = 0
  bytes = 0
  readonly #limits: ServerLimits
  #closing = false
  #whenEnded: (() => void) | undefined

  constructor(limits: ServerLimits) {
    this.#limits = limits
  }

  /** One more request; the answer to one that is too many. In both cases `leave` has to follow. */
  enter(): RefusingAnswer | undefined {
    this.requests += 1
    if (this.#closing) return busy('the server is closing')
    if (this.requests <= this.#limits.requests) return undefined
    return busy(`${this.#limits.requests} requests are in work already`)
  }

  /** @throws RefusedRequest when all bodies together are too large. What was held until then stays held. */
  hold(bytes: number): void {
    if (this.bytes + bytes > this.#limits.heldBytes) {
      throw new RefusedRequest(busy(`the requests in work hold ${this.#limits.heldBytes} bytes already`))
    }
    this.bytes += bytes
  }

  leave(held: number): void {
    this.requests -= 1
    this.bytes -= held
    if (this.requests === 0) this.#whenEnded?.()
  }

  /** Takes no further requests. Resolves once none is in work, at the latest after `milliseconds`; with whether it is so. */
  async end(milliseconds: number): Promise<boolean> {
    this.#closing = true
    if (this.requests === 0) return true
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#whenEnded = resolve
    const late = new AbortController()
    const timer = wait(milliseconds, undefined, { signal: late.signal }).catch(() => {})
    await Promise.race([promise, timer])
    late.abort()
    return this.requests === 0
  }
}
