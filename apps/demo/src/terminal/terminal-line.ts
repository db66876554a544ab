import { createInterface, type Interface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Keyboard, KeyReader } from './keyboard.ts'

export interface TerminalLineOptions {
  keyboard: Keyboard
  prompt: string
  /** Earlier lines, the newest first. */
  history?: string[] | undefined
  /** Whether the line gets nothing of what was typed before it. */
  onlyNew?: boolean
  onPaste(text: string): void
  onPasteTooLarge(): void
  /** Called with keys that arrived together with more keys behind the end of their line; they are not read. Default: they are. */
  onTogether?: (() => void) | undefined
}

export interface TerminalLine {
  line: Interface
  /** Shows the prompt, and reads lines from the keyboard until `line` is closed. */
  begin(): void
}

export function openTerminalLine(options: TerminalLineOptions): TerminalLine {
  const { keyboard, prompt, history, onlyNew = false } = options
  // The editor of Node reads keys from a stream; this one passes each key on at once.
  const source = new Readable({ read() {} })
  const line = createInterface({
    input: source,
    output: process.stderr,
    terminal: true,
    prompt,
    history,
    historySize: history === undefined ? 0 : Math.max(1, history.length),
  })
  line.on('close', () => keyboard.detach())
  const reader: KeyReader = {
    read(typed, together) {
      if (typed.kind === 'paste') options.onPaste(typed.text)
      else if (typed.kind === 'paste-too-large') options.onPasteTooLarge()
      else if (together && options.onTogether !== undefined) options.onTogether()
      else source.emit('data', typed.text)
    },
    redraw() {
      // The editor goes up by as many rows as the cursor is below the prompt, and erases what stands there.
      process.stderr.write('\n'.repeat(line.getCursorPos().rows))
      line.prompt(true)
    },
    end: () => line.close(),
  }
  return {
    line,
    begin() {
      line.prompt()
      keyboard.attach(reader, { onlyNew })
    },
  }
}
