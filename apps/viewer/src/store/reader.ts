import type { ReaderMethods } from './reader-methods.ts'
import { Thread } from './thread-calls.ts'

export interface AskOptions {
  /** Milliseconds from the question's turn to its answer; afterwards the thread is ended, and the next question gets a new one. */
  timeoutMs?: number
  /** What is asked, for the error after that time. */
  what?: string
  /** A question that is given up before its turn is not asked. */
  signal?: AbortSignal | undefined
}

/** An answer is small, or is one text. */
const YOUNG_MB = 2

/** The thread that reads a store's file. It answers one question after the other; the time of one begins with its turn. */
export class Reader {
  private readonly path: string
  private thread: Thread<ReaderMethods> | undefined
  private last: Promise<unknown> = Promise.resolve()
  private closed = false

  constructor(path: string) {
    this.path = path
  }

  ask<K extends string & keyof ReaderMethods>(
    method: K,
    argument: Parameters<ReaderMethods[K]>[0],
    options: AskOptions = {},
  ): Promise<ReturnType<ReaderMethods[K]>> {
    const turn = this.last.then(() => this.run(method, argument, options))
    this.last = turn.catch(() => {})
    return turn
  }

  async close(): Promise<void> {
    this.closed = true
    await this.thread?.terminate('the store is closed')
  }

  private async run<K extends string & keyof ReaderMethods>(
    method: K,
    argument: Parameters<ReaderMethods[K]>[0],
    { timeoutMs, what = method, signal }: AskOptions,
  ): Promise<ReturnType<ReaderMethods[K]>> {
    if (this.closed) throw new Error('the store is closed')
    signal?.throwIfAborted()
    const isNew = this.thread === undefined
    const thread = this.thread ?? new Thread<ReaderMethods>('reader-thread', { path: this.path }, YOUNG_MB)
    this.thread = thread
    // The time of a question does not begin before its thread has.
    if (isNew) await thread.call('ready', undefined)
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            this.thread = undefined
            void thread.terminate(`${what} took more than ${timeoutMs / 1000} s; ask for less time or fewer rows`)
          }, timeoutMs)
    try {
      return await thread.call(method, argument)
    } finally {
      clearTimeout(timer)
    }
  }
}
