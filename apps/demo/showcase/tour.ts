import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acceptWebsockets } from '../src/scripted-model/accept-websockets.ts'
import { startScriptedModel } from '../src/scripted-model/server.ts'
import type { Surroundings } from './run-bundle.ts'

export const PROMPT = 'Give me the tour'
// With this policy the demo asks about every command, also where a sandbox works.
const OPTIONS: readonly string[] = [
  // The home of the conversation is removed at the end.
  '--ephemeral',
  '--skip-git-repo-check',
  '--approval-policy',
  'untrusted',
  '--answers',
  'accept,accept,decline',
]

/** Holds the conversation; its script is that of any prompt with "tour" in it. */
export const argumentsFor = (prompt: string): readonly string[] => ['exec', ...OPTIONS, prompt]
/** What a run started may write until it has noticed its end. */
const RETRIES = 5

export const OVER_WEBSOCKET: readonly string[] = ['-c', 'model_providers.scripted.supports_websockets=true']

/**
 * Starts a scripted model and makes a home whose telemetry goes to a receiver; both are gone when `use` has ended.
 * @param otel lines of the table `[otel]`
 */
export async function withSurroundings<T>(
  otel: readonly string[],
  use: (surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  const model = await startScriptedModel({ acceptWebsockets })
  const home = await mkdtemp(join(tmpdir(), 'codex-demo-'))
  const work = await mkdtemp(join(tmpdir(), 'codex-demo-work-'))
  try {
    await writeFile(
      join(home, 'config.toml'),
      `model = "scripted-model"
model_provider = "scripted"

[model_providers.scripted]
name = "scripted"
base_url = "${model.baseUrl}"
env_key = "SCRIPTED_API_KEY"

[otel]
environment = "demo"
# A slow machine is waited for.
shutdown_timeout_ms = 10000
${otel.join('\n')}
`,
    )
    return await use({ home, cwd: work, env: { SCRIPTED_API_KEY: model.apiKey } })
  } finally {
    model.close()
    await rm(home, { recursive: true, force: true, maxRetries: RETRIES })
    await rm(work, { recursive: true, force: true, maxRetries: RETRIES })
  }
}
