import type { Answers, Parameters, QueryName } from '../queries/queries.ts'
import type { Changes, Position } from './changes.ts'
import { isInMemory } from './memory-path.ts'
import { type AskOptions, Reader } from './reader.ts'
import type { ExportChoice, ExportedPart, StoreSize } from './reader-methods.ts'
import type { RefusedRequest } from './refusals.ts'
import type { OtlpRequest } from './requests.ts'
import { Thread } from './thread-calls.ts'
import type {
  ClearChoice,
  ImportedCounts,
  ImportedFile,
  ImportedPart,
  RemovalOrder,
  RetentionLimits,
  StoreResult,
  WriterMethods,
} from './writer-methods.ts'

/** How long one question may take, in milliseconds. */
const QUERY_TIMEOUT_MS = 5_000

/** The records of a batch live until it is written. */
const WRITER_YOUNG_MB = 32

/** Requests that were refused and wait for the writer; of more, no program sends a person to look at each. */
const MAX_REFUSED = 1_000

/** A store's file with the threads that write and read it. */
export class Store {
  readonly path: string
  /** Called when this process has stored or removed something. */
  onChanged: (() => void) | undefined
  private readonly writer: Thread<WriterMethods> | undefined
  private readonly reader: Reader

  private readonly pending: {
    request: OtlpRequest & { body: Uint8Array<ArrayBuffer> }
    resolve: (result: StoreResult) => void
    reject: (error: Error) => void
  }[] = []
  private storing = false
  private refused: RefusedRequest[] = []
  private keepingRefused: Promise<void> | undefined
  private removing: Promise<unknown> = Promise.resolve()

  private constructor(path: string, writer: Thread<WriterMethods> | undefined) {
    this.path = path
    this.writer = writer
    this.reader = new Reader(path)
  }

  /**
   * Opens a store, and makes it where it is not there.
   * @param path of its file, or one from `newMemoryPath`
   * @param options.content whether what was said and done is kept, and who it was
   * @throws Error that names the file
   */
  static async open(path: string, { content = true }: { content?: boolean } = {}): Promise<Store> {
    const writer = new Thread<WriterMethods>('writer-thread', { path, content }, WRITER_YOUNG_MB)
    await writer.call('ready', undefined)
    return new Store(path, writer)
  }

  /** Opens a store that is there to read alone. */
  static async openToRead(path: string): Promise<Store> {
    const store = new Store(path, undefined)
    await store.reader.ask('ready', undefined)
    return store
  }

  /** Where it is, for a person. */
  get place(): string {
    return isInMemory(this.path) ? 'memory' : this.path
  }

  /**
   * Stores a request; it is in the file when the promise is kept. The body's buffer goes to the writer's thread. Requests that
   * come while others are written make one transaction.
   */
  store(request: OtlpRequest & { body: Uint8Array<ArrayBuffer> }): Promise<StoreResult> {
    return new Promise((resolve, reject) => {
      this.pending.push({ request, resolve, reject })
      void this.storePending()
    })
  }

  /**
   * Keeps a request that was refused; with those that come while the writer is at work, as far as there are not too many.
   * @returns once it is in the file
   */
  refuse(request: RefusedRequest): Promise<void> {
    if (this.refused.length < MAX_REFUSED) this.refused.push(request)
    this.keepingRefused ??= this.keepRefused().finally(() => {
      this.keepingRefused = undefined
    })
    return this.keepingRefused
  }

  /** Whether records can be added and removed. */
  get isWritable(): boolean {
    return this.writer !== undefined
  }

  /** Removes what is too old or too much; its words go from the index later. @returns how many sessions went */
  async retain(limits: RetentionLimits): Promise<number> {
    const removed = await this.remove({ retain: limits })
    // What a closed store leaves is removed by the next process.
    this.remove('residue').catch(() => {})
    return removed
  }

