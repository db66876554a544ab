import { readdir, rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import {
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
} from './sign-in.fixture.ts'

describe('an exchange of the refresh token', () => {
  it.each([
    ['an expired token', 401, { error: { code: 'refresh_token_expired' } }, 'has expired'],
    ['a revoked token', 400, { error: 'refresh_token_invalidated' }, 'was revoked'],
    ['a token used before', 401, { code: 'refresh_token_reused' }, 'was renewed elsewhere'],
    ['an invalid grant', 400, { error: 'invalid_grant', error_description: canary }, 'refuses to renew'],
    ['a 401 that says nothing', 401, '', 'refuses to renew'],
    ['a 401 with another code', 401, { error: { code: canary, message: canary } }, 'refuses to renew'],
  ])('fails permanently on %s, and the token is not sent again', async (_what, status, body, says) => {
    await using server = await authorizationServer(response => answerJson(response, status, body))
    const before = chatgptFile('1')
    await using home = await temporaryHome(before)
    const auth = await signedIn(home, server.env)
    const step = await bothSteps(auth)
    expect(step).toMatchObject({
      recovered: false,
      problem: { severity: 'error', code: 'renewal-refused', message: expect.stringContaining(says) },
      event: {
        step: 'refresh_token',
        outcome: 'recovery_failed_permanent',
        stateChanged: undefined,
        reason: undefined,
      },
    })
    expect(JSON.stringify(step)).not.toContain(canary)
    expect((await bothSteps(auth)).problem).toEqual(step.problem)
    expect(server.bodies).toHaveLength(1)
    expect(await home.read()).toEqual(before)
  })

  it.each([
    ['a 503', 503, 'down', 'answered 503'],
    ['a 400 that says nothing known', 400, { error: { code: canary } }, 'answered 400'],
    ['text in the place of JSON', 200, canary, 'not a JSON object'],
    ['no access token', 200, { id_token: jwt('2') }, 'no usable access_token'],
    ['an access token with a line break', 200, { access_token: `${canary}\nx: y` }, 'no usable access_token'],
    ['1 MB', 200, canary.repeat(90_000), 'larger than 256 KiB'],
  ])('fails transiently on %s, and another request tries again', async (_what, status, body, says) => {
    await using server = await authorizationServer(response => answerJson(response, status, body))
    await using home = await temporaryHome(chatgptFile('1'))
    const auth = await signedIn(home, server.env)
    const step = await bothSteps(auth)
    expect(step).toMatchObject({
      recovered: false,
      problem: { code: 'renewal-failed' },
      event: { step: 'refresh_token', outcome: 'recovery_failed_transient' },
    })
    expect(step.problem?.message).toContain(says)
    expect(JSON.stringify(step)).not.toContain(canary)
    await bothSteps(auth)
    expect(server.bodies).toHaveLength(2)
  })

  it('fails transiently when no server listens, when the server hangs, and when it redirects', async () => {
    await using home = await temporaryHome(chatgptFile('1'))
    const gone = await authorizationServer(() => {})
    await gone[Symbol.asyncDispose]()
    const refused = await bothSteps(await signedIn(home, gone.env))
    expect(refused.event.outcome).toBe('recovery_failed_transient')
    expect(refused.problem?.message).toContain('ECONNREFUSED')

    await using silent = await authorizationServer(() => {})
    const hung = await bothSteps(await signedIn(home, silent.env, { refreshTimeoutMs: 50 }))
    expect(hung.problem?.message).toContain('no answer within 50 ms')

    await using half = await authorizationServer(response => void response.writeHead(200).write('{'))
    const cut = await bothSteps(await signedIn(home, half.env, { refreshTimeoutMs: 50 }))
    expect(cut.problem?.message).toContain('no answer within 50 ms')

    await using elsewhere = await authorizationServer(response => answerJson(response, 200, freshTokens('2')))
    const location = elsewhere.env.CODEX_REFRESH_TOKEN_URL_OVERRIDE
    await using redirect = await authorizationServer(response => void response.writeHead(307, { location }).end())
    const redirected = await bothSteps(await signedIn(home, redirect.env))
    expect(redirected.event.outcome).toBe('recovery_failed_transient')
    expect(elsewhere.bodies).toEqual([])
  })

  it.each([
    'http://auth.example.test/oauth/token',
    'file:///etc/passwd',
    'not a url',
    `https://u:${canary}@127.0.0.1/`,
  ])('never sends the token to %s', async url => {
    await using home = await temporaryHome(chatgptFile('1'))
    const step = await bothSteps(await signedIn(home, { CODEX_REFRESH_TOKEN_URL_OVERRIDE: url }))
    expect(step.problem?.message).toContain('CODEX_REFRESH_TOKEN_URL_OVERRIDE must be')
    expect(JSON.stringify(step)).not.toContain(canary)
  })

  it('fails permanently without a refresh token', async () => {
    const content = chatgptFile('1')
    delete tokensOf(content).refresh_token
    await using home = await temporaryHome(content)
    expect((await bothSteps(await signedIn(home))).problem?.message).toContain('holds no refresh token')
  })

  it('refuses tokens of another user, and does not write them', async () => {
    await using server = await authorizationServer(response =>
      answerJson(response, 200, { ...freshTokens('2'), id_token: jwt('2', { chatgpt_user_id: 'user-2' }) }),
    )
    await using home = await temporaryHome(chatgptFile('1'))
    const step = await bothSteps(await signedIn(home, server.env))
    expect(step.problem?.code).toBe('account-changed')
    expect(step.problem?.message).toContain('renewed the ChatGPT sign-in of another account')
    expect(await home.read()).toEqual(chatgptFile('1'))
  })

  it('does not bring back a file that was removed while the server answered', async () => {
    await using home = await temporaryHome(chatgptFile('1'))
    await using server = await authorizationServer(async response => {
      await rm(home.authFile)
      answerJson(response, 200, freshTokens('2'))
    })
    const step = await bothSteps(await signedIn(home, server.env))
    expect(step.problem?.code).toBe('account-changed')
    expect(await readdir(home.path)).toEqual([])
  })
})
