import { reasonOf } from '../reason.ts'
import { type DecodedRequest, decodeRequest, decodeWithoutContent } from './decode-request.ts'
import { KnownRecords } from './known-records.ts'
import type { Database } from './open-database.ts'
import { Refusals, type RefusedRequest } from './refusals.ts'
import { Removal } from './removal.ts'
import { type OtlpRequest, readBinary, readJson } from './requests.ts'
import { SentAgain } from './sent-again.ts'
import { advance, type Steps } from './steps.ts'
import { StoreWriter } from './store-writer.ts'

/** A part of a file: lines of JSON, one JSON document, or one message in protobuf. */
export interface ImportedPart {
  form: 'lines' | 'document' | 'binary'
  bytes: Uint8Array
}

/** What became of a part. */
export interface ImportedCounts {
  /** Records that were added: log records, data points and spans. */
  logs: number
  metrics: number
  traces: number
  /** Records that were there already. */
  known: number
  /** How many lines it had; 0 of another form. */
  lines: number
  /** Parts that are no OTLP, with the number of their line in the part, from 0. */
  refused: { line: number; reason: string }[]
}

/** A file that was imported to its end. */
export interface ImportedFile {
  hash: string
  name: string
  bytes: number
  records: number
}

/** What became of a request. */
export type StoreResult = { records: number } | { malformed: string }

/** How much a store keeps. */
export interface RetentionLimits {
  /** Milliseconds after the last event of a session. */
  retainMs: number
  /** Bytes of the file. */
  maxSize: number
}

/** Which sessions are removed: one, those from before a time, or all. */
export interface ClearChoice {
  session?: string | undefined
  /** Milliseconds since the epoch. */
  beforeMs?: number | undefined
}

/** What is removed: sessions by a choice or by limits, or what those before have left in the index. */
export type RemovalOrder = { clear: ClearChoice } | { retain: RetentionLimits } | 'residue'

/** What the writer's thread can be asked. */
export type WriterMethods = {
  /** Answers once the file is open. */
  ready(): void
  /** Stores requests before it returns; one that is malformed is left out, and so are records that were sent before. */
  storeAll(requests: readonly OtlpRequest[]): StoreResult[]
  /** Keeps requests that were refused. */
  refuse(refused: readonly RefusedRequest[]): void
  /** Begins an import: records that are there now are not added again. */
  beginImport(): void
  importPart(part: ImportedPart): ImportedCounts
  /** Whether a file with this hash was imported to its end. */
  isImported(hash: string): boolean
  endImport(files: readonly ImportedFile[]): void
  /** Begins to remove; `continueRemoval` goes on with it. One removal is under way at a time. */
  beginRemoval(what: RemovalOrder): void
  /** Goes on for a moment. @returns how many sessions went, once it is done */
  continueRemoval(): { sessions: number } | undefined
  /** Writes everything into the file itself, where there is room, and closes it. */
  close(): void
}

