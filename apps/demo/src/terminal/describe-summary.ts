import type { RuntimeSummary, RuntimeTotal, TraceContext } from '../telemetry.ts'

/**
 * The summary of a conversation in two lines for the user, and a third one with the id of the latest turn's trace where
 * traces are exported; none for a conversation without a turn.
 */
export function describeSummary(summary: RuntimeSummary, lastTurn?: TraceContext): string[] {
  const { turns, apiCalls, websocketCalls, toolCalls, streamingEvents, tokens, timeToFirstToken: first } = summary
  if (turns === 0) return []
  const work = [
    counted(turns, 'turn'),
    timed(apiCalls, 'request'),
    websocketCalls.count === 0
      ? ''
      : counted(websocketCalls.count, 'request over a WebSocket', 'requests over a WebSocket'),
    timed(streamingEvents, 'stream event'),
    timed(toolCalls, 'tool call'),
    first.count > 0 ? `first token after ${duration(first.durationMs / first.count)}` : '',
  ].filter(part => part !== '')
  const lines = [work.join(' · ')]
  if (tokens.total > 0) {
    const input = `${number(tokens.input)} in${of(tokens.cachedInput, 'cached')}`
    const output = `${number(tokens.output)} out${of(tokens.reasoningOutput, 'reasoning')}`
    lines.push(`${number(tokens.total)} tokens: ${input}, ${output}`)
  }
  if (lastTurn !== undefined) lines.push(describeTrace(lastTurn, turns))
  return lines
}

/** The id is what one looks for in a backend. */
function describeTrace({ traceparent }: TraceContext, turns: number): string {
  const [, traceId, , flags = '00'] = traceparent.split('-')
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1
  return `trace${turns === 1 ? '' : ' of the last turn'}: ${traceId}${isSampled ? '' : ' (not recorded, by the sampler)'}`
}

const number = (value: number): string => value.toLocaleString('en')
const counted = (count: number, thing: string, things = `${thing}s`): string =>
  `${number(count)} ${count === 1 ? thing : things}`
const of = (count: number, kind: string): string => (count === 0 ? '' : ` (${number(count)} ${kind})`)
const duration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

function timed({ count, durationMs }: RuntimeTotal, thing: string): string {
  return count === 0 ? '' : `${counted(count, thing)} (${duration(durationMs)})`
}
