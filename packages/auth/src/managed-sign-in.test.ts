import { lstat, readdir, rm, stat, symlink } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createAuthManager } from './auth-manager.ts'
import {
  accessToken,
  answerJson,
  authorizationServer,
  bothSteps,
  canary,
  chatgptFile,
  freshTokens,
  jwt,
  signedIn,
  temporaryHome,
  tokensOf,
  unauthorized,
} from './sign-in.fixture.ts'

describe('the first 401', () => {
  it('reloads auth.json, and the request is sent again even where the file has not changed', async () => {
    await using home = await temporaryHome(chatgptFile())
    const auth = await signedIn(home)
    const step = await auth.recovery().next(unauthorized)
    expect(step).toEqual({
      event: {
        mode: 'managed',
        step: 'reload',
        outcome: 'recovery_succeeded',
        stateChanged: false,
        ...unauthorized,
      },
      recovered: true,
    })
  })

  it('finds the tokens that another process has renewed', async () => {
    await using home = await temporaryHome(chatgptFile('1'))
    const auth = await signedIn(home)
    await home.write(chatgptFile('2'))
    const step = await auth.recovery().next(unauthorized)
    expect(step.event).toMatchObject({ step: 'reload', outcome: 'recovery_succeeded', stateChanged: true })
    expect(auth.current()?.header.value).toBe(`Bearer ${accessToken('2')}`)
  })

  it.each([
    ['another account', { ...chatgptFile('2'), tokens: { ...tokensOf(chatgptFile('2')), account_id: 'account-2' } }],
    ['another user', chatgptFile('2', { chatgpt_user_id: 'user-2' })],
    ['an API key', { OPENAI_API_KEY: 'sk-other' }],
  ])('does not take over %s', async (_what, content) => {
    await using home = await temporaryHome(chatgptFile())
    const auth = await signedIn(home)
    await home.write(content)
    const recovery = auth.recovery()
    const step = await recovery.next(unauthorized)
    expect(step).toMatchObject({
      recovered: false,
      event: { step: 'reload', outcome: 'recovery_failed_permanent', stateChanged: undefined },
      problem: { code: 'account-changed', message: expect.stringContaining(home.authFile) },
    })
    expect(auth.current()?.header.value).toBe(`Bearer ${accessToken('1')}`)
    expect((await recovery.next(unauthorized)).event).toMatchObject({ step: 'reload', outcome: 'recovery_not_run' })
  })

  it('reports a changed account when the user has signed out', async () => {
    await using home = await temporaryHome(chatgptFile())
    const auth = await signedIn(home)
    await rm(home.authFile)
    expect((await auth.recovery().next(unauthorized)).problem?.code).toBe('account-changed')
  })

  it('fails transiently while another program writes the file, and then finds its tokens', async () => {
    await using home = await temporaryHome(chatgptFile())
    const auth = await signedIn(home)
    await home.write('{"tokens": {')
    const recovery = auth.recovery()
    expect((await recovery.next(unauthorized)).event).toMatchObject({ outcome: 'recovery_failed_transient' })
    await home.write(chatgptFile('2'))
    expect((await recovery.next(unauthorized)).event).toMatchObject({ step: 'reload', stateChanged: true })
  })
})

