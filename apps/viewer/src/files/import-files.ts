import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { reasonOf } from '../reason.ts'
import type { Store } from '../store/store.ts'
import type { ImportedCounts, ImportedFile } from '../store/writer-methods.ts'
import type { SourceFile } from './list-files.ts'
import { openSource } from './open-source.ts'
import { readParts } from './read-parts.ts'

const PIECE_BYTES = 1024 * 1024
/** Parts at the writer at once: while it writes one, the next is read. */
const PARTS_UNDERWAY = 3
/** Refusals that are reported with their reason. */
const MAX_REFUSED = 20

/** How far an import is. */
export interface ImportProgress {
  /** Bytes read, of all files. */
  read: number
  /** Of all files; `undefined` with standard input among them. */
  total: number | undefined
  added: number
}

/** What an import did. */
export interface ImportReport {
  logs: number
  metrics: number
  traces: number
  /** Records that the store had already. */
  known: number
  /** Files that were imported before to their end. */
  knownFiles: string[]
  /** Files found in folders that hold no OTLP. */
  otherFiles: number
  /** Parts of files that could not be read, the first of them with the reason. */
  refused: { file: string; line: number | undefined; reason: string }[]
  refusedParts: number
  /** Whether it was broken off; what came in before stays. */
  cancelled: boolean
}

/** Reads files into a store. Nothing but the end of the process or `signal` stops it; what cannot be read is reported. */
export async function importFiles(
  store: Store,
  files: readonly SourceFile[],
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<ImportReport> {
  const report: ImportReport = {
    ...{ logs: 0, metrics: 0, traces: 0, known: 0 },
    ...{ knownFiles: [], otherFiles: 0, refused: [], refusedParts: 0, cancelled: false },
  }
  const sizes = files.map(({ bytes }) => bytes)
  const total = sizes.every(bytes => bytes !== undefined) ? sizes.reduce((sum, bytes) => sum + bytes, 0) : undefined
  const progress: ImportProgress = { read: 0, total, added: 0 }
  const finished: ImportedFile[] = []

  async function* bytesOf(file: SourceFile): AsyncGenerator<Buffer> {
    const stream = openSource(file.path, file.bytes !== undefined)
    // What waits for the next piece is ended, too.
    addAbortSignal(signal, stream)
    for await (const piece of stream) {
      progress.read += piece.length
      onProgress(progress)
      yield piece
    }
  }

  function refuse(file: SourceFile, line: number | undefined, reason: string): void {
    report.refusedParts += 1
    if (report.refused.length < MAX_REFUSED) report.refused.push({ file: file.path, line, reason })
  }

  async function importFile(file: SourceFile): Promise<number> {
    let records = 0
    let line = 0
    let foreign: string | undefined
    const count = (counts: ImportedCounts): void => {
      const added = counts.logs + counts.metrics + counts.traces
      for (const key of ['logs', 'metrics', 'traces', 'known'] as const) report[key] += counts[key]
      records += added + counts.known
      for (const refused of counts.refused) {
        // A file from a folder that has no OTLP at all is of another kind.
        if (!file.named && records === 0) foreign ??= refused.reason
        else refuse(file, counts.lines > 0 ? line + refused.line + 1 : undefined, refused.reason)
      }
      line += counts.lines
      progress.added += added
      onProgress(progress)
    }
    const underway: Promise<ImportedCounts>[] = []
    // Where one was not stored, neither are the rest: that is no matter of the file.
    let notStored: unknown
    const take = async (): Promise<void> => {
      count(
        await (underway.shift() as Promise<ImportedCounts>).catch(error => {
          notStored ??= error
          throw error
        }),
      )
    }
    try {
      for await (const part of readParts(bytesOf(file), signal)) {
        if (signal.aborted) break
        underway.push(store.importPart(part))
        if (underway.length >= PARTS_UNDERWAY) await take()
      }
      while (underway.length > 0) await take()
    } catch (error) {
      for (const result of await Promise.allSettled(underway.splice(0))) {
        if (result.status === 'fulfilled') count(result.value)
        else notStored ??= result.reason
      }
      if (notStored !== undefined) throw notStored
      const reason = reasonOf(error)
      const unreadable = error instanceof Error && 'syscall' in error
      if (!signal.aborted && (file.named || records > 0 || unreadable)) refuse(file, undefined, reason)
      else foreign ??= reason
    }
    if (foreign !== undefined && records === 0 && !signal.aborted) report.otherFiles += 1
    return records
  }

  await store.beginImport()
  for (const file of files) {
    if (signal.aborted) break
    // A file that cannot be read has no hash; to import it says why.
    const hash = file.bytes === undefined ? undefined : await hashOf(file.path, file.bytes).catch(() => undefined)
    if (hash !== undefined && (await store.isImported(hash))) {
      report.knownFiles.push(file.path)
      progress.read += file.bytes ?? 0
      continue
    }
    const refusedBefore = report.refusedParts
    const records = await importFile(file)
    const whole = !signal.aborted && records > 0 && report.refusedParts === refusedBefore
    if (hash !== undefined && whole) finished.push({ hash, name: file.path, bytes: file.bytes ?? 0, records })
  }
  report.cancelled = signal.aborted
  await store.endImport(finished)
  return report
}

/** Of a file's length and its first and last MiB. */
async function hashOf(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256').update(`${bytes}\n`)
  const file = await open(path)
  try {
    const piece = Buffer.alloc(PIECE_BYTES)
    for (const position of bytes > PIECE_BYTES ? [0, Math.max(PIECE_BYTES, bytes - PIECE_BYTES)] : [0]) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, position)
      hash.update(piece.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}
