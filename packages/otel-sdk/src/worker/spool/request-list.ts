interface Listed {
  readonly offset: number
  readonly checkpoint: boolean
  done: boolean
}

/** So many requests that are done are kept in the list before it is cut. */
const MAX_DONE = 1024

/** The requests of one segment in their order, and which of them are done. */
export class RequestList<Request extends Listed> {
  private requests: Request[] = []
  /** Everything before this index is done. */
  private head = 0
  private undone = 0

  /** Requests that are not done, oldest first. */
  get open(): Request[] {
    return this.requests.slice(this.head).filter(request => !request.done)
  }

  get checkpoints(): Request[] {
    return this.open.filter(({ checkpoint }) => checkpoint)
  }

  get empty(): boolean {
    return this.undone === 0
  }

  /** The oldest request that is not done. */
  get first(): Request | undefined {
    while (this.requests[this.head]?.done === true) this.head++
    if (this.head > MAX_DONE) {
      this.requests.splice(0, this.head)
      this.head = 0
    }
    return this.requests[this.head]
  }

  add(request: Request): void {
    this.requests.push(request)
    this.undone++
  }

  finish(requests: readonly Request[]): void {
    for (const request of requests) {
      if (request.done) continue
      request.done = true
      this.undone--
    }
  }

  clear(): void {
    this.requests = []
    this.head = 0
    this.undone = 0
  }
}
