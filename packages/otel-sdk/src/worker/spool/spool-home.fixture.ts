import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Diagnostic } from '@codex/otel-api'
import { afterEach, beforeEach } from 'vitest'
import { destinationFolder, type SpoolDestination } from './destination-folder.ts'
import type { DestinationSpool } from './destination-spool.ts'
import type { StoredRequest } from './segment.ts'
import { parseSegmentName } from './segment-name.ts'
import { Spool, type SpoolOptions } from './spool.ts'

export const logs: SpoolDestination = { signal: 'logs', endpoint: 'https://collector.example/v1/logs' }

export const bytes = (text: string, length: number = text.length): Buffer => Buffer.from(text.padEnd(length, '.'))

/** The texts of requests that `append` wrote. */
export function texts(spool: DestinationSpool, found: readonly StoredRequest[] | undefined): string[] | undefined {
  return found?.map(request => new TextDecoder().decode(spool.read(request)).replace(/\.*$/, ''))
}

export function append(spool: DestinationSpool, text: string, length?: number, records = 1): StoredRequest {
  const stored = spool.append(bytes(text, length), records)
  if (stored === undefined) throw new Error('not stored')
  return stored
}

/** The name under which the process owns the segment that it made last. */
export function ownerOf(spool: DestinationSpool): string {
  const { path = '' } = [...spool.segments].at(-1) ?? {}
  return parseSegmentName(basename(path))?.owner ?? ''
}

/** A home with a spool for each test, removed after it. */
export class SpoolHome {
  home = ''
  directory = ''
  diagnostics: Diagnostic[] = []
  dropped: [string, number][] = []
  private readonly open: DestinationSpool[] = []

  constructor() {
    beforeEach(() => {
      this.home = mkdtempSync(join(tmpdir(), 'otel-spool-'))
      this.directory = join(this.home, 'otel-spool')
      this.diagnostics = []
      this.dropped = []
    })
    afterEach(() => {
      for (const spool of this.open.splice(0)) spool.end()
      rmSync(this.home, { recursive: true, force: true })
    })
  }

  /** Starts a spool with an owner of its own, as another process would. */
  start(options: Partial<SpoolOptions> = {}, destination: SpoolDestination = logs): DestinationSpool {
    const spool = new Spool({
      directory: this.directory,
      maxBytes: 64 * 1024 * 1024,
      maxAgeMs: 7 * 86_400_000,
      onDiagnostic: diagnostic => this.diagnostics.push(diagnostic),
      ...options,
    }).destination(destination, (reason, records) => this.dropped.push([reason, records]))
    this.open.push(spool)
    return spool
  }

  /** The folder of the destination `logs`. */
  get folder(): string {
    return join(this.directory, destinationFolder(logs))
  }

  get segments(): string[] {
    return readdirSync(this.folder).filter(name => name.endsWith('.otlp'))
  }

  /** Sets the time of every heartbeat file to a minute ago, or to `seconds` from now. */
  silence(seconds = -61): void {
    const then = new Date(Date.now() + 1_000 * seconds)
    for (const name of readdirSync(this.directory)) {
      if (name.endsWith('.alive')) utimesSync(join(this.directory, name), then, then)
    }
  }
}
