import type { Encoding, RecordOf, SignalName } from '@codex/otlp-receiver'
import { reasonOf } from '../reason.ts'
import { compress, joinBodies } from './chunk.ts'
import type { DecodedRequest } from './decode-request.ts'
import { Dictionary } from './dictionary.ts'
import { Hours } from './hours.ts'
import type { Database } from './open-database.ts'
import { ROWS_OF } from './schema.ts'
import { Sessions } from './sessions.ts'
import { StoreFacts } from './store-facts.ts'
import { EventWriter, type Shared } from './write-events.ts'
import { PointWriter } from './write-points.ts'
import { SpanWriter } from './write-spans.ts'

/** A chunk is closed at this size, so that a record is read without many others. */
const CHUNK_BYTES = 256 * 1024

interface RowWriter<S extends SignalName> {
  write(id: number, chunk: number, place: number, record: RecordOf<S>): number
}

/** Writes requests into the file of a store. */
export class StoreWriter {
  private readonly db: Database
  private readonly shared: Shared
  private readonly points: PointWriter
  private readonly rows: { readonly [S in SignalName]: RowWriter<S> }
  private readonly insertChunk
  private readonly readVersion
  private readonly facts: StoreFacts
  /** Changes with what other connections write. */
  private version: number | undefined
  private nextChunk = 0
  private nextRow: Record<SignalName, number> = { logs: 0, metrics: 0, traces: 0 }

  constructor(db: Database) {
    this.db = db
    const dictionary = new Dictionary(db)
    const now = (): number => Date.now() * 1000
    this.shared = { dictionary, sessions: new Sessions(db, now), hours: new Hours(db), now }
    this.points = new PointWriter(db, this.shared)
    this.rows = {
      logs: new EventWriter(db, this.shared),
      metrics: this.points,
      traces: new SpanWriter(db, this.shared),
    }
    this.insertChunk = db.prepare('INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.readVersion = db.prepare('PRAGMA data_version')
    this.facts = new StoreFacts(db)
    this.readNumbers()
  }

  /** Stores all of the requests, or none. */
  store(requests: readonly DecodedRequest[]): void {
    this.transaction(() => {
      for (const group of groupsOf(requests)) this.writeChunk(group)
    })
  }

  /**
   * Stores each request that the tables take, in one transaction where they take all.
   * @returns why a request was not stored, at its place
   */
  storeEach(requests: readonly DecodedRequest[]): (string | undefined)[] {
    try {
      this.store(requests)
      return requests.map(() => undefined)
    } catch (error) {
      if (!isOfRecords(error)) throw error
      return requests.map(request => this.refusalOf(request))
    }
  }

  /** Runs a change of the file that is made whole or not at all. */
  transaction<T>(change: () => T): T {
    this.db.exec('BEGIN IMMEDIATE')
    try {
      this.noticeOthers()
      const result = change()
      this.shared.sessions.write()
      this.shared.hours.write()
      this.db.exec('COMMIT')
      return result
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK')
      this.forget()
      throw error
    }
  }

  /** Reads anew what is remembered of the file. */
  forget(): void {
    this.shared.dictionary.forget()
    this.shared.sessions.forget()
    this.shared.hours.forget()
    this.points.forget()
    this.readNumbers()
  }

  /** Another process may have written the file: what is remembered of it is no longer so. */
  private noticeOthers(): void {
    const { data_version: version } = this.readVersion.get() as { data_version: number }
    if (version !== this.version) this.forget()
    this.version = version
  }

  private refusalOf(request: DecodedRequest): string | undefined {
    try {
      this.store([request])
      return undefined
    } catch (error) {
      if (!isOfRecords(error)) throw error
      return `a record cannot be stored: ${reasonOf(error)}`
    }
  }

  private writeChunk<S extends SignalName>(requests: readonly DecodedRequest<S>[]): void {
    const [{ signal, encoding }] = requests as [DecodedRequest<S>]
    const chunk = this.nextChunk++
    const row = this.nextRow[signal]
    const writer: RowWriter<S> = this.rows[signal]
    let place = 0
    let first = Number.POSITIVE_INFINITY
    let last = 0
    for (const { records } of requests) {
      for (const record of records) {
        const time = writer.write(row + place, chunk, place, record)
        first = Math.min(first, time)
        last = Math.max(last, time)
        place += 1
      }
    }
    this.nextRow[signal] = row + place
    const body = joinBodies(
      requests.map(request => request.body),
      encoding,
    )
    this.insertChunk.run(chunk, signal, encoding, place, first, last, row, place, body.length, compress(body))
  }

  private readNumbers(): void {
    this.nextChunk = this.facts.next('chunk')
    for (const signal of Object.keys(ROWS_OF) as SignalName[]) this.nextRow[signal] = this.facts.next(ROWS_OF[signal])
  }
}

/** What SQLite says of a value that a table does not take: too big, against a constraint, of another type, out of range. */
const CODES_OF_RECORDS: readonly number[] = [18, 19, 20, 25]

/** Whether an error comes from what is stored, and not from the file or the disk. */
function isOfRecords(error: unknown): boolean {
  const { errcode } = error as { errcode?: number }
  return errcode === undefined || CODES_OF_RECORDS.includes(errcode & 0xff)
}

/** Requests that make up one chunk: of one signal and encoding, in their order. */
function groupsOf(requests: readonly DecodedRequest[]): DecodedRequest[][] {
  const groups: DecodedRequest[][] = []
  const open = new Map<`${SignalName} ${Encoding}`, { group: DecodedRequest[]; bytes: number }>()
  for (const request of requests) {
    if (request.records.length === 0) continue
    const key = `${request.signal} ${request.encoding}` as const
    let entry = open.get(key)
    if (!entry || entry.bytes + request.body.length > CHUNK_BYTES) {
      entry = { group: [], bytes: 0 }
      open.set(key, entry)
      groups.push(entry.group)
    }
    entry.group.push(request)
    entry.bytes += request.body.length
  }
  return groups
}
