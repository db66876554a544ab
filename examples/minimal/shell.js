import { exec } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { promisify } from 'node:util'
import { childEnvironment, visibleText } from '#telemetry'

const parameters = { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] }
export const shell = { type: 'function', name: 'shell', description: 'Runs a shell command.', parameters }

/** Asks the user, who sees each character of the command. */
export async function isAllowed(command) {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`Run ${visibleText(command)} (y/n)? `)
  terminal.close()
  return answer === 'y'
}

/** Runs the command without the credentials of the agent and of its telemetry. */
export async function runCommand(command, secretVariables) {
  const env = childEnvironment(process.env, ['OPENAI_API_KEY', ...secretVariables])
  const { stdout, stderr } = await promisify(exec)(command, { env }).catch(failure => failure)
  return { output: stdout + stderr }
}

export const refuse = async () => ({ output: 'The user does not allow it.', success: false })
