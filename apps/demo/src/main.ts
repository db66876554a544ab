import { TurnAborted } from './agent/turn-aborted.ts'
import { type Command, parseCommandLine } from './cli/command-line.ts'
import { runExec } from './cli/run-exec.ts'
import { runOtel } from './cli/run-otel.ts'
import { runRepl } from './cli/run-repl.ts'
import { ModelError } from './model/model-error.ts'
import { Interrupted } from './terminal/interrupts.ts'
import { note, warn } from './terminal/messages.ts'
import { UsageError } from './usage-error.ts'

/** Runs the program. Sets the exit code and lets Node end the process, so that all output is written. */
export async function run(args: string[]): Promise<void> {
  process.stdout.on('error', ignoreLostReader)
  process.stderr.on('error', ignoreLostReader)
  process.exitCode = await main(args)
}

async function main(args: string[]): Promise<number> {
  try {
    const command = await parseCommandLine(args)
    return command === undefined ? 0 : await runCommand(command)
  } catch (error) {
    return report(error)
  }
}

function runCommand(command: Command): Promise<number> {
  switch (command.name) {
    case 'exec':
      return runExec(command)
    case 'otel':
      return runOtel(command)
    case 'repl':
      return runRepl(command)
  }
}

function report(error: unknown): number {
  if (error instanceof Interrupted) {
    note(error.message)
    return error.exitCode
  }
  if (error instanceof TurnAborted) {
    note(error.message)
    return 0
  }
  if (error instanceof UsageError || error instanceof ModelError) {
    warn(error.message)
    return error instanceof UsageError ? 2 : 1
  }
  // The error is unexpected, and its stack says where it came from.
  warn(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return 1
}

/** The program that reads the answers may end before the agent does, as `head` does; a terminal may be closed. */
function ignoreLostReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
}
