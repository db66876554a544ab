import { spawnSync } from 'node:child_process'

export const hasScript: boolean = spawnSync('script', ['--version']).status === 0

/**
 * Starts a command in a pseudo-terminal, under a shell that then says how it ended and how the terminal is set. `script`
 * takes a command line: the shell's own `"$@"` passes the words of the command on, so they need no quotes.
 */
export const throughTerminal: readonly string[] = [
  'sh',
  '-c',
  `words=''
for word; do words="$words '$(printf %s "$word" | sed "s/'/'\\\\\\\\''/g")'"; done
exec script -qec "stty sane; $words; echo ended with \\$?; stty -a" /dev/null`,
  'sh',
]
