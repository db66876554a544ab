import { createInterface, type Interface } from 'node:readline'

/** Reads lines from the keyboard, until it is closed; the terminal is in raw mode until then. */
export function openTerminalLine(prompt: string, history?: string[]): Interface {
  const line = createInterface({
    input: process.stdin,
    output: process.stderr,
    prompt,
    history,
    historySize: history === undefined ? 0 : undefined,
    removeHistoryDuplicates: true,
  })
  // After Ctrl-Z and `fg` the keyboard is paused; without this nothing would keep the program running.
  line.on('SIGCONT', () => line.prompt(true))
  return line
}
