import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { exporterLines } from '../src/cli/exporter-lines.ts'
import { wrapHelp } from '../src/cli/help-format.ts'
import { paint, terminalWidth } from '../src/cli/report-lines.ts'
import type { Leave } from './leave.ts'
import { runBundle } from './run-bundle.ts'
import { argumentsFor, OVER_WEBSOCKET, PROMPT, withSurroundings } from './tour.ts'

const VIEWER = fileURLToPath(new URL('../../viewer/dist/cli.js', import.meta.url))

const say = (text = ''): void => void process.stdout.write(`${wrapHelp(text, terminalWidth())}\n`)

/**
 * Holds the conversation while a viewer receives it and shows it in a page, until the user ends it.
 * @param db the viewer's store; without it, one in memory, of which nothing is left whatever ends it
 */
export async function showInViewer(db: string | undefined, leave: Leave): Promise<number> {
  const store = db === undefined ? ['--memory'] : ['--db', db]
  const ports = ['--port', '0', '--otlp-http', '0', '--otlp-grpc', '0']
  const open = process.stdout.isTTY ? ['--open'] : []
  const viewer = spawn(process.execPath, [VIEWER, ...ports, ...open, ...store], {
    // By the channel it knows when this process is gone, whatever ended that.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ended = once(viewer, 'close')
  // The terminal sends SIGINT to the viewer, too; a second one would end it in the middle of its end.
  leave.signal.addEventListener('abort', () => void viewer.kill('SIGTERM'))
  const complaints = createInterface(viewer.stderr as Readable)
  try {
    const [line] = await Promise.race([once(createInterface(viewer.stdout as Readable), 'line'), ended])
    if (typeof line !== 'string') {
      for await (const complaint of complaints) process.stderr.write(`${complaint}\n`)
      return Number(line ?? 1)
    }
    complaints.resume()
    const { page, http } = JSON.parse(line) as { page: string; http: string[] }
    say(`${paint('bold', 'The page:')} ${page}`)
    say()
    await holdConversations(http[0] ?? '', leave.signal).catch(error => {
      if (!leave.signal.aborted) throw error
    })
    if (!leave.signal.aborted) {
      say()
      say(`${paint('bold', 'What arrived:')} ${page}`)
      if (db !== undefined) say(`It is kept in ${db}.`)
      say('Other runs go there with these lines below [otel] of config.toml:')
      for (const each of exporterLines(http[0] ?? '')) process.stdout.write(`  ${each}\n`)
      say('Ctrl-C ends the viewer.')
    }
    await ended
    return 0
  } finally {
    viewer.kill()
  }
}

/** One after the other, until the user leaves. */
function holdConversations(httpUrl: string, left: AbortSignal): Promise<void> {
  // The tour has no secrets, and a page is read more easily with its prompt.
  const otel = [...exporterLines(httpUrl), 'log_user_prompt = true']
  return withSurroundings(otel, async surroundings => {
    const conversations = [
      [PROMPT, []],
      [`${PROMPT}, over a WebSocket`, OVER_WEBSOCKET],
    ] as const
    for (const [prompt, more] of conversations) {
      if (left.aborted) return
      process.stdout.write(`${paint('bold', prompt)}\n`)
      await runBundle('otel', [...argumentsFor(prompt), ...more], { ...surroundings, signal: left })
    }
  })
}
