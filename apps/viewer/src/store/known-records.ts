import type { RecordOf, SignalName } from '@codex/otlp-receiver'
import { type Chunk, decompress, recordsOf } from './chunk.ts'
import { type DecodedRequest, withoutRecords } from './decode-request.ts'
import { Fingerprints } from './fingerprints.ts'
import type { Database } from './open-database.ts'
import { timeOf } from './write-events.ts'

interface Range {
  id: number
  first: number
  last: number
}

type AnyRecord = RecordOf<SignalName>

/**
 * Finds records that the store had before an import, equal in everything. Each record of the store stands for one of the
 * import, so that of two equal ones the second is added where it was missing. Only chunks of the same time are looked at.
 */
export class KnownRecords {
  /** The newest chunk that is looked at. */
  readonly highest: number
  private readonly ranges = new Map<SignalName, Range[]>()
  /** How many records of the looked-at chunks have a fingerprint. */
  private readonly counts = new Map<string, number>()
  private readonly fingerprints = new Fingerprints()
  private readonly listChunks
  private readonly readChunk

  /** @param before the same of an import that is under way: what it has added itself is not known */
  constructor(db: Database, before?: KnownRecords) {
    const find = db.prepare('SELECT coalesce(max(id), -1) AS highest FROM chunk')
    const { highest } = before ?? (find.get() as { highest: number })
    this.highest = highest
    this.listChunks = db.prepare(`SELECT id, first, last FROM chunk WHERE signal = ? AND id <= ${highest} ORDER BY id`)
    this.readChunk = db.prepare('SELECT signal, encoding, body FROM chunk WHERE id = ?')
  }

  /** The request without the records that are known; `undefined` when all are. */
  without(request: DecodedRequest): DecodedRequest | undefined {
    const { signal, records } = request
    if (!this.lookAt(signal, records)) return request
    return withoutRecords(
      request,
      records.map(record => this.isKnown(record)),
    )
  }

  private isKnown(record: AnyRecord): boolean {
    const fingerprint = this.fingerprints.of(record)
    const count = this.counts.get(fingerprint) ?? 0
    if (count > 0) this.counts.set(fingerprint, count - 1)
    return count > 0
  }

  /** Counts the chunks that may have some of the records. @returns whether any chunk may have */
  private lookAt(signal: SignalName, records: readonly AnyRecord[]): boolean {
    let first = Number.POSITIVE_INFINITY
    let last = 0
    for (const record of records) {
      const time = timeOfRecord(record)
      // A record without a time is stored with that of its arrival.
      first = Math.min(first, time ?? 0)
      last = Math.max(last, time ?? Number.POSITIVE_INFINITY)
    }
    let ranges = this.ranges.get(signal)
    if (!ranges) {
      ranges = this.listChunks.all(signal) as unknown as Range[]
      this.ranges.set(signal, ranges)
    }
    const near = ranges.filter(range => range.first <= last && range.last >= first)
    for (const { id } of near) {
      const chunk = this.readChunk.get(id) as unknown as Chunk | undefined
      // What another process has removed meanwhile.
      if (!chunk) continue
      const { body, ...rest } = chunk
      for (const record of recordsOf({ ...rest, body: decompress(body) })) {
        const fingerprint = this.fingerprints.of(record)
        this.counts.set(fingerprint, (this.counts.get(fingerprint) ?? 0) + 1)
      }
    }
    if (near.length > 0)
      this.ranges.set(
        signal,
        ranges.filter(range => !near.includes(range)),
      )
    return this.counts.size > 0
  }
}

function timeOfRecord(record: AnyRecord): number | undefined {
  if ('observedTimeUnixNano' in record) return timeOf(record.timeUnixNano || record.observedTimeUnixNano)
  return timeOf('spanId' in record ? record.startTimeUnixNano : record.timeUnixNano)
}
