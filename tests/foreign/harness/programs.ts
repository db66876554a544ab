import type { Bundler } from './bundlers.ts'
import type { Program } from './check-program.ts'
import { bun, type Runtime, runtimes, thisNode } from './runtimes.ts'
import { versionOf } from './tools.ts'

const CONDITION = '--conditions=codex-otel'

/** Programs that run from their sources: nothing is built, and the runtime gets the condition. */
export function unbundled(): Program[] {
  const available = runtimes().filter(({ version }) => version !== undefined)
  const from = ({ name, command, keeps }: Runtime, file: string): Program => ({
    builtBy: undefined,
    runsOn: file.endsWith('.cjs') ? `${name}, \`require()\`` : name,
    command: `${command} ${CONDITION} ${file}`,
    noopCommand: `${command} ${file}`,
    isKept: keeps,
  })
  return [
    ...available.map(runtime => from(runtime, 'agent.js')),
    ...available.filter(({ name }) => name.startsWith('Node')).map(runtime => from(runtime, 'agent.cjs')),
  ]
}

/** What a bundler made, on all that is to run it. */
export function bundled({ name, packageName, output, runs }: Bundler): Program[] {
  const builtBy = `${name} ${versionOf(packageName)}`
  if (runs === 'itself') {
    const command = `./${output}`
    return [{ builtBy, runsOn: 'itself', command, noopCommand: command, isKept: true }]
  }
  const all = runtimes().filter(({ version, keeps }) => version !== undefined && keeps)
  const named = { node: thisNode(), bun: bun() }
  return (runs === 'every' ? all : runs.map(runtime => named[runtime])).map(({ name, command }) => {
    const whole = `${command} ${output}`
    return { builtBy, runsOn: name, command: whole, noopCommand: whole, isKept: false }
  })
}
