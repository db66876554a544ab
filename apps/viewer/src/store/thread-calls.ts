import { parentPort, Worker } from 'node:worker_threads'

/** What a thread can be asked: methods by name, each with one argument. */
export type Methods = Record<string, (argument: never) => unknown>

interface Call {
  id: number
  method: string
  argument: unknown
}

interface Answer {
  id: number
  result?: unknown
  error?: Error
}

/**
 * Answers the calls of the thread that started this one.
 * @param explained what is told of an error, which loses all but its message on the way
 */
export function answerCalls(methods: Methods, explained: (error: unknown) => unknown): void {
  parentPort?.on('message', ({ id, method, argument }: Call) => {
    let answer: Answer
    try {
      answer = { id, result: methods[method]?.(argument as never) }
    } catch (thrown) {
      const error = explained(thrown)
      answer = { id, error: error instanceof Error ? error : new Error(String(error)) }
    }
    parentPort?.postMessage(answer)
  })
}

interface Waiting {
  resolve: (result: unknown) => void
  reject: (error: Error) => void
}

/** A thread that answers calls, one after the other. */
export class Thread<M extends Methods> {
  private readonly worker: Worker
  private readonly waiting = new Map<number, Waiting>()
  private next = 0
  private ended: Error | undefined

  /**
   * @param name of the file, without its extension, beside this one or in the folder of the bundle
   * @param youngGenerationMb for how many megabytes of new objects the thread has room before it looks which of them are still in use
   */
  constructor(name: string, workerData: unknown, youngGenerationMb: number) {
    // From the sources the files are TypeScript, in the bundle they are not.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    this.worker = new Worker(new URL(`./${name}.${extension}`, import.meta.url), {
      workerData,
      // With more room for young objects V8 takes more memory, and is no faster.
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
      // Node 22 calls node:sqlite experimental on stderr.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.worker.on('message', ({ id, result, error }: Answer) => {
      const call = this.waiting.get(id)
      this.waiting.delete(id)
      if (error) call?.reject(error)
      else call?.resolve(result)
      if (this.waiting.size === 0) this.worker.unref()
    })
    this.worker.on('error', error => this.fail(error as Error))
    this.worker.on('exit', () => this.fail(new Error('the thread has ended')))
    this.worker.unref()
  }

  call<K extends string & keyof M>(
    method: K,
    argument: Parameters<M[K]>[0],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<ReturnType<M[K]>> {
    if (this.ended) return Promise.reject(this.ended)
    const id = this.next++
    // A process with a call under way does not end.
    this.worker.ref()
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject })
      this.worker.postMessage({ id, method, argument } satisfies Call, transfer)
    })
  }

  async terminate(reason: string): Promise<void> {
    this.fail(new Error(reason))
    await this.worker.terminate()
  }

  private fail(error: Error): void {
    this.ended ??= error
    for (const call of this.waiting.values()) call.reject(error)
    this.waiting.clear()
  }
}
