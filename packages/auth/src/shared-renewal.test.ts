import { describe, expect, it } from 'vitest'
import {
  accessToken,
  answerJson,
  authorizationServer,
  bothSteps,
  chatgptFile,
  freshTokens,
  signedIn,
  temporaryHome,
  unauthorized,
} from './sign-in.fixture.ts'

describe('a renewal that no request waits for any longer', () => {
  it('ends soon where the server hangs', async () => {
    const abort = new AbortController()
    await using server = await authorizationServer(() => abort.abort())
    await using home = await temporaryHome(chatgptFile('1'))
    const auth = await signedIn(home, server.env, { refreshTimeoutMs: 600_000 })
    const recovery = auth.recovery()
    await recovery.next(unauthorized)
    const step = await recovery.next(unauthorized, abort.signal)
    expect(step).toMatchObject({ recovered: false, event: { outcome: 'recovery_failed_transient' } })
    expect(step.problem?.message).toContain('not waited for')
    expect((await recovery.next(unauthorized, abort.signal)).recovered).toBe(false)
    expect(server.bodies).toHaveLength(1)
  })

  it('still keeps the tokens that the server sends within half a second', async () => {
    const abort = new AbortController()
    await using server = await authorizationServer(response => {
      abort.abort()
      answerJson(response, 200, freshTokens('2'))
    })
    await using home = await temporaryHome(chatgptFile('1'))
    const recovery = (await signedIn(home, server.env)).recovery()
    await recovery.next(unauthorized)
    await recovery.next(unauthorized, abort.signal)
    expect((await home.read()).tokens).toMatchObject(freshTokens('2'))
  })
})

describe('requests that are refused at once', () => {
  it('share one exchange where they had the same token', async () => {
    await using server = await authorizationServer(response => answerJson(response, 200, freshTokens('2')))
    await using home = await temporaryHome(chatgptFile('1'))
    const auth = await signedIn(home, server.env)
    const steps = await Promise.all(Array.from({ length: 8 }, () => bothSteps(auth)))
    for (const step of steps) expect(step).toMatchObject({ recovered: true, event: { stateChanged: true } })
    expect(server.bodies).toHaveLength(1)
  })

  it('do not renew a token again that was just renewed', async () => {
    await using server = await authorizationServer(response => answerJson(response, 200, freshTokens('2')))
    await using home = await temporaryHome(chatgptFile('1'))
    const auth = await signedIn(home, server.env)
    const late = auth.recovery()
    await bothSteps(auth)
    expect((await late.next(unauthorized)).event).toMatchObject({ step: 'reload', stateChanged: true })
    expect(server.bodies).toHaveLength(1)
  })

  it('in two processes with the same refresh token both get the tokens that the first one received', async () => {
    const used = new Set<unknown>()
    await using home = await temporaryHome(chatgptFile('1'))
    await using server = await authorizationServer((response, { refresh_token: token }) => {
      if (used.has(token)) answerJson(response, 401, { error: { code: 'refresh_token_reused' } })
      else answerJson(response, 200, freshTokens('2'))
      used.add(token)
    })
    const processes = await Promise.all([signedIn(home, server.env), signedIn(home, server.env)])
    const steps = await Promise.all(processes.map(auth => bothSteps(auth)))
    for (const step of steps) expect(step.event).toMatchObject({ outcome: 'recovery_succeeded', stateChanged: true })
    for (const auth of processes) expect(auth.current()?.header.value).toBe(`Bearer ${accessToken('2')}`)
  })
})
