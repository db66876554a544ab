import { spawn } from 'node:child_process'
import { resolveProgram } from '@codex/otel-api/resolve-program'
import { type ConfigDescription, childEnvironment } from '../telemetry.ts'
import { warn } from '../terminal/messages.ts'
import { exporterLines } from './exporter-lines.ts'
import { hanging, printedLines } from './report-lines.ts'
import { exportsNothing } from './telemetry-status.ts'

const VIEWER = 'codex-otel-viewer'

/** The exit code of a viewer beside one that runs already, whose page it has named. */
const RUNS_ALREADY = 3

const USUAL_PORT = '4318'

/** Starts the viewer and waits for its end, or says how to get it. Returns the exit code. */
export async function runView(args: readonly string[], config: ConfigDescription): Promise<number> {
  const path = resolveProgram(VIEWER, process.env.PATH)
  if (path === undefined) {
    process.stdout.write(paragraph(`${VIEWER} is not installed. With Node 22.16 or newer this starts it:`))
    process.stdout.write(`\n  npx ${[VIEWER, ...args].join(' ')}\n\n`)
  }
  // Standard output of the viewer is its own.
  const out = path === undefined ? process.stdout : process.stderr
  if (receives(args) && (path === undefined || exportsNothing(config))) out.write(howToSend(args, config.file))
  if (path === undefined) return 1
  const code = await runViewer(path, args)
  return code === RUNS_ALREADY && args.length === 0 ? 0 : code
}

const paragraph = (text: string): string => printedLines(hanging('', 0, text))

/** Whether a viewer with these arguments receives: it has no command, and is not asked for its help or version. */
const receives = ([first = '-']: readonly string[]): boolean =>
  first.startsWith('-') && !['-h', '--help', '-V', '--version'].includes(first)

function howToSend(args: readonly string[], file: string): string {
  const port = /(?:^| )--otlp-http[ =](\d+)/.exec(args.join(' '))?.[1] ?? USUAL_PORT
  if (Number(port) === 0)
    return `${paragraph(`To send to it, name its address of OTLP over HTTP in [otel] of ${file}.`)}\n`
  const lines = ['[otel]', ...exporterLines(`http://127.0.0.1:${port}`)].map(line => `  ${line}\n`)
  return `${paragraph(`To send to it, put these lines into ${file}:`)}\n${lines.join('')}\n`
}

function runViewer(path: string, args: readonly string[]): Promise<number> {
  const viewer = spawn(path, args, {
    // By the channel it knows when this process is gone, whatever ended that.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: childEnvironment(process.env, []),
  })
  // Ctrl-C reaches the viewer by itself, which ends then; a signal that was sent to this process alone is handed on.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => void viewer.kill('SIGTERM'))
  return new Promise(resolve => {
    viewer.on('error', error => {
      warn(`${path}: ${error.message}`)
      resolve(1)
    })
    viewer.on('close', code => resolve(code ?? 1))
  })
}
