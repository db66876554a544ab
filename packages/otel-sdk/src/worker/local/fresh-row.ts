import { openSync } from 'node:fs'
import { WriteStream } from 'node:tty'

/** A terminal whose width can be asked for again. */
type Terminal = WriteStream & { _refreshSize?(): void }

let terminal: Terminal | undefined | 'none'

/**
 * What to write before a line so that it begins in the first column, wherever the cursor is, and nothing that stands there is
 * overwritten: as many spaces as lead to the next row from every column but the first one. Empty where the width is unknown.
 */
export function freshRow(): string {
  if (terminal === undefined) terminal = openTerminal()
  if (terminal === 'none') return ''
  terminal._refreshSize?.()
  const { columns } = terminal
  return columns > 1 ? `${' '.repeat(columns - 1)}\r` : ''
}

/** Opens the terminal once more: on descriptor 2 itself this would change what the application has set. */
function openTerminal(): Terminal | 'none' {
  try {
    const opened = new WriteStream(openSync('/dev/tty', 'w'))
    opened.unref()
    return opened
  } catch {
    return 'none'
  }
}
