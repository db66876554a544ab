import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { exporterLines } from '../src/cli/exporter-lines.ts'
import { wrapHelp } from '../src/cli/help-format.ts'
import { paint, terminalWidth } from '../src/cli/report-lines.ts'
import { wrapWords } from '../src/terminal/wrap.ts'
import { keepCapture } from './keep-capture.ts'
import type { Leave } from './leave.ts'
import { bundleSize, type RunOptions, runBundle } from './run-bundle.ts'
import { missingFrom, ON_WEBSOCKET, OVER_HTTP, showEvents } from './show-events.ts'
import { showMetrics } from './show-metrics.ts'
import { missingSpans, showTraces } from './show-trace.ts'
import { argumentsFor, OVER_WEBSOCKET, PROMPT, withSurroundings } from './tour.ts'

/** The spans of the conversation: its turn, four requests (one of them in two attempts), three commands, three questions. */
const SPANS = { 'codex.session_init': 1, invoke_agent: 1, chat: 4, execute_tool: 3, 'codex.approval': 3 }

/**
 * Holds the same conversation with both builds of codex-demo and shows the telemetry that a receiver gets from each.
 * @returns the exit code
 * @throws the reason of the signal, once what it used is gone
 */
export async function compareBuilds({ signal }: Leave): Promise<number> {
  await using receiver = await startReceiver()
  return await withSurroundings(exporterLines(receiver.httpUrl), surroundings =>
    compare(receiver, { ...surroundings, signal }),
  )
}

const say = (text = ''): void => void process.stdout.write(`${wrapHelp(text, terminalWidth())}\n`)
const title = (text: string): void => {
  say()
  for (const row of wrapWords(text, terminalWidth())) process.stdout.write(`${paint('bold', row)}\n`)
}

async function compare(receiver: Receiver, surroundings: RunOptions): Promise<number> {
  title(`codex-demo with telemetry: ${PROMPT}`)
  const withTelemetry = await runBundle('otel', argumentsFor(PROMPT), surroundings)
  const captured = [...receiver.requests]
  const events = [...receiver.logs]
  const metrics = [...receiver.metrics]
  const spans = [...receiver.spans]
  const requests = receiver.requests.filter(({ signal }) => signal === 'logs').length

  title(
    `What arrived at ${receiver.logsUrl}: ${events.length} events in ${requests} request${requests === 1 ? '' : 's'}`,
  )
  showEvents(events, say)

  title(`and at ${receiver.httpUrl}/v1/metrics: ${metrics.length} data points`)
  showMetrics(metrics, say)

  title(`and at ${receiver.tracesUrl}: ${spans.length} spans, in the order in which they began`)
  showTraces(spans, say)

  receiver.reset()
  title(`The same conversation over a WebSocket: ${PROMPT}`)
  const overWebsocket = await runBundle('otel', [...argumentsFor(PROMPT), ...OVER_WEBSOCKET], surroundings)
  const websocketEvents = [...receiver.logs]
  title(`What arrived at ${receiver.logsUrl}: ${websocketEvents.length} events`)
  showEvents(websocketEvents, say)

  captured.push(...receiver.requests)
  receiver.reset()
  title(`The same conversation without telemetry: ${PROMPT}`)
  const without = await runBundle('noop', argumentsFor(PROMPT), surroundings)
  title(`no-op build: ${receiver.requests.length} requests`)

  const [otelBytes, noopBytes] = await Promise.all([bundleSize('otel'), bundleSize('noop')])
  say(`bundles: with telemetry ${kilobytes(otelBytes)}, without ${kilobytes(noopBytes)}`)

  const problems = [...missingFrom(events, OVER_HTTP), ...missingFrom(websocketEvents, ON_WEBSOCKET)]
  if (metrics.length === 0) problems.push('no metrics')
  problems.push(...missingSpans(spans, SPANS))
  if (receiver.requests.length > 0) problems.push('the no-op build sent something')
  if ([withTelemetry, overWebsocket, without].some(({ exitCode }) => exitCode !== 0))
    problems.push('an exit code is wrong')
  if (overWebsocket.stdout !== withTelemetry.stdout) problems.push('the answer over a WebSocket is another one')
  if (withTelemetry.stdout !== without.stdout) problems.push('the two builds gave different answers')
  for (const problem of problems) say(`not as it should be: ${problem}`)
  if (problems.length === 0) {
    const file = await keepCapture(captured)
    title('Next, in this directory:')
    say(`  npm run viewer -- open ${file}   # what arrived, in a page`)
    say('  npm run demo -- --view    # the conversation into a page, as it goes')
    say('  export PATH=$PWD/node_modules/.bin:$PATH')
    say('  codex-demo exec tour      # the same conversation, with questions to you')
    say('  codex-demo otel doctor    # whether telemetry is on, and whether it arrives')
  }
  return problems.length === 0 ? 0 : 1
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`
}
