import { Interrupted, watchInterrupts } from '../terminal/interrupts.ts'
import { note } from '../terminal/messages.ts'
import { statusLine } from '../terminal/output.ts'
import { untilAborted } from '../until-aborted.ts'

/**
 * Waits for work that takes its time and cannot be called off. Meanwhile the row of a terminal says `doing`, for how long and
 * how to stop it, unless `quiet`. A signal ends the process at once, after a note.
 */
export async function attended<T>(doing: string, { quiet }: { quiet: boolean }, work: () => Promise<T>): Promise<T> {
  const interrupts = watchInterrupts()
  if (!quiet) statusLine.waitFor(doing)
  const finish = (): void => {
    interrupts.stop()
    statusLine.waitFor(undefined)
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