describe('the second 401', () => {
  it('renews the tokens and writes them to auth.json, and the third has no step left', async () => {
    await using server = await authorizationServer(response => answerJson(response, 200, freshTokens('2')))
    await using home = await temporaryHome({ ...chatgptFile('1'), another_field: { kept: [1, 2] } })
    const auth = await signedIn(home, server.env)
    const recovery = auth.recovery()
    await recovery.next(unauthorized)
    const step = await recovery.next(unauthorized)
    expect(step).toMatchObject({
      recovered: true,
      problem: undefined,
      event: { step: 'refresh_token', outcome: 'recovery_succeeded', stateChanged: true, ...unauthorized },
    })
    expect(server.bodies).toEqual([
      {
        client_id: 'app_EMoamEEZ73f0CkXaXp7hrann',
        grant_type: 'refresh_token',
        refresh_token: `${canary}-refresh-1`,
      },
    ])
    expect(auth.current()?.header.value).toBe(`Bearer ${accessToken('2')}`)

    const written = await home.read()
    expect(written).toMatchObject({ auth_mode: 'chatgpt', OPENAI_API_KEY: null, another_field: { kept: [1, 2] } })
    expect(written.tokens).toEqual({ ...freshTokens('2'), account_id: 'account-1' })
    expect(Date.parse(String(written.last_refresh))).toBeGreaterThan(Date.now() - 60_000)
    expect((await stat(home.authFile)).mode & 0o777).toBe(0o600)
    expect(await readdir(home.path)).toEqual(['auth.json'])

    const third = await recovery.next(unauthorized)
    expect(third.recovered).toBe(false)
    expect(third.event).toMatchObject({ step: 'refresh_token', outcome: 'recovery_not_run', reason: undefined })
  })

  it('keeps the refresh and id tokens that the server does not replace', async () => {
    await using server = await authorizationServer(response =>
      answerJson(response, 200, { access_token: accessToken('2') }),
    )
    await using home = await temporaryHome(chatgptFile('1'))
    const auth = await signedIn(home, server.env)
    await bothSteps(auth)
    expect((await home.read()).tokens).toEqual({ ...tokensOf(chatgptFile('1')), access_token: accessToken('2') })
    expect(auth.current()?.email).toBe('someone@example.test')
  })

  it('keeps the earlier id token where the new one does not name the user', async () => {
    await using server = await authorizationServer(response =>
      answerJson(response, 200, {
        ...freshTokens('2'),
        id_token: jwt('2', { chatgpt_user_id: undefined, user_id: undefined }),
      }),
    )
    await using home = await temporaryHome(chatgptFile('1'))
    const auth = await signedIn(home, server.env)
    expect(await bothSteps(auth)).toMatchObject({ recovered: true, problem: undefined })
    expect(auth.current()).toMatchObject({ userId: 'user-1', email: 'someone@example.test' })
    const before = tokensOf(chatgptFile('1')).id_token
    expect((await home.read()).tokens).toMatchObject({ ...freshTokens('2'), id_token: before })
    expect((await auth.recovery().next(unauthorized)).recovered).toBe(true)
  })

  it('makes a file that other users could read private, and keeps a link a link', async () => {
    await using server = await authorizationServer(response => answerJson(response, 200, freshTokens('2')))
    await using real = await temporaryHome()
    await real.write(chatgptFile('1'), 0o644)
    await using home = await temporaryHome()
    await symlink(real.authFile, home.authFile)
    const auth = await createAuthManager({ codexHome: home.path, env: server.env })
    await bothSteps(auth)
    expect((await lstat(home.authFile)).isSymbolicLink()).toBe(true)
    expect((await lstat(real.authFile)).mode & 0o777).toBe(0o600)
    expect(tokensOf(await real.read()).access_token).toBe(accessToken('2'))
  })

  it('keeps the tokens in memory when the file cannot be written, and warns the user', async () => {
    await using home = await temporaryHome(chatgptFile('1'))
    // Another program has written half of the file, so the tokens cannot be put into it.
    await using server = await authorizationServer(async response => {
      await home.write(`{"tokens": `)
      answerJson(response, 200, freshTokens('2'))
    })
    const auth = await signedIn(home, server.env)
    const step = await bothSteps(auth)
    expect(step).toMatchObject({
      recovered: true,
      problem: { severity: 'warning', code: 'renewal-not-kept' },
    })
    expect(auth.current()?.header.value).toBe(`Bearer ${accessToken('2')}`)

    await home.write(chatgptFile('1'))
    const reload = await auth.recovery().next(unauthorized)
    expect(reload.event.outcome).toBe('recovery_succeeded')
    expect(auth.current()?.header.value).toBe(`Bearer ${accessToken('2')}`)
  })
})
