import { execFileSync } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAuthManager } from './auth-manager.ts'
import { accessToken, canary, chatgptFile, jwt, temporaryHome, unauthorized } from './sign-in.fixture.ts'

describe('an API key', () => {
  it('comes from auth.json', async () => {
    await using home = await temporaryHome({ auth_mode: 'apikey', OPENAI_API_KEY: ` ${canary}-key\n` })
    const auth = await createAuthManager({ codexHome: home.path, env: {} })
    expect(auth.problems).toEqual([])
    expect(auth.current()?.mode).toBe('ApiKey')
    expect(auth.current()?.apiKey).toBe(`${canary}-key`)
    expect(auth.current()?.header.name).toBe('authorization')
    expect(auth.current()?.header.value).toBe(`Bearer ${canary}-key`)
    expect(auth.current()?.accountId).toBeUndefined()
  })

  it('comes from a file of an older version, which has no auth_mode', async () => {
    await using home = await temporaryHome({ OPENAI_API_KEY: 'sk-old', tokens: null })
    const auth = await createAuthManager({ codexHome: home.path, env: {} })
    expect(auth.current()?.apiKey).toBe('sk-old')
  })

  it('comes from CODEX_API_KEY only when that variable is enabled, and then before any other source', async () => {
    await using home = await temporaryHome(chatgptFile())
    const env = { CODEX_API_KEY: 'sk-codex', OPENAI_API_KEY: 'sk-openai' }
    const off = await createAuthManager({ codexHome: home.path, env })
    expect(off.current()?.mode).toBe('Chatgpt')
    const on = await createAuthManager({ codexHome: home.path, env, codexApiKeyEnabled: true })
    expect(on.current()?.apiKey).toBe('sk-codex')
  })

  it('comes from OPENAI_API_KEY where there is no auth.json', async () => {
    await using home = await temporaryHome()
    const auth = await createAuthManager({ codexHome: home.path, env: { OPENAI_API_KEY: 'sk-openai' } })
    expect(auth.current()?.apiKey).toBe('sk-openai')
  })

  it('that cannot go into a header is refused without being quoted', async () => {
    await using home = await temporaryHome()
    const env = { OPENAI_API_KEY: `${canary}\nx-other: 1` }
    const auth = await createAuthManager({ codexHome: home.path, env })
    expect(auth.current()).toBeUndefined()
    expect(auth.problems).toMatchObject([{ code: 'api-key-malformed' }])
    expect(JSON.stringify(auth.problems)).not.toContain(canary)
  })

  it('has no recovery from a 401 answer', async () => {
    await using home = await temporaryHome({ OPENAI_API_KEY: 'sk-refused' })
    const auth = await createAuthManager({ codexHome: home.path, env: {} })
    const step = await auth.recovery().next(unauthorized)
    expect(step).toEqual({
      event: {
        mode: 'managed',
        step: 'reload',
        outcome: 'recovery_not_run',
        reason: 'not_chatgpt_auth',
        ...unauthorized,
      },
      recovered: false,
    })
  })
})

describe('a ChatGPT sign-in', () => {
  it('names the user of the tokens', async () => {
    await using home = await temporaryHome(chatgptFile())
    const auth = await createAuthManager({ codexHome: home.path, env: { OPENAI_API_KEY: 'sk-not-used' } })
    expect({ ...auth.current() }).toEqual({
      mode: 'Chatgpt',
      userId: 'user-1',
      accountId: 'account-1',
      email: 'someone@example.test',
      plan: 'pro',
    })
    expect(auth.current()?.header.value).toBe(`Bearer ${accessToken('1')}`)
    expect(auth.current()?.apiKey).toBeUndefined()
  })

  it('takes the account from the id token where the file names none', async () => {
    const content = chatgptFile()
    content.tokens = { ...(content.tokens as object), account_id: undefined }
    await using home = await temporaryHome(content)
    const auth = await createAuthManager({ codexHome: home.path, env: {} })
    expect(auth.current()?.accountId).toBe('account-1')
  })

  it('has no account id where no header can hold the given one', async () => {
    const content = chatgptFile()
    content.tokens = { ...(content.tokens as object), account_id: 'account-1\r\nx-other: 1' }
    await using home = await temporaryHome(content)
    const auth = await createAuthManager({ codexHome: home.path, env: {} })
    expect(auth.current()?.accountId).toBe('account-1')
    const externalTokens = async () => ({ accessToken: accessToken('1'), accountId: 'account\n1' })
    const external = await createAuthManager({ codexHome: home.path, externalTokens })
    expect(external.current()?.accountId).toBeUndefined()
  })

  it('is read through a link', async () => {
    await using real = await temporaryHome(chatgptFile())
    await using home = await temporaryHome()
    await symlink(real.authFile, home.authFile)
    const auth = await createAuthManager({ codexHome: home.path, env: {} })
    expect(auth.current()?.mode).toBe('Chatgpt')
  })

  it('that other users of the machine can read works with a warning', async () => {
    await using home = await temporaryHome()
    await home.write(chatgptFile(), 0o644)
    const auth = await createAuthManager({ codexHome: home.path, env: {} })
    expect(auth.current()?.mode).toBe('Chatgpt')
    expect(auth.problems).toMatchObject([
      { severity: 'warning', code: 'sign-in-exposed', message: expect.stringContaining(home.authFile) },
    ])
  })
})

