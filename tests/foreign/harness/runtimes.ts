import { versionOf } from './tools.ts'

export interface Runtime {
  /** With its version, as in the table. */
  readonly name: string
  /** The program, as `commandLine` takes it, with what it needs to run `agent.js`. */
  readonly command: string
  /** The version of its package; `undefined` where there is none for this machine. */
  readonly version: string | undefined
  /** Whether what cannot be delivered stays on disk. */
  readonly keeps: boolean
}

/** The package of the newest Node. */
export const NEWEST_NODE = `node-26-linux-${process.arch}`

/** All that Deno asks for. */
export const DENO_PERMISSIONS = '--allow-env --allow-net --allow-read --allow-write --allow-sys'
/** What the agent reads itself, and its collector: enough to deliver, and not to keep anything on disk. */
const FEW_PERMISSIONS = '--no-prompt --allow-env=CODEX_HOME,ENDPOINT,ENDING,EVENTS,SERVICE --allow-net=127.0.0.1'

const runtime = (name: string, command: string, version: string | undefined): Runtime => ({
  name: `${name} ${version ?? ''}`.trim(),
  command,
  version,
  keeps: true,
})

/** The oldest Node that the packages support, the one that this repository is pinned to, and the newest; Bun and Deno. */
export function runtimes(): Runtime[] {
  const deno = runtime('Deno', `deno run ${DENO_PERMISSIONS}`, versionOf('deno'))
  return [
    runtime('Node', 'node-22', versionOf(`node-22-linux-${process.arch}`)),
    thisNode(),
    newestNode(),
    bun(),
    deno,
    { ...deno, name: `${deno.name}, few permissions`, command: `deno run ${FEW_PERMISSIONS}`, keeps: false },
  ]
}

export const thisNode = (): Runtime => runtime('Node', 'node', process.versions.node)
const newestNode = (): Runtime => runtime('Node', 'node-26', versionOf(NEWEST_NODE))
export const bun = (): Runtime => runtime('Bun', 'bun', versionOf('bun'))