  /** Removes sessions for good, with every word of theirs in the file. @returns how many */
  clear(choice: ClearChoice): Promise<number> {
    return this.remove({ clear: choice })
  }

  /** Begins an import: records that are there now are not added again. */
  beginImport(): Promise<void> {
    return this.write().call('beginImport', undefined)
  }

  async importPart(part: ImportedPart & { bytes: Uint8Array<ArrayBuffer> }): Promise<ImportedCounts> {
    const counts = await this.write().call('importPart', part, [part.bytes.buffer])
    this.onChanged?.()
    return counts
  }

  isImported(hash: string): Promise<boolean> {
    return this.write().call('isImported', hash)
  }

  endImport(files: readonly ImportedFile[]): Promise<void> {
    return this.write().call('endImport', files)
  }

  /**
   * Answers a question.
   * @throws Error after `timeoutMs` (default 5,000)
   */
  async query<N extends QueryName>(
    name: N,
    parameters: Parameters[N],
    timeoutMs: number = QUERY_TIMEOUT_MS,
  ): Promise<Answers[N]> {
    return (await this.reader.ask('query', { name, parameters } as never, { timeoutMs, what: name })) as Answers[N]
  }

  /** As `query`, in JSON. */
  queryJson<N extends QueryName>(name: N, parameters: Parameters[N], options: AskOptions = {}): Promise<string> {
    return this.reader.ask('queryJson', { name, parameters } as never, {
      timeoutMs: QUERY_TIMEOUT_MS,
      what: name,
      ...options,
    })
  }

  /** The position of the newest records, and the sessions that have newer ones than `after`. */
  changes(after: Position | undefined): Promise<Changes> {
    return this.reader.ask('changes', after, { timeoutMs: QUERY_TIMEOUT_MS })
  }

  size(): Promise<StoreSize> {
    return this.reader.ask('size', undefined, { timeoutMs: QUERY_TIMEOUT_MS })
  }

  countRecords(session: string | undefined): Promise<number | undefined> {
    return this.reader.ask('countRecords', session)
  }

  /** The parts of an export, in the order in which they came in; those after `after` alone. */
  async *export({
    after = -1,
    ...choice
  }: Omit<ExportChoice, 'after'> & { after?: number }): AsyncGenerator<ExportedPart> {
    for (let last = after; ; ) {
      const part = await this.reader.ask('exportNext', { ...choice, after: last })
      if (!part) return
      yield part
      last = part.chunk
    }
  }

  /** Ends the threads, after what they were asked. */
  async close(): Promise<void> {
    await this.reader.close()
    await this.writer?.call('close', undefined)
    await this.writer?.terminate('the store is closed')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** One removal after the other; what is stored meanwhile goes in between. */
  private remove(what: RemovalOrder): Promise<number> {
    const turn = this.removing.then(async () => {
      const writer = this.write()
      await writer.call('beginRemoval', what)
      for (;;) {
        const done = await writer.call('continueRemoval', undefined)
        this.onChanged?.()
        if (done) return done.sessions
      }
    })
    this.removing = turn.catch(() => {})
    return turn
  }

  private async storePending(): Promise<void> {
    if (this.storing) return
    this.storing = true
    while (this.pending.length > 0) {
      const batch = this.pending.splice(0)
      const requests = batch.map(({ request }) => request)
      try {
        const results = await this.write().call(
          'storeAll',
          requests,
          requests.map(({ body }) => body.buffer),
        )
        batch.forEach(({ resolve }, index) => void resolve(results[index] as StoreResult))
        this.onChanged?.()
      } catch (error) {
        for (const { reject } of batch) reject(error as Error)
      }
    }
    this.storing = false
  }

  private async keepRefused(): Promise<void> {
    while (this.refused.length > 0) await this.write().call('refuse', this.refused.splice(0))
    this.onChanged?.()
  }

  private write(): Thread<WriterMethods> {
    if (!this.writer) throw new Error(`${this.path} is open to read alone`)
    return this.writer
  }
}
