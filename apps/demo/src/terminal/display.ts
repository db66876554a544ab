import { styleText } from 'node:util'
import type { ConversationOptions } from '../agent/conversation.ts'
import type { ToolCallsOptions } from '../agent/tool-calls.ts'
import { visibleText } from '../telemetry.ts'
import type { ToolAnswer } from '../tools/exec-command.ts'
import { note } from './messages.ts'
import { columnsOf, hung } from './rows.ts'
import { createWordStream, wrapLines } from './wrap.ts'

/** Shows a turn: answers on stdout, all other text on stderr. */
export type Display = ConversationOptions['listener'] & {
  command: ToolCallsOptions['onCommand']
  toolCall: ToolCallsOptions['onToolCall']
  commandAnswer: ToolCallsOptions['onAnswer']
  commandRefused: ToolCallsOptions['onRefused']
  /** Ends the row of an answer that broke off, so that a message begins in a row of its own. */
  finishLine(): void
}

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
  const words = createWordStream(text => void process.stdout.write(text), columnsOf(process.stdout))
  const finishLine = (): void => {
    if (words.end()) process.stdout.write('\n')
  }
  return {
    finishLine,
    onText(delta) {
      if (mode === 'streamed') words.write(prose(delta))
    },
    onReasoning: undefined,
    onMessage(text, kind) {
      if (mode === 'streamed') finishLine()
      else if (kind === 'answer') process.stdout.write(`${answer(text)}${text.endsWith('\n') ? '' : '\n'}`)
      else process.stderr.write(`${dim(remark(text))}\n`)
    },
    onNothing() {
      finishLine()
      note('the model answered with neither text nor a tool call that can be run')
    },
    onRetry({ reason, waitMs, retry, maxRetries }) {
      finishLine()
      note(`${reason}; trying again in ${(waitMs / 1000).toFixed(1)} s (${retry} of ${maxRetries})`)
    },
    onFallback(reason) {
      finishLine()
      note(`${reason}; going on over HTTP instead of the WebSocket`)
    },
    command(command) {
      finishLine()
      process.stderr.write(judged('$ ', command))
    },
    toolCall(tool, args) {
      finishLine()
      process.stderr.write(judged('> ', `${tool} ${args}`))
    },
    commandAnswer(toolAnswer) {
      process.stderr.write(`${dim(prose(shorten(toolAnswer)))}\n`)
    },
    commandRefused(command, reason) {
      finishLine()
      note(`not run, ${reason}: ${command}`)
    },
  }
}

/** The first lines of an output, for the user; the model gets the whole output. */
function shorten({ output, success }: ToolAnswer): string {
  const [head = '', body] = output.split(/\nOutput:\n(.*)/s)
  const lines = (body ?? output).trimEnd().split('\n')
  const shown = lines.slice(0, SHOWN_LINES)
  if (lines.length > SHOWN_LINES) shown.push(`(${lines.length - SHOWN_LINES} more lines)`)
  const ending = body === undefined ? '' : (head.split('\n').at(-1) ?? '')
  if (ending !== '' && !(success && ending.endsWith('code 0'))) shown.push(`(${ending})`)
  return shown.filter((line, i) => line !== '' || i > 0).join('\n') || '(no output)'
}
