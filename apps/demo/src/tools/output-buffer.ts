/** Keeps the start and the end of an output of any length, in bounded memory. */
export class OutputBuffer {
  readonly #half: number
  readonly #head: Buffer[] = []
  #headBytes = 0
  #tail: Buffer[] = []
  #tailBytes = 0
  #omitted = 0

  constructor(limitBytes: number) {
    this.#half = Math.floor(limitBytes / 2)
  }

  add(chunk: Buffer): void {
    const free = this.#half - this.#headBytes
    const first = chunk.subarray(0, free)
    if (first.length > 0) {
      this.#head.push(first)
      this.#headBytes += first.length
    }
    const rest = chunk.subarray(first.length)
    if (rest.length === 0) return
    this.#tail.push(rest)
    this.#tailBytes += rest.length
    // The tail may grow to twice its size before it is cut, because each cut copies it.
    if (this.#tailBytes > 2 * this.#half) this.#cutTail()
  }

  #cutTail(): void {
    const tail = Buffer.concat(this.#tail)
    const kept = tail.subarray(Math.max(0, tail.length - this.#half))
    this.#omitted += tail.length - kept.length
    this.#tail = [Buffer.from(kept)]
    this.#tailBytes = kept.length
  }

  toString(): string {
    if (this.#tailBytes > this.#half) this.#cutTail()
    const head = Buffer.concat(this.#head)
    const tail = Buffer.concat(this.#tail)
    if (this.#omitted === 0) return Buffer.concat([head, tail]).toString('utf8')
    return `${head.toString('utf8')}\n[... ${this.#omitted} bytes left out ...]\n${tail.toString('utf8')}`
  }
}
