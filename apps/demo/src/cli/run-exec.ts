import { type Approver, noApprover, scriptedAnswers } from '../agent/approver.ts'
import { gitWorkspace } from '../agent/git-workspace.ts'
import { createDisplay } from '../terminal/display.ts'
import { type Interrupted, type Interrupts, watchInterrupts } from '../terminal/interrupts.ts'
import { createKeyboard, type Keyboard } from '../terminal/keyboard.ts'
import { note } from '../terminal/messages.ts'
import { terminalApprover } from '../terminal/terminal-approver.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command-line.ts'
import { type ExecCommand, examplePrompt } from './exec-commands.ts'
import { startAgent } from './start-agent.ts'

const MAX_PROMPT_BYTES = 10 * 1024 * 1024

/** Asks one question. Returns the exit code. @throws the error of the turn. */
export async function runExec(command: Extract<Command, { name: 'exec' }>): Promise<number> {
  const prompt = await readPrompt(command)
  const interrupts = watchInterrupts()
  const keyboard = createKeyboard(interrupts.interrupt)
  const display = createDisplay('final')
  try {
    const agent = await startAgent({
      ...command,
      entryPoint: 'exec',
      approver: chooseApprover(command, keyboard, interrupts),
      display,
      onPrinted: keyboard.redraw,
      signal: interrupts.signal,
    })
    try {
      if (agent.settings.provider === undefined) {
        note(`no model_provider in ${agent.settings.configFile}: the embedded scripted model answers`)
      }
      if (!command.skipGitRepoCheck && !gitWorkspace(agent.cwd).isGit) {
        note(`${agent.cwd} is not in a git repository: what commands change there cannot be undone`)
      }
      await display.during(() => agent.conversation.turn(prompt, interrupts.signal))
      return 0
    } catch (error) {
      // Ctrl-C at a question aborts the turn, which was the only one.
      const { aborted, reason } = interrupts.signal
      if (!aborted) throw error
      note(`the turn was aborted: ${(reason as Interrupted).message}`)
      return (reason as Interrupted).exitCode
    } finally {
      await agent.close(interrupts.signal)
    }
  } finally {
    interrupts.stop()
  }
}

function chooseApprover(command: Command, keyboard: Keyboard, { interrupt }: Interrupts): Approver {
  if (command.answers !== undefined) return scriptedAnswers(command.answers)
  if (!process.stdin.isTTY || !process.stderr.isTTY) return noApprover
  return terminalApprover({ keyboard, keepsOpen: false, onInterrupt: interrupt })
}

async function readPrompt({ prompt: argument, resume }: ExecCommand): Promise<string> {
  const prompt = argument === undefined || argument === '-' ? await readStdin(argument, resume) : argument
  if (prompt.trim() === '') throw new UsageError(`the prompt is empty. Try ${examplePrompt(resume)}.`)
  return prompt
}

async function readStdin(argument: string | undefined, resume: ExecCommand['resume']): Promise<string> {
  if (argument === undefined && process.stdin.isTTY) {
    const piped = resume === undefined ? ', or pipe one into codex-demo exec -' : ''
    throw new UsageError(`no prompt. Try ${examplePrompt(resume)}${piped}.`)
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MAX_PROMPT_BYTES)
      throw new UsageError(`the prompt on standard input is larger than ${MAX_PROMPT_BYTES} bytes`)
  }
  return Buffer.concat(chunks).toString('utf8').replace(/\n$/, '')
}
