import type { FunctionTool } from '../model/responses-api.ts'
import { failedToParse as failed, parseJsonObject } from './json-object.ts'
import { type CommandResult, type RunCommandOptions, runCommand } from './run-command.ts'

/** The arguments of `exec_command`. */
export interface ExecCommandArguments {
  cmd: string
  /** Whether the model asks for more than the sandbox allows. */
  escalated: boolean
  justification?: string | undefined
}

export const EXEC_COMMAND = 'exec_command'

/** The definition of the agent's own tool for the model. */
export const EXEC_COMMAND_TOOL: FunctionTool = {
  type: 'function',
  name: EXEC_COMMAND,
  description:
    'Runs a shell command in the working directory and returns its output. It gets no input and its time is limited.',
  strict: false,
  parameters: {
    type: 'object',
    properties: {
      cmd: { type: 'string', description: 'The shell command.' },
      sandbox_permissions: {
        type: 'string',
        enum: ['use_default', 'require_escalated'],
        description: 'require_escalated asks the user for permission to change files or use the network.',
      },
      justification: { type: 'string', description: 'With require_escalated: one sentence to the user that says why.' },
    },
    required: ['cmd'],
    additionalProperties: false,
  },
}

/** Reads the JSON text of the arguments. Returns a text for the model when they are wrong. */
export function parseArguments(json: string): ExecCommandArguments | string {
  const value = parseJsonObject(json)
  if (typeof value === 'string') return value
  const { cmd, sandbox_permissions: permissions, justification } = value
  if (cmd === undefined) return failed('missing field `cmd`')
  if (typeof cmd !== 'string') return failed('field `cmd` must be a string')
  if (cmd.trim() === '') return failed('field `cmd` is empty')
  if (cmd.includes('\0')) return failed('field `cmd` contains a NUL character')
  return {
    cmd,
    escalated: permissions === 'require_escalated',
    justification: typeof justification === 'string' ? justification : undefined,
  }
}

/** The output of a call for the model, and whether the call counts as one that ran. */
export interface ToolAnswer {
  output: string
  success: boolean
  /** Of the command, where it ended by itself. */
  exitCode?: number | undefined
  /** One of few words for what went wrong, where there is a better one than that the tool failed. */
  errorType?: string | undefined
}

/** The answer of a command, and its result where it was started. */
export interface CommandAnswer extends ToolAnswer {
  result?: CommandResult | undefined
}

/** Runs an approved command. Never throws: the answer of a command that cannot be started has the error. */
export async function execCommand(options: RunCommandOptions): Promise<CommandAnswer> {
  try {
    const result = await runCommand(options)
    const seconds = (result.durationMs / 1000).toFixed(4)
    return {
      output: `Wall time: ${seconds} seconds\n${result.ending}\nOutput:\n${result.output}`,
      success: result.finished,
      ...(result.exitCode !== undefined && { exitCode: result.exitCode }),
      ...(result.timedOut && { errorType: 'timeout' }),
      result,
    }
  } catch (error) {
    return { output: rejected(`cannot start the shell: ${(error as Error).message}`), success: false }
  }
}

/** The output of a call that was not run, worded as in Codex, on which models are trained. */
export function rejected(reason: string): string {
  return `exec_command failed: CreateProcess { message: ${JSON.stringify(`Rejected(${JSON.stringify(reason)})`)} }`
}
