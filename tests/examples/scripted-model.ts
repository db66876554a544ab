import { once } from 'node:events'
import { join } from 'node:path'
import { ROOT } from '@codex/test-kit/run-node'
import { startProcess } from '@codex/test-kit/run-process'

export interface ScriptedModel {
  /** Ends in `/v1`. */
  readonly url: string
  [Symbol.asyncDispose](): Promise<void>
}

const LIMIT_MS = 120_000

/** Starts the model of `examples/` on a free port; `env` are the variables that its first lines describe. */
export async function startScriptedModel(env: Readonly<Record<string, string>> = {}): Promise<ScriptedModel> {
  const { child, ended } = startProcess([process.execPath, join(ROOT, 'examples/scripted-model.js')], {
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    limitMs: LIMIT_MS,
  })
  const [line] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data')
  const url = /http:\S+/.exec(String(line))?.[0]
  if (url === undefined) throw new Error(`the scripted model said ${line}`)
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill()
      await ended
    },
  }
}
