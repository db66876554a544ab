import { styleText } from 'node:util'
import type { ConversationOptions } from '../agent/conversation.ts'
import type { ToolCallsOptions } from '../agent/tool-calls.ts'
import { visibleText } from '../telemetry.ts'
import type { ToolAnswer } from '../tools/exec-command.ts'
import { CommandOutput } from './command-output.ts'
import { note } from './messages.ts'
import { statusLine, writeErr, writeOut } from './output.ts'
import { columnsOf, hung } from './rows.ts'
import { createWordStream, wrapLines } from './wrap.ts'

/** Shows a turn: answers on stdout, all other text on stderr. */
export type Display = ConversationOptions['listener'] & {
  command: ToolCallsOptions['onCommand']
  commandOutput: ToolCallsOptions['onOutput']
  toolCall: ToolCallsOptions['onToolCall']
  commandAnswer: ToolCallsOptions['onAnswer']
  commandRefused: ToolCallsOptions['onRefused']
  /** Ends the row of an answer that broke off, so that a message begins in a row of its own. */
  finishLine(): void
  /** Says in a row of its own that a turn is not over, while nothing else is written. */
  during<Result>(turn: () => Promise<Result>): Promise<Result>
  /** Says nothing of the kind while the user is asked. */
  whileAsking<Result>(ask: () => Promise<Result>): Promise<Result>
}

const THE_MODEL = 'the model works'

/** How many lines are shown of the answer of a tool. */
const SHOWN_LINES = 12

/**
 * Creates the display. `final` prints an answer once it is complete, so that a script reads whole answers and nothing else;
 * `streamed` prints all text of the model as it arrives.
 */
export function createDisplay(mode: 'final' | 'streamed'): Display {
  const prose = (text: string): string => visibleText(text, 'prose')
  const answer = (text: string): string =>
    process.stdout.isTTY ? wrapLines(prose(text), columnsOf(process.stdout)) : text
  const remark = (text: string): string => wrapLines(prose(text), columnsOf(process.stderr))
  const dim = (text: string): string => styleText('dim', text, { stream: process.stderr })
  const judged = (first: string, text: string): string => `${hung(first, text, columnsOf(process.stderr))}\n`
  const words = createWordStream(writeOut, columnsOf(process.stdout))
  const finishLine = (): void => {
    if (words.end()) writeOut('\n')
  }
  let output: CommandOutput | undefined
  return {
    finishLine,
    async during(turn) {
      statusLine.waitFor(THE_MODEL)
      try {
        return await turn()
      } finally {
        statusLine.waitFor(undefined)
      }
    },
    async whileAsking(ask) {
      statusLine.waitFor(undefined)
      try {
        return await ask()
      } finally {
        statusLine.waitFor(THE_MODEL)
      }
    },
    onText(delta) {
      if (mode === 'streamed') words.write(prose(delta))
    },
    onReasoning: undefined,
    onMessage(text, kind) {
      if (mode === 'streamed') finishLine()
      else if (kind === 'answer') writeOut(`${answer(text)}${text.endsWith('\n') ? '' : '\n'}`)
      else writeErr(`${dim(remark(text))}\n`)
    },
    onNothing() {
      finishLine()
      note('the model answered with neither text nor a tool call that can be run')
    },
    onStarting(servers) {
      const one = servers.length === 1
      const names = visibleText(servers.join(', '))
      statusLine.waitFor(one ? `MCP server ${names} starts` : `MCP servers ${names} start`, {
        short: one ? 'MCP starts' : 'MCP servers start',
      })
    },
    onAsk: () => statusLine.waitFor(THE_MODEL),
    onRetry({ reason, waitMs, retry, maxRetries }) {
      finishLine()
      statusLine.waitFor('waits to try again')
      note(`${reason}; trying again in ${(waitMs / 1000).toFixed(1)} s (${retry} of ${maxRetries})`)
    },
    onFallback(reason) {
      finishLine()
      note(`${reason}; going on over HTTP instead of the WebSocket`)
    },
    command(command) {
      finishLine()
      writeErr(judged('$ ', command))
      output = new CommandOutput({
        write: text => writeErr(dim(prose(text))),
        showsPartial: process.stderr.isTTY,
      })
      statusLine.waitFor('the command runs')
    },
    commandOutput(chunk) {
      output?.add(chunk)
    },
    toolCall(tool, args) {
      finishLine()
      writeErr(judged('> ', `${tool} ${args}`))
      statusLine.waitFor('the tool runs')
    },
    commandAnswer(toolAnswer) {
      const shown = output === undefined ? shorten(toolAnswer) : restOf(toolAnswer, output.end())
      output = undefined
      if (shown !== '') writeErr(`${dim(prose(shown))}\n`)
      statusLine.waitFor(THE_MODEL)
    },
    commandRefused(command, reason) {
      finishLine()
      note(`not run, ${reason}: ${command}`)
    },
  }
}

/** The first lines of an answer, for the user; the model gets the whole answer. */
function shorten({ output }: ToolAnswer): string {
  const lines = output.trimEnd().split('\n')
  const shown = lines.slice(0, SHOWN_LINES)
  if (lines.length > SHOWN_LINES) shown.push(`(${lines.length - SHOWN_LINES} more lines)`)
  return shown.filter((line, i) => line !== '' || i > 0).join('\n') || '(no output)'
}

/** What is left to say about a command whose output was shown as it came. */
function restOf({ output, success }: ToolAnswer, { shown, more }: { shown: number; more: number }): string {
  const [head = '', body] = output.split(/\nOutput:\n(.*)/s)
  // A command that could not be started has no output, and its answer says why.
  if (body === undefined) return output
  const ending = head.split('\n').at(-1) ?? ''
  const lines = [
    more > 0 ? `(${more} more ${more === 1 ? 'line' : 'lines'})` : '',
    success && ending.endsWith('code 0') ? '' : `(${ending})`,
  ].filter(line => line !== '')
  return lines.length === 0 && shown === 0 ? '(no output)' : lines.join('\n')
}
