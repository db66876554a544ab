import { reasonOf } from '../reason.ts'
import { type DecodedRequest, decodeRequest, decodeWithoutContent } from './decode-request.ts'
import { KnownRecords } from './known-records.ts'
import type { Database } from './open-database.ts'
import { Refusals, type RefusedRequest } from './refusals.ts'
import { Removal } from './removal.ts'
import { type OtlpRequest, readBinary, readJson } from './requests.ts'
import { SentAgain } from './sent-again.ts'
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
  /** Removes what is too old or too much. @returns how many sessions went */
  retain(limits: RetentionLimits): number
  clear(choice: ClearChoice): number
  /** Writes everything into the file itself and closes it. */
  close(): void
}

/** @param content whether what was said and done is kept, and who it was */
export function writerMethods(db: Database, content = true): WriterMethods {
  const decode = content ? decodeRequest : decodeWithoutContent
  const writer = new StoreWriter(db)
  const removal = new Removal(db, change => writer.transaction(change))
  const refusals = new Refusals(db)
  const sentAgain = new SentAgain(db)
  let known: KnownRecords | undefined
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
        for (const { hash, name, bytes, records } of files) add.run(hash, name, bytes, records, Date.now())
      })
      db.exec('PRAGMA optimize')
    },
    retain({ retainMs, maxSize }) {
      const removed = removal.olderThan((Date.now() - retainMs) * 1000) + removal.largerThan(maxSize)
      writer.forget()
      return removed
    },
    clear(choice) {
      const removed =
        choice.session === undefined
          ? removal.olderThan(choice.beforeMs === undefined ? Number.MAX_SAFE_INTEGER : choice.beforeMs * 1000)
          : removal.session(choice.session)
      writer.forget()
      return removed
    },
    close(): void {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      db.close()
    },
  }
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
