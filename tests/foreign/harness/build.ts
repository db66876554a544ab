import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '@codex/test-kit/run-node'
import type { Applications } from './applications.ts'
import type { Bundler } from './bundlers.ts'
import { environment } from './run-agent.ts'
import { commandLine } from './tools.ts'

const execute = promisify(execFile)

/** What every bundle with the SDK holds, and nothing else does: a name of the application's thread, and the beginning of the worker. */
async function textsOfTheSdk(): Promise<string[]> {
  const source = join(ROOT, 'packages/otel-sdk/dist/worker-source.js')
  const { parts } = (await import(source)) as { parts: { main: string } }
  return ['codex-otel.exit-hooks', parts.main.slice(0, 80)]
}

/** Runs a command in a folder; its output in the error when it fails. */
export async function runTool(command: string, cwd: string, env: Record<string, string> = {}): Promise<void> {
  const [program = '', ...args] = commandLine(command)
  try {
    await execute(program, args, { cwd, env: { ...environment(cwd), ...env }, timeout: 120_000 })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command}\n${stdout}${stderr}`, { cause: error })
  }
}

/**
 * Builds the application both ways. Without telemetry it is built where the SDK is not installed, so that its output can
 * hold no byte of it. Returns what is wrong.
 */
export async function build(bundler: Bundler, applications: Applications): Promise<string[]> {
  const { commands, noopCommands = commands, output, text = output } = bundler
  for (const command of commands) await runTool(command, applications.otel)
  for (const command of noopCommands) await runTool(command, applications.noop, { TELEMETRY: 'off' })
  const otel = readFileSync(join(applications.otel, text))
  const noop = readFileSync(join(applications.noop, text))
  return (await textsOfTheSdk()).flatMap(token => {
    const problems = []
    if (!otel.includes(token)) problems.push(`with telemetry, ${text} does not hold "${token}"`)
    if (noop.includes(token)) problems.push(`without telemetry, ${text} holds "${token}"`)
    return problems
  })
}