describe('createAuthManager', () => {
  it('finds no user and reports no problem where there is neither a file nor a key', async () => {
    await using home = await temporaryHome()
    const auth = await createAuthManager({ codexHome: join(home.path, 'missing'), env: { OPENAI_API_KEY: ' ' } })
    expect(auth.current()).toBeUndefined()
    expect(auth.problems).toEqual([])
    expect((await auth.recovery().next({})).event.reason).toBe('not_chatgpt_auth')
  })

  const withTokens = (tokens: object): object => ({ tokens: { ...(chatgptFile().tokens as object), ...tokens } })
  const broken: [what: string, content: unknown, says: string][] = [
    ['text that is not JSON', `${canary} {`, 'not a JSON object'],
    ['JSON cut off', `{"OPENAI_API_KEY": "${canary}`, 'not a JSON object'],
    ['an empty file', '', 'not a JSON object'],
    ['a list', [canary], 'not a JSON object'],
    ['another auth_mode', { auth_mode: canary }, 'auth_mode must be "chatgpt" or "apikey"'],
    ['tokens that belong to a host', { auth_mode: 'chatgptAuthTokens' }, 'auth_mode must be'],
    ['no key and no tokens', { auth_mode: null, OPENAI_API_KEY: null }, 'neither OPENAI_API_KEY nor tokens'],
    ['a key that is a number', { OPENAI_API_KEY: 42 }, 'OPENAI_API_KEY must be an API key'],
    ['a key with a line break', { OPENAI_API_KEY: `${canary}\r\nx: y` }, 'OPENAI_API_KEY must be an API key'],
    ['no access token', withTokens({ access_token: undefined }), 'tokens.access_token is missing'],
    ['an access token of 100 KB', withTokens({ access_token: canary.repeat(9_000) }), 'tokens.access_token'],
    [
      'an id token that is no JSON Web Token',
      withTokens({ id_token: canary }),
      'tokens.id_token is missing or not a JSON Web Token',
    ],
    ['an id token without a payload', withTokens({ id_token: `a.${canary}.b` }), 'tokens.id_token'],
    ['more than 1 MiB', `{"x": "${canary.repeat(100_000)}"}`, 'larger than 1 MiB'],
  ]
  it.each(broken)(
    'finds no user where auth.json is %s, and the problem names the file and quotes nothing',
    async (_what, content, says) => {
      await using home = await temporaryHome(content)
      const auth = await createAuthManager({ codexHome: home.path, env: { OPENAI_API_KEY: 'sk-not-used' } })
      expect(auth.current()).toBeUndefined()
      expect(auth.problems).toMatchObject([{ severity: 'error', code: 'sign-in-unavailable' }])
      expect(auth.problems[0]?.message).toContain(home.authFile)
      expect(auth.problems[0]?.message).toContain(says)
      expect(JSON.stringify(auth.problems)).not.toContain(canary)
    },
  )

  it('reports at once an auth.json that is a directory or a named pipe', async () => {
    await using directory = await temporaryHome()
    await mkdir(directory.authFile)
    await using pipe = await temporaryHome()
    execFileSync('mkfifo', [pipe.authFile])
    for (const home of [directory, pipe]) {
      const auth = await createAuthManager({ codexHome: home.path, env: {} })
      expect(auth.problems).toMatchObject([{ code: 'sign-in-unavailable' }])
      expect(auth.problems[0]?.message).toContain(`${home.authFile} cannot be read: it is not a regular file`)
    }
  })
})

it('a token with claims of wrong types gives the claims that are usable', async () => {
  const content = chatgptFile()
  content.tokens = {
    ...(content.tokens as object),
    id_token: jwt('1', { chatgpt_user_id: 7, user_id: 'fallback', chatgpt_plan_type: null }),
  }
  await using home = await temporaryHome(content)
  const auth = await createAuthManager({ codexHome: home.path, env: {} })
  expect(auth.current()).toMatchObject({ userId: 'fallback', plan: undefined })
})
