import { note, warn } from '../terminal/messages.ts'
import { columnsOf } from '../terminal/rows.ts'
import { wrapHelp } from './help-format.ts'
import type { Agent } from './start-agent.ts'
import { describeHealth } from './telemetry-status.ts'
import { meantCommand } from './unknown-command.ts'

interface SlashCommand {
  description: string
  /** Absent for the commands that leave. */
  run?(agent: Agent): void
}

/** What can be typed in place of a prompt. */
const COMMANDS: Readonly<Record<string, SlashCommand>> = {
  '/help': {
    description: 'what can be typed',
    run: () => {
      const page = ['type what you want done, or one of these:', ...COMMAND_LINES, ...KEY_LINES].join('\n')
      note(wrapHelp(page, columnsOf(process.stderr) - 2))
    },
  },
  '/telemetry': {
    description: 'whether telemetry is on, where it goes, and what became of it so far',
    run: ({ telemetry, describeConfig }) => {
      const status = { config: describeConfig(), enabled: telemetry.enabled, health: telemetry.health() }
      note(describeHealth(status).join('\n'))
    },
  },
  '/quit': { description: 'leaves; so does /exit' },
  '/exit': { description: '' },
}

const NAME_WIDTH = Math.max(...Object.keys(COMMANDS).map(name => name.length)) + 2
const line = (name: string, description: string): string => `${name.padEnd(NAME_WIDTH)}${description}`
const COMMAND_LINES = Object.entries(COMMANDS)
  .filter(([, { description }]) => description !== '')
  .map(([name, { description }]) => line(name, description))
const KEY_LINES = [line('Ctrl-C', 'stops a turn, or drops what is typed'), line('Ctrl-D', 'leaves')]

/** What to do after a line: `prompt` when it is none of the commands. */
export type AfterLine = 'leave' | 'next' | 'prompt'

/** Carries out a command of the user, such as `/help`. A path such as `/etc/hosts` is part of a prompt. */
export function runSlashCommand(text: string, agent: Agent): AfterLine {
  if (!/^\/\w+$/.test(text)) return 'prompt'
  const command = Object.hasOwn(COMMANDS, text) ? COMMANDS[text] : undefined
  if (command === undefined) {
    const meant = meantCommand(text, Object.keys(COMMANDS))
    warn(`unknown command ${text}; ${meant === undefined ? '/help tells what there is' : `did you mean ${meant}?`}`)
    return 'next'
  }
  if (command.run === undefined) return 'leave'
  command.run(agent)
  return 'next'
}
