import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { expect } from 'vitest'
import { type ModelServer, type Reply, startModelServer } from './model-server.ts'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

/** Part of every credential: an output that contains it has leaked a credential. */
export const CANARY: string = 'canary-7f3a'

/** The tokens of one user, as an authorization server gives them, and the `account_id` of `auth.json`. */
export function tokens(serial: number, account = 'account-1'): Record<string, string> {
  const claims = {
    email: 'someone@example.test',
    'https://api.openai.com/auth': { chatgpt_user_id: 'user-1', chatgpt_account_id: account },
  }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return {
    id_token: `e30.${payload}.${CANARY}-signature-${serial}`,
    access_token: `${CANARY}-access-${serial}`,
    refresh_token: `${CANARY}-refresh-${serial}`,
    account_id: account,
  }
}

export interface SignIn {
  /** The content of `auth.json`. */
  authFile?: object
  env?: Record<string, string>
  /** The tokens that a program prints: those of its first run, and those of all later ones. */
  externalAuth?: [initial: object, afterwards: object]
  replies: Reply[]
  /** The answer of the authorization server. */
  refresh?: { status: number; body: object }
}

/** The result of a run. */
export interface SignedIn {
  code: number | null
  stdout: string
  /** The text on stderr, with `HOME` and `AUTHORIZATION` in place of the directory and of the authorization server. */
  stderr: string
  /** The headers with the credential of each request to the model. */
  requests: { authorization: string | undefined; account: string | string[] | undefined }[]
  /** The bodies of the requests to the authorization server. */
  refreshes: Record<string, unknown>[]
  /** The text of `auth.json` at the end. */
  authFile: string | undefined
  /** The texts of all other files after the run. */
  otherFiles: string[]
}

/** Asks one question with a build of the demo, run from its sources, and gives `look` the exported telemetry. */
export async function runSignedIn(
  build: 'otel' | 'noop',
  signIn: SignIn,
  look: (receiver: Receiver) => void = () => {},
): Promise<SignedIn> {
  await using model = await startModelServer(signIn.replies)
  await using authorization = await startAuthorizationServer(signIn.refresh)
  await using receiver = await startReceiver()
  const directory = mkdtempSync(join(tmpdir(), 'sign-in-'))
  try {
    const home = join(directory, 'home')
    mkdirSync(home)
    writeFileSync(join(home, 'config.toml'), configFile(model.baseUrl, receiver.logsUrl))
    const authFile = join(home, 'auth.json')
    if (signIn.authFile !== undefined) writeFileSync(authFile, JSON.stringify(signIn.authFile), { mode: 0o600 })
    const args = signIn.externalAuth === undefined ? [] : ['--external-auth', printer(directory, signIn.externalAuth)]
    const env = { CODEX_REFRESH_TOKEN_URL_OVERRIDE: authorization.url, ...signIn.env }
    const finished = await run(build, home, args, env)
    look(receiver)
    const exported = receiver.requests.map(({ body, contentEncoding }) =>
      Buffer.from(contentEncoding === 'gzip' ? gunzipSync(body) : body).toString('latin1'),
    )
    for (const text of [finished.stdout, finished.stderr, ...exported]) expect(text).not.toContain(CANARY)
    return {
      ...finished,
      stderr: finished.stderr.replaceAll(home, 'HOME').replaceAll(authorization.url, 'AUTHORIZATION'),
      requests: credentialsOf(model),
      refreshes: authorization.bodies,
      ...filesIn(home),
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const configFile = (baseUrl: string, logsUrl: string): string => `
model = "gpt-5.1-codex"
model_provider = "fake"
[model_providers.fake]
base_url = "${baseUrl}"
requires_openai_auth = true
request_max_retries = 0
stream_max_retries = 1
[otel]
shutdown_timeout_ms = 5000
exporter = { otlp-http = { endpoint = "${logsUrl}", protocol = "json" } }
`

/** A command that prints tokens from files outside of the agent's home. */
function printer(directory: string, [initial, afterwards]: NonNullable<SignIn['externalAuth']>): string {
  writeFileSync(join(directory, 'initial'), JSON.stringify(initial))
  writeFileSync(join(directory, 'unauthorized'), JSON.stringify(afterwards))
  return `cat '${directory}/'"$CODEX_EXTERNAL_AUTH_REASON"`
}

function run(
  build: 'otel' | 'noop',
  home: string,
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const flags = build === 'otel' ? ['--conditions=codex-otel'] : []
  const options = ['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', ...args]
  const child = spawn(process.execPath, [...flags, CLI, 'exec', ...options, 'go'], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, TERM: 'dumb', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  return new Promise(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
}

function credentialsOf({ requests }: ModelServer): SignedIn['requests'] {
  return requests.map(({ headers }) => ({
    authorization: headers.authorization,
    account: headers['chatgpt-account-id'],
  }))
}

function filesIn(home: string): Pick<SignedIn, 'authFile' | 'otherFiles'> {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
  const textOf = (name: string): string => readFileSync(name, 'utf8')
  const paths = files.map(file => join(file.parentPath, file.name))
  const authFile = join(home, 'auth.json')
  return {
    authFile: paths.includes(authFile) ? textOf(authFile) : undefined,
    otherFiles: paths.filter(path => path !== authFile).map(textOf),
  }
}

interface AuthorizationServer extends AsyncDisposable {
  url: string
  bodies: Record<string, unknown>[]
}

async function startAuthorizationServer(refresh: SignIn['refresh']): Promise<AuthorizationServer> {
  const bodies: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    bodies.push(JSON.parse(Buffer.concat(chunks).toString()))
    response.writeHead(refresh?.status ?? 500, { 'content-type': 'application/json' })
    response.end(JSON.stringify(refresh?.body ?? {}))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth/token`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