/** @param content whether what was said and done is kept, and who it was */
export function writerMethods(db: Database, content = true): WriterMethods {
  const decode = content ? decodeRequest : decodeWithoutContent
  const writer = new StoreWriter(db)
  const removal = new Removal(db, writer)
  const refusals = new Refusals(db)
  const sentAgain = new SentAgain(db)
  let known: KnownRecords | undefined
  let removing: Steps<number> | undefined
  /** Whether a record of the import that is under way may have been removed again. */
  let removedMeanwhile = false
  return {
    ready(): void {},
    storeAll(requests) {
      const results: StoreResult[] = []
      const decoded: DecodedRequest[] = []
      const places: number[] = []
      for (const [place, request] of requests.entries()) {
        let read: DecodedRequest
        try {
          read = decode(request)
        } catch (error) {
          results.push({ malformed: reasonOf(error) })
          continue
        }
        const fresh = sentAgain.without(read)
        if (fresh !== undefined) places[decoded.push(fresh) - 1] = place
        results.push({ records: read.records.length })
      }
      writer.storeEach(decoded).forEach((reason, index) => {
        if (reason !== undefined) results[places[index] as number] = { malformed: reason }
      })
      return results
    },
    refuse(refused): void {
      writer.transaction(() => refusals.add(refused))
    },
    beginImport(): void {
      removedMeanwhile = false
      known = new KnownRecords(db)
    },
    importPart(part: ImportedPart): ImportedCounts {
      const counts: ImportedCounts = { logs: 0, metrics: 0, traces: 0, known: 0, lines: 0, refused: [] }
      const decoded: DecodedRequest[] = []
      const lines: number[] = []
      for (const { line, bytes } of piecesOf(part)) {
        if (part.form === 'lines') counts.lines = line + 1
        if (isBlank(bytes)) continue
        try {
          const requests = part.form === 'binary' ? readBinary(bytes) : readJson(bytes)
          const read = requests.map(decode)
          decoded.push(...read)
          lines.push(...read.map(() => line))
        } catch (error) {
          counts.refused.push({ line, reason: reasonOf(error) })
        }
      }
      const fresh: DecodedRequest[] = []
      const linesOfFresh: number[] = []
      for (const [index, request] of decoded.entries()) {
        const added = known ? known.without(request) : request
        counts.known += request.records.length - (added?.records.length ?? 0)
        if (!added) continue
        fresh.push(added)
        linesOfFresh.push(lines[index] as number)
      }
      for (const [index, reason] of writer.storeEach(fresh).entries()) {
        const { signal, records } = fresh[index] as DecodedRequest
        if (reason === undefined) counts[signal] += records.length
        else counts.refused.push({ line: linesOfFresh[index] as number, reason })
      }
      return counts
    },
    isImported(hash: string): boolean {
      return db.prepare('SELECT 1 FROM file WHERE hash = ?').get(hash) !== undefined
    },
    endImport(files: readonly ImportedFile[]): void {
      known = undefined
      const add = db.prepare('INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?)')
      writer.transaction(() => {
        if (removedMeanwhile) return
        for (const { hash, name, bytes, records } of files) add.run(hash, name, bytes, records, Date.now())
      })
      db.exec('PRAGMA optimize')
    },
    beginRemoval(what) {
      removing =
        what === 'residue'
          ? tidied(removal)
          : 'clear' in what
            ? cleared(removal, what.clear)
            : retained(removal, what.retain)
    },
    continueRemoval() {
      const done = removing && advance(removing, REMOVAL_MS)
      if (!done) return undefined
      removing = undefined
      if (done.result > 0 && known) {
        known = new KnownRecords(db, known)
        removedMeanwhile = true
      }
      return { sessions: done.result }
    },
    close(): void {
      try {
        db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } catch {
        // Without room on the disk the log stays beside the file, and is read with it.
      }
      db.close()
    },
  }
}

/** One part of a removal; requests wait for it. */
const REMOVAL_MS = 25
/** What retention leaves in the index is removed this long after. */
const RESIDUE_MS = 3_600_000

function* cleared(removal: Removal, { session, beforeMs }: ClearChoice): Steps<number> {
  const before = beforeMs === undefined ? Number.POSITIVE_INFINITY : beforeMs * 1000
  const removed = yield* session === undefined ? removal.olderThan(before, 0) : removal.session(session, 0)
  yield* removal.tidy(Date.now())
  return removed
}

function* retained(removal: Removal, { retainMs, maxSize }: RetentionLimits): Steps<number> {
  const now = Date.now()
  const due = now + RESIDUE_MS
  const removed = yield* removal.olderThan((now - retainMs) * 1000, due)
  return removed + (yield* removal.largerThan(maxSize, due))
}

function* tidied(removal: Removal): Steps<number> {
  yield* removal.tidy(Date.now())
  return 0
}

const NEWLINE = 0x0a

function* piecesOf({ form, bytes }: ImportedPart): Generator<{ line: number; bytes: Uint8Array }> {
  if (form !== 'lines') {
    yield { line: 0, bytes }
    return
  }
  let line = 0
  for (let start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(NEWLINE, start)
    const end = found < 0 ? bytes.length : found
    yield { line, bytes: bytes.subarray(start, end) }
    start = end + 1
  }
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every(byte => byte <= 0x20)
