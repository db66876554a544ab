import { judge } from '../agent/approval-policy.ts'
import { noApprover, scriptedAnswers } from '../agent/approver.ts'
import { TurnAborted } from '../agent/turn-aborted.ts'
import type { Settings } from '../config/settings.ts'
import { memoryHistory, type PromptHistory, storedHistory } from '../stored/prompt-history.ts'
import { createDisplay, type Display } from '../terminal/display.ts'
import { Interrupted, type Interrupts, watchInterrupts } from '../terminal/interrupts.ts'
import { createKeyboard } from '../terminal/keyboard.ts'
import { note, warn } from '../terminal/messages.ts'
import { type Prompts, pipedPrompts, terminalPrompts } from '../terminal/prompts.ts'
import { terminalApprover } from '../terminal/terminal-approver.ts'
import { untilAborted } from '../until-aborted.ts'
import { BUILD_NAME, type Command } from './command-line.ts'
import { runSlashCommand } from './slash-commands.ts'
import { type Agent, startAgent } from './start-agent.ts'
import { describeTelemetry } from './telemetry-status.ts'

/** Holds a conversation until the user leaves. Returns the exit code: with prompts from a pipe, 1 when a turn failed. */
export async function runRepl(command: Extract<Command, { name: 'repl' }>): Promise<number> {
  const interactive = Boolean(process.stdin.isTTY && process.stderr.isTTY)
  const interrupts = watchInterrupts()
  const keyboard = createKeyboard(interrupts.interrupt)
  const display = createDisplay(process.stdout.isTTY ? 'streamed' : 'final')
  try {
    const agent = await startAgent({
      ...command,
      entryPoint: 'cli',
      approver:
        command.answers !== undefined
          ? scriptedAnswers(command.answers)
          : interactive
            ? terminalApprover({ keyboard, keepsOpen: true })
            : noApprover,
      display,
      onPrinted: keyboard.redraw,
      signal: interrupts.signal,
    })
    const prompts = interactive ? terminalPrompts(keyboard, openHistory(agent, command)) : pipedPrompts()
    try {
      await greet(agent, interactive, interrupts.signal)
      const failures = await converse({ agent, prompts, interrupts, display })
      return !interactive && failures > 0 ? 1 : 0
    } finally {
      prompts.close()
      await agent.close(interrupts.signal)
    }
  } finally {
    interrupts.stop()
  }
}

/** The prompts of earlier runs; of this run alone where nothing is to be stored. */
function openHistory({ settings }: Agent, { ephemeral }: Command): PromptHistory {
  const { history, codexHome } = settings
  if (ephemeral || !history.stored) return memoryHistory()
  return storedHistory({ codexHome, maxBytes: history.maxBytes, onProblem: warn })
}

async function greet(agent: Agent, interactive: boolean, signal: AbortSignal): Promise<void> {
  const { settings } = agent
  const sandboxed = (await agent.sandbox.working(signal)) !== undefined
  note(`${BUILD_NAME} · ${agent.model} from ${agent.providerName} · ${agent.cwd}`)
  note(`approval ${settings.approvalPolicy}, sandbox ${settings.sandboxPolicy}: ${whatRuns(settings, sandboxed)}`)
  note(describeTelemetry(agent.describeConfig(), agent.telemetry.enabled))
  if (settings.provider === undefined) {
    note(`no model_provider in ${settings.configFile}: the embedded scripted model answers; try "tour"`)
  }
  if (interactive) note('/help tells what can be typed; Ctrl-C stops a turn, Ctrl-D leaves')
}

/** A description of the treatment of an ordinary command, and of its sandbox. */
function whatRuns({ approvalPolicy, sandboxPolicy }: Settings, sandboxed: boolean): string {
  const usual = judge({ approvalPolicy, sandboxPolicy, escalated: false, sandboxed }).kind
  const where = sandboxed ? ' in a sandbox (bubblewrap)' : ''
  return {
    run: `commands run${where} without asking`,
    ask: `every command is asked about${sandboxed ? `, and runs${where}` : ''}`,
    reject: 'no command is run',
  }[usual]
}

interface Talk {
  agent: Agent
  prompts: Prompts
  interrupts: Interrupts
  display: Display
}

/** Returns how many turns failed. @throws Interrupted when a signal ends the program. */
async function converse(talk: Talk): Promise<number> {
  const { prompts, interrupts } = talk
  let failures = 0
  while (true) {
    const line = await untilAborted(prompts.next(), interrupts.signal)
    if (line === undefined) return failures
    const text = line.trim()
    if (text === '') continue
    const after = runSlashCommand(text, talk.agent)
    if (after === 'leave') return failures
    if (after === 'prompt' && !(await takeTurn(talk, line))) failures++
  }
}

/** Returns whether the turn ended as the user wanted. */
async function takeTurn({ agent, prompts, interrupts, display }: Talk, prompt: string): Promise<boolean> {
  const { signal } = interrupts
  try {
    await display.during(() => agent.conversation.turn(prompt, signal))
    return true
  } catch (error) {
    display.finishLine()
    if (error instanceof Interrupted) {
      if (error.ends) throw error
      note('the turn was aborted')
      prompts.forgetTypedAhead()
    } else if (error instanceof TurnAborted) {
      note(error.message)
      prompts.forgetTypedAhead()
      return true
    } else warn((error as Error).message)
    return false
  } finally {
    // Ctrl-C was meant for this turn, also when the turn ended before it was stopped.
    if (signal.aborted && !(signal.reason as Interrupted).ends) interrupts.renew()
  }
}
