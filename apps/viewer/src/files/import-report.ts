/** How far an import is. */
export interface ImportProgress {
  /** Bytes read, of all files. */
  read: number
  /** Of all files; `undefined` with standard input among them. */
  total: number | undefined
  added: number
}

/** A part of a file that could not be read. */
export interface RefusedPart {
  file: string
  line: number | undefined
  reason: string
  /** What a person can do about it. */
  cure: string | undefined
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
  refused: RefusedPart[]
  refusedParts: number
  /** Whether it was broken off; what came in before stays. */
  cancelled: boolean
}
