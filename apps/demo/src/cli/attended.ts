import { styleText } from 'node:util'
import { Interrupted, watchInterrupts } from '../terminal/interrupts.ts'
import { note } from '../terminal/messages.ts'
import { untilAborted } from '../until-aborted.ts'

const ERASE_ROW = '\r\u001b[2K'

/**
 * Waits for work that takes its time and cannot be called off. Meanwhile a terminal shows `doing`, unless `quiet`. A signal
 * ends the process at once, after a note.
 */
export async function attended<T>(doing: string, { quiet }: { quiet: boolean }, work: () => Promise<T>): Promise<T> {
  const interrupts = watchInterrupts()
  const shows = !quiet && process.stderr.isTTY
  if (shows) process.stderr.write(styleText('dim', doing, { stream: process.stderr }))
  const finish = (): void => {
    interrupts.stop()
    if (shows) process.stderr.write(ERASE_ROW)
  }
  try {
    const result = await untilAborted(work(), interrupts.signal)
    finish()
    return result
  } catch (error) {
    finish()
    if (!(error instanceof Interrupted)) throw error
    note(`${error.message} before the end`)
    process.exit(error.exitCode)
  }
}
