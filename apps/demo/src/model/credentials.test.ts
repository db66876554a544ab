import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PROVIDER_DEFAULTS, type Provider } from '../config/provider.ts'
import { type Credentials, type CredentialsOptions, findCredentials } from './credentials.ts'

let codexHome: string
beforeEach(() => {
  codexHome = mkdtempSync(join(tmpdir(), 'credentials-'))
})
afterEach(() => rmSync(codexHome, { recursive: true, force: true }))

const warnings: string[] = []

function find(
  provider: Partial<Provider>,
  env: Record<string, string> = {},
  options: Partial<CredentialsOptions> = {},
): Promise<Credentials> {
  warnings.length = 0
  return findCredentials({
    provider: { id: 'p', name: 'p', baseUrl: 'http://h', requiresOpenaiAuth: false, ...PROVIDER_DEFAULTS, ...provider },
    codexHome,
    codexApiKeyEnabled: true,
    env,
    onWarning: message => warnings.push(message),
    ...options,
  })
}

const jwt = (claims: object): string =>
  ['{"alg":"none"}', JSON.stringify(claims), 'signature'].map(part => Buffer.from(part).toString('base64url')).join('.')
const TOKENS = {
  id_token: jwt({ email: 'someone@example.test', 'https://api.openai.com/auth': { chatgpt_user_id: 'user-1' } }),
  access_token: 'access-1',
  refresh_token: 'refresh-1',
  account_id: 'account-1',
}
const writeAuth = (content: unknown, mode = 0o600): void =>
  writeFileSync(join(codexHome, 'auth.json'), typeof content === 'string' ? content : JSON.stringify(content), { mode })
const SIGN_IN = { requiresOpenaiAuth: true }

describe('findCredentials', () => {
  it('uses the key that env_key names, which is no sign-in', async () => {
    writeAuth({ OPENAI_API_KEY: 'k2' })
    const credentials = await find({ ...SIGN_IN, envKey: 'FAKE' }, { FAKE: 'k1' })
    expect(credentials.headers()).toEqual({ authorization: 'Bearer k1' })
    expect(credentials.auth).toBeUndefined()
    expect(credentials.environment.providerKeyPresent).toBe(true)
    expect(credentials.secretVariables).toContain('FAKE')
  })

  it('names the variable that is missing', async () => {
    await expect(find({ envKey: 'FAKE' })).rejects.toThrow('set the environment variable FAKE')
  })

  it('uses the API key of auth.json, which is a sign-in', async () => {
    writeAuth({ auth_mode: 'apikey', OPENAI_API_KEY: 'k2' })
    const credentials = await find(SIGN_IN)
    expect(credentials.headers()).toEqual({ authorization: 'Bearer k2' })
    expect(credentials.auth).toMatchObject({ mode: 'ApiKey', accountId: undefined, email: undefined })
    expect(credentials.environment.providerKeyPresent).toBeUndefined()
    expect((await credentials.recovery().next({})).event.reason).toBe('not_chatgpt_auth')
  })

  it('prefers CODEX_API_KEY where that variable is enabled', async () => {
    writeAuth({ OPENAI_API_KEY: 'k2' })
    const env = { CODEX_API_KEY: 'k3' }
    expect((await find(SIGN_IN, env)).headers()).toEqual({ authorization: 'Bearer k3' })
    const off = await find(SIGN_IN, env, { codexApiKeyEnabled: false })
    expect(off.headers()).toEqual({ authorization: 'Bearer k2' })
  })

  it('uses the ChatGPT sign-in of auth.json, and sends its account id', async () => {
    writeAuth({ auth_mode: 'chatgpt', tokens: TOKENS })
    const credentials = await find(SIGN_IN)
    expect(credentials.headers()).toEqual({ authorization: 'Bearer access-1', 'chatgpt-account-id': 'account-1' })
    expect(credentials.auth).toMatchObject({ mode: 'Chatgpt', accountId: 'account-1', email: 'someone@example.test' })
  })

  it('gives the new header after a recovery', async () => {
    writeAuth({ auth_mode: 'chatgpt', tokens: TOKENS })
    const credentials = await find(SIGN_IN)
    const recovery = credentials.recovery()
    writeAuth({ auth_mode: 'chatgpt', tokens: { ...TOKENS, access_token: 'access-2' } })
    expect(await recovery.next({})).toMatchObject({ recovered: true, event: { step: 'reload', stateChanged: true } })
    expect(credentials.headers().authorization).toBe('Bearer access-2')
  })

  it('uses the tokens that a program prints, and no other source then', async () => {
    writeAuth({ OPENAI_API_KEY: 'k2' })
    const externalAuth = `echo '${JSON.stringify(TOKENS)}'`
    const credentials = await find(SIGN_IN, { PATH: process.env.PATH ?? '' }, { externalAuth })
    expect(credentials.headers()).toEqual({ authorization: 'Bearer access-1', 'chatgpt-account-id': 'account-1' })
    expect(credentials.auth?.mode).toBe('Chatgpt')
  })

  it('tells the user what to do when the program prints no tokens, or the provider needs no sign-in', async () => {
    const externalAuth = 'exit 3'
    await expect(find(SIGN_IN, {}, { externalAuth })).rejects.toThrow('exit code 3')
    for (const provider of [{}, { ...SIGN_IN, envKey: 'FAKE' }]) {
      await expect(find(provider, { FAKE: 'k' }, { externalAuth })).rejects.toThrow('Leave the option out')
    }
  })

  it('tells the user what to do when no user is signed in, and never quotes auth.json', async () => {
    await expect(find(SIGN_IN)).rejects.toThrow('nobody is signed in')
    writeAuth('{"OPENAI_API_KEY": secret-value')
    await expect(find(SIGN_IN)).rejects.toThrow(/^(?!.*secret-value).*it is not a JSON object. Sign in again/)
    writeAuth('{"tokens":{}}')
    await expect(find(SIGN_IN)).rejects.toThrow('access_token is missing')
  })

  it('warns of a sign-in that other users can read', async () => {
    writeAuth({ OPENAI_API_KEY: 'k2' }, 0o644)
    await find(SIGN_IN)
    expect(warnings).toEqual([expect.stringContaining('chmod 600')])
  })

  it('gives no header for a provider without a credential', async () => {
    const credentials = await find({}, { OPENAI_API_KEY: 'k' })
    expect(credentials.headers()).toEqual({})
    expect(credentials.environment.openaiApiKeyPresent).toBe(true)
  })
})
