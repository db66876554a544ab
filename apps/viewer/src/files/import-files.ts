import { reasonOf } from '../reason.ts'
import type { Store } from '../store/store.ts'
import type { ImportedCounts, ImportedFile } from '../store/writer-methods.ts'
import { CURE_OF_LINE, cureOf } from './import-cure.ts'
import type { ImportProgress, ImportReport } from './import-report.ts'
import type { ImportSource } from './import-source.ts'
import { type Part, readParts } from './read-parts.ts'

/** Parts at the writer at once: while it writes one, the next is read. */
const PARTS_UNDERWAY = 3
/** Refusals that are reported with their reason. */
const MAX_REFUSED = 20

/**
 * Reads files into a store. Nothing but the end of the process or `signal` stops it; what cannot be read is reported.
 * @throws Error where the store cannot be written; what came in before stays
 */
export async function importFiles(
  store: Store,
  sources: readonly ImportSource[],
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<ImportReport> {
  const report: ImportReport = {
    ...{ logs: 0, metrics: 0, traces: 0, known: 0 },
    ...{ knownFiles: [], otherFiles: 0, refused: [], refusedParts: 0, cancelled: false },
  }
  const sizes = sources.map(({ bytes }) => bytes)
  const total = sizes.every(bytes => bytes !== undefined) ? sizes.reduce((sum, bytes) => sum + bytes, 0) : undefined
  const progress: ImportProgress = { read: 0, total, added: 0 }
  const finished: ImportedFile[] = []

  async function* bytesOf(source: ImportSource): AsyncGenerator<Buffer> {
    for await (const piece of source.read(signal)) {
      progress.read += piece.length
      onProgress(progress)
      yield piece
    }
  }

  function refuse(file: string, line: number | undefined, reason: string, cure: string | undefined): void {
    report.refusedParts += 1
    if (report.refused.length < MAX_REFUSED) report.refused.push({ file, line, reason, cure })
  }

  async function importFile(source: ImportSource): Promise<number> {
    const { name, named } = source
    let records = 0
    let line = 0
    let foreign = false
    const count = (counts: ImportedCounts): void => {
      const added = counts.logs + counts.metrics + counts.traces
      for (const key of ['logs', 'metrics', 'traces', 'known'] as const) report[key] += counts[key]
      records += added + counts.known
      for (const refused of counts.refused) {
        // A file from a folder that has no OTLP at all is of another kind.
        if (!named && records === 0) foreign = true
        else if (counts.lines === 0) refuse(name, undefined, refused.reason, undefined)
        else refuse(name, line + refused.line + 1, refused.reason, CURE_OF_LINE)
      }
      line += counts.lines
      progress.added += added
      onProgress(progress)
    }
    const underway: Promise<ImportedCounts>[] = []
    const parts = readParts(bytesOf(source), signal)
    let failed: { error: unknown } | undefined
    const next = async (): Promise<Part | undefined> => {
      try {
        const { value, done } = await parts.next()
        return done || signal.aborted ? undefined : value
      } catch (error) {
        failed = { error }
        return undefined
      }
    }
    for (let part = await next(); part; part = await next()) {
      const stored = store.importPart(part)
      // Where several fail, the first one is enough.
      stored.catch(() => {})
      underway.push(stored)
      if (underway.length >= PARTS_UNDERWAY) count(await (underway.shift() as Promise<ImportedCounts>))
    }
    for (const part of underway) count(await part)
    if (failed && !signal.aborted) {
      const { error } = failed
      const unreadable = error instanceof Error && 'syscall' in error
      if (named || records > 0 || unreadable)
        refuse(name, line > 0 ? line + 1 : undefined, reasonOf(error), cureOf(error))
      else foreign = true
    }
    if (foreign && records === 0 && !signal.aborted) report.otherFiles += 1
    return records
  }

  await store.beginImport()
  try {
    for (const source of sources) {
      if (signal.aborted) break
      const hash = await source.hash()
      if (hash !== undefined && (await store.isImported(hash))) {
        report.knownFiles.push(source.name)
        progress.read += source.bytes ?? 0
        continue
      }
      const refusedBefore = report.refusedParts
      const records = await importFile(source)
      const whole = !signal.aborted && records > 0 && report.refusedParts === refusedBefore
      if (hash !== undefined && whole) finished.push({ hash, name: source.name, bytes: source.bytes ?? 0, records })
    }
    report.cancelled = signal.aborted
  } finally {
    await store.endImport(finished)
  }
  return report
}
