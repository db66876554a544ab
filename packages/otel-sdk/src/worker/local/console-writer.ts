import { isatty } from 'node:tty'
import type { SignalName } from '../../catalogue/signals.ts'
import type { ConsoleExporterConfig } from '../../config/effective-config.ts'
import { toOtlpJson } from '../otlp/otlp-json.ts'
import { freshRow } from './fresh-row.ts'
import type { LocalWriter } from './local-sink.ts'
import { createReadableLines } from './readable-lines.ts'
import { createStderrWriter } from './stderr-writer.ts'

export interface ConsoleWriterOptions {
  signal: SignalName
  /** Called while standard error takes nothing. */
  onWait?: (() => void) | undefined
  /** Called when lines were written to a terminal. */
  onPrinted?: (() => void) | undefined
}

/** Prints requests on standard error, a line for each record. */
export function createConsoleWriter(
  { colors }: ConsoleExporterConfig,
  { signal, onWait, onPrinted }: ConsoleWriterOptions,
): LocalWriter {
  const isTerminal = isatty(2)
  const readable = createReadableLines({
    colors: colors === 'always' || (colors === 'auto' && isTerminal),
    live: isTerminal,
  })
  const stderr = createStderrWriter(onWait)
  return {
    write(request) {
      const lines = readable.of(JSON.parse(Buffer.from(toOtlpJson(request, signal)).toString()))
      if (lines === '') return undefined
      const code = stderr.write(isTerminal ? freshRow() + lines : lines)
      if (isTerminal && code === undefined) onPrinted?.()
      return describe(code)
    },
    check: () => describe(stderr.write('')),
    end() {},
  }
}

const describe = (code: string | undefined): string | undefined =>
  code === undefined ? undefined : `standard error: ${WORDS[code] ?? code}`

const WORDS: Readonly<Record<string, string>> = {
  EAGAIN: 'its reader does not read (EAGAIN)',
  EPIPE: 'its reader is gone (EPIPE)',
  EBADF: 'it is closed (EBADF)',
  EIO: 'its terminal is gone (EIO)',
  ENOSPC: 'no space left on the disk (ENOSPC)',
}
