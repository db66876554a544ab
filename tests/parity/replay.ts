import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ReceivedLog, type ReceivedMetricPoint, type Receiver, startReceiver } from '@codex/otlp-receiver'
import { collectText, startProcess } from '@codex/test-kit/run-process'
import { type ReplayServer, startReplayServer } from './replay-server.ts'
import type { Event, Scenario } from './scenario.ts'

/** What is published: the bundle with the feature. */
const CLI = fileURLToPath(new URL('../../apps/demo/dist/otel/cli.js', import.meta.url))

const LIMIT_MS = 60_000

export interface Replayed {
  exit: number | null
  stderr: string
  events: Event[]
  metrics: readonly ReceivedMetricPoint[]
}

/** Runs the demo against the captured replies and returns the events that arrived over OTLP. */
export async function replay(scenario: Scenario): Promise<Replayed> {
  await using model = await startReplayServer(scenario)
  await using receiver = await startReceiver()
  const home = mkdtempSync(join(tmpdir(), 'parity-'))
  try {
    writeFileSync(join(home, 'config.toml'), configFile(scenario, model, receiver))
    const authFile = AUTH_FILES[scenario.credential]
    if (authFile !== undefined) writeFileSync(join(home, 'auth.json'), JSON.stringify(authFile), { mode: 0o600 })
    const { exit, stderr } = await runDemo(home, scenario, model)
    return { exit, stderr, events: receiver.logs.map(toEvent), metrics: receiver.metrics }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** The text of `auth.json`, as the captured program found it. */
const AUTH_FILES: Readonly<Record<Scenario['credential'], object | undefined>> = {
  env_key: undefined,
  'auth.json': { auth_mode: 'apikey', OPENAI_API_KEY: 'fake-key' },
  chatgpt: {
    auth_mode: 'chatgpt',
    OPENAI_API_KEY: null,
    tokens: { ...chatgptTokens('1'), account_id: 'acct-fake-123' },
  },
}

/** Tokens of the captured user; the serial tells those of one sign-in from those of the next. */
export function chatgptTokens(serial: string): Record<'id_token' | 'access_token' | 'refresh_token', string> {
  const claims = {
    email: 'someone@example.test',
    'https://api.openai.com/auth': { chatgpt_user_id: 'user-fake-1', chatgpt_account_id: 'acct-fake-123' },
  }
  const parts = [{ alg: 'none' }, { ...claims, jti: serial }].map(part =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return {
    id_token: `${parts.join('.')}.c2ln`,
    access_token: `fake-access-${serial}`,
    refresh_token: `fake-refresh-${serial}`,
  }
}

function configFile(scenario: Scenario, { baseUrl, chatgptUrl }: ReplayServer, { httpUrl, logsUrl }: Receiver): string {
  return `
${scenario.config.join('\n')}
${scenario.credential === 'chatgpt' ? `chatgpt_base_url = "${chatgptUrl}"` : ''}
model_provider = "fake"
[model_providers.fake]
name = "fake"
base_url = "${baseUrl}"
wire_api = "responses"
${scenario.credential === 'env_key' ? 'env_key = "FAKE_API_KEY"' : 'requires_openai_auth = true'}
request_max_retries = 3
stream_max_retries = 2
[otel]
environment = "golden"
log_user_prompt = ${scenario.logUserPrompt}
${(scenario.otel ?? []).join('\n')}
# What is compared is what arrives, on a busy machine too; the time that leaving may take is tested elsewhere.
shutdown_timeout_ms = 5000
exporter = { otlp-http = { endpoint = "${logsUrl}", protocol = "${scenario.protocol}" } }
metrics_exporter = { otlp-http = { endpoint = "${httpUrl}/v1/metrics", protocol = "${scenario.protocol}" } }
`
}

async function runDemo(
  home: string,
  scenario: Scenario,
  { refreshUrl }: ReplayServer,
): Promise<Pick<Replayed, 'exit' | 'stderr'>> {
  const args = [CLI, 'exec', '--skip-git-repo-check', ...scenario.options, '-C', home, scenario.prompt]
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    CODEX_HOME: home,
    TERM: 'xterm-256color',
    FAKE_API_KEY: 'fake-key',
    ...(scenario.refresh !== undefined && { CODEX_REFRESH_TOKEN_URL_OVERRIDE: refreshUrl }),
  }
  const { child, ended } = startProcess([process.execPath, ...args], {
    env,
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
    limitMs: LIMIT_MS,
  })
  const stderr = collectText(child.stderr)
  const { code } = await ended
  return { exit: code, stderr: stderr() }
}

function toEvent(log: ReceivedLog): Event {
  const attributes = Object.entries(log.attributes).filter(([key]) => key !== 'event.name')
  return {
    name: String(log.attributes['event.name']?.value),
    attributes: Object.fromEntries(attributes.map(([key, { type, value }]) => [key, `${type}:${value}`])),
  }
}
