import { createInterface } from 'node:readline'
import { Interrupted } from '../terminal/interrupts.ts'
import { UsageError } from '../usage-error.ts'

/**
 * Asks a question that only a yes answers, in the terminal. With `yes` nothing is asked.
 * @throws UsageError without a terminal
 * @throws Interrupted at Ctrl-C
 */
export async function confirm(question: string, { yes, command }: { yes: boolean; command: string }): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(
      `there is no terminal to ask in, so nothing was done. ${command} --yes does it without asking.`,
    )
  }
  const line = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise((resolve, reject) => {
      line.once('SIGINT', () => {
        process.stderr.write('\n')
        reject(new Interrupted('SIGINT'))
      })
      // Ctrl-D, or the terminal is gone.
      line.once('close', () => resolve(false))
      line.question(`${question} [y/N] `, answer => resolve(/^\s*y(es)?\s*$/i.test(answer)))
    })
  } finally {
    line.close()
  }
}
