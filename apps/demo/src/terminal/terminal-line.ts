import { createInterface, type Interface } from 'node:readline'

/** Reads lines from the keyboard until it is closed. The terminal is in raw mode for that time. */
export function openTerminalLine(prompt: string, history?: string[]): Interface {
  const line = createInterface({
    input: process.stdin,
    output: process.stderr,
    prompt,
    history,
    historySize: history === undefined ? 0 : undefined,
    removeHistoryDuplicates: true,
  })
  // After Ctrl-Z and `fg` the keyboard is paused, and Node would end the process if it was not resumed.
  line.on('SIGCONT', () => line.prompt(true))
  return line
}
