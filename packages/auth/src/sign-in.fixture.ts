import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { type AuthManager, type AuthOptions, createAuthManager } from './auth-manager.ts'
import type { RecoveryStep, Unauthorized } from './recovery.ts'

/** Part of every secret of a test, so that one search finds them all. */
export const canary = 'canary5ecret'

const claimsKey = 'https://api.openai.com/auth'

/** An unsigned token like those of ChatGPT. Its signature part carries the canary and its serial. */
export function jwt(serial: string, claims: Readonly<Record<string, unknown>> = {}): string {
  const auth = {
    chatgpt_plan_type: 'pro',
    chatgpt_user_id: 'user-1',
    chatgpt_account_id: 'account-1',
    user_id: 'user-1',
    ...claims,
  }
  const payload = { email: 'someone@example.test', exp: 4_102_444_800, sub: 'user-1', [claimsKey]: auth }
  const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${base64({ alg: 'none' })}.${base64(payload)}.${canary}${serial}`
}

/** The content of an `auth.json` after a ChatGPT sign-in. */
export function chatgptFile(serial = '1', claims: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    auth_mode: 'chatgpt',
    OPENAI_API_KEY: null,
    tokens: {
      id_token: jwt(serial, claims),
      access_token: accessToken(serial),
      refresh_token: `${canary}-refresh-${serial}`,
      account_id: 'account-1',
    },
    last_refresh: '2026-01-01T00:00:00Z',
  }
}

export function accessToken(serial: string): string {
  return `${canary}-access-${serial}`
}

/** What the authorization server answers to a good refresh token. */
export function freshTokens(serial = '2'): Record<string, unknown> {
  return {
    id_token: jwt(serial),
    access_token: accessToken(serial),
    refresh_token: `${canary}-refresh-${serial}`,
  }
}

export interface Home extends AsyncDisposable {
  readonly path: string
  readonly authFile: string
  write(content: unknown, mode?: number): Promise<void>
  read(): Promise<Record<string, unknown>>
}

/** Makes a new directory for `auth.json`. */
export async function temporaryHome(content?: unknown): Promise<Home> {
  const path = await mkdtemp(join(tmpdir(), 'codex-auth-'))
  const authFile = join(path, 'auth.json')
  const home: Home = {
    path,
    authFile,
    async write(value, mode = 0o600) {
      await writeFile(authFile, typeof value === 'string' ? value : JSON.stringify(value))
      await chmod(authFile, mode)
    },
    read: async () => JSON.parse(await readFile(authFile, 'utf8')) as Record<string, unknown>,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
  if (content !== undefined) await home.write(content)
  return home
}

type Answer = (response: ServerResponse, body: Record<string, unknown>) => void | Promise<void>

export interface AuthorizationServer extends AsyncDisposable {
  /** The environment that names this server. */
  readonly env: { readonly CODEX_REFRESH_TOKEN_URL_OVERRIDE: string }
  readonly bodies: Record<string, unknown>[]
}

/** Starts an authorization server on loopback. */
export async function authorizationServer(answer: Answer): Promise<AuthorizationServer> {
  const bodies: Record<string, unknown>[] = []
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(await text(request)) as Record<string, unknown>
    bodies.push(body)
    await answer(response, body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    env: { CODEX_REFRESH_TOKEN_URL_OVERRIDE: `http://127.0.0.1:${port}/oauth/token` },
    bodies,
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(typeof value === 'string' ? value : JSON.stringify(value))
}

/** The fields of the provider's 401 answer. */
export const unauthorized: Unauthorized = { requestId: 'req_401', cfRay: 'ray401-SJC', error: 'token_expired' }

/** Creates a manager, which must find a user and no problem. */
export async function signedIn(
  home: Home,
  env: AuthOptions['env'] = {},
  more: Partial<AuthOptions> = {},
): Promise<AuthManager> {
  const auth = await createAuthManager({ codexHome: home.path, env, ...more })
  expect(auth.problems).toEqual([])
  return auth
}

/** Takes both steps of one request, as a caller does on two 401 answers in a row. */
export async function bothSteps(auth: AuthManager, signal?: AbortSignal): Promise<RecoveryStep> {
  const recovery = auth.recovery()
  const reload = await recovery.next(unauthorized)
  expect(reload).toMatchObject({ recovered: true, event: { step: 'reload', stateChanged: false } })
  return recovery.next(unauthorized, signal)
}

export function tokensOf(content: Record<string, unknown>): Record<string, unknown> {
  return content.tokens as Record<string, unknown>
}
