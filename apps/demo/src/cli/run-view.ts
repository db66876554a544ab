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

const USUAL_URL = 'http://127.0.0.1:4318'

/** Starts the viewer and waits for its end, or says how to get it. Returns the exit code. */
export async function runView(args: readonly string[], config: ConfigDescription): Promise<number> {
  const path = resolveProgram(VIEWER, process.env.PATH)
  const paragraph = (text: string): string => printedLines(hanging('', 0, text))
  if (path === undefined) {
    process.stdout.write(paragraph(`${VIEWER} is not installed. With Node 22.16 or newer this starts it:`))
    process.stdout.write(`\n  npx ${[VIEWER, ...args].join(' ')}\n\n`)
  }
  if (path === undefined || exportsNothing(config)) {
    // Standard output of the viewer is its own.
    const out = path === undefined ? process.stdout : process.stderr
    const lines = ['[otel]', ...exporterLines(USUAL_URL)].map(line => `  ${line}\n`)
    out.write(`${paragraph(`These lines of ${config.file} send to it:`)}\n${lines.join('')}\n`)
  }
  if (path === undefined) return 1
  const code = await runViewer(path, args)
  return code === RUNS_ALREADY && args.length === 0 ? 0 : code
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
