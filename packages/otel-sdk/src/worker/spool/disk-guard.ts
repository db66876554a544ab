import type { Diagnostic } from '@codex/otel-api'
import { RefusedFileError } from './open-own-file.ts'
import { UnsafeDirectoryError } from './private-directory.ts'

/** How long the guard keeps from using a disk after it failed, in milliseconds. */
const RETRY_DISK_MS = 10_000

export interface DiskGuardOptions {
  /** The spool's directory, named in the diagnostic. */
  directory: string
  /** Receives the first failure, and each failure of another kind after it. */
  onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined
  /** Called after a failure: the directory must be checked again before its next use. */
  onFailed(): void
}

/** Keeps failures of the disk away from delivery: after a failure, nothing uses the disk for a while. */
export class DiskGuard {
  private readonly options: DiskGuardOptions
  private blockedUntil = 0
  private reported = ''

  constructor(options: DiskGuardOptions) {
    this.options = options
  }

  /** Runs a function that uses the disk; `undefined` when it fails, or when the disk failed a moment ago. */
  attempt<Result>(run: () => Result): Result | undefined {
    if (performance.now() < this.blockedUntil) return undefined
    try {
      return run()
    } catch (error) {
      this.failed(error)
      return undefined
    }
  }

  /** Ends the pause after a failure; a directory that is unsafe stays unused. */
  tryAgain(): void {
    if (this.blockedUntil !== Number.POSITIVE_INFINITY) this.blockedUntil = 0
  }

  failed(error: unknown): void {
    const unsafe = error instanceof UnsafeDirectoryError
    this.blockedUntil = unsafe ? Number.POSITIVE_INFINITY : performance.now() + RETRY_DISK_MS
    this.options.onFailed()
    this.report(error)
  }

  /** Reports a failure once; the disk stays in use. */
  report(error: unknown): void {
    const { name, code = name, message } = error as NodeJS.ErrnoException
    const named = error instanceof UnsafeDirectoryError || error instanceof RefusedFileError
    // A permission that Deno refuses has no code, but a message that says which one, and the flag that gives it.
    const why = named ? message : `${this.options.directory}: ${name === 'NotCapable' ? message : code}`
    if (this.reported === why) return
    this.reported = why
    this.options.onDiagnostic?.({
      severity: 'warning',
      code: 'spool-unusable',
      message: `telemetry cannot be kept on disk (${why}); what is not delivered before the process ends is lost`,
    })
  }
}
