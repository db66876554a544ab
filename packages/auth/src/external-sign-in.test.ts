import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type AuthManager, createAuthManager } from './auth-manager.ts'
import type { ExternalTokenRequest, ExternalTokens } from './external-tokens.ts'
import { bothSteps, canary, chatgptFile, jwt, temporaryHome, unauthorized } from './sign-in.fixture.ts'

type Give = (request: ExternalTokenRequest) => Promise<ExternalTokens>

/** A host that gives these answers in order, and the last one again for each further call. */
function host(
  ...answers: [ExternalTokens | Give, ...(ExternalTokens | Give)[]]
): Give & { asked: ExternalTokenRequest[] } {
  const asked: ExternalTokenRequest[] = []
  const give: Give = request => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? answers[0]
    asked.push(request)
    return typeof answer === 'function' ? answer(request) : Promise.resolve(answer)
  }
  return Object.assign(give, { asked })
}

const first: ExternalTokens = { accessToken: jwt('1') }
const second: ExternalTokens = { accessToken: jwt('2') }

async function signedIn(externalTokens: Give, externalTimeoutMs?: number): Promise<AuthManager> {
  const auth = await createAuthManager({ codexHome: '/nowhere', env: {}, externalTokens, externalTimeoutMs })
  expect(auth.problems).toEqual([])
  return auth
}

describe('tokens handed in', () => {
  it('are asked for again after a 401 answer, and no file is written', async () => {
    await using home = await temporaryHome(chatgptFile('in-the-file'))
    const source = host(first, second)
    const auth = await createAuthManager({ codexHome: home.path, env: {}, externalTokens: source })
    expect({ ...auth.current() }).toEqual({
      mode: 'Chatgpt',
      userId: 'user-1',
      accountId: 'account-1',
      email: 'someone@example.test',
      plan: 'pro',
    })
    const recovery = auth.recovery()
    expect(await recovery.next(unauthorized)).toMatchObject({ recovered: true, event: { stateChanged: false } })
    expect(source.asked).toHaveLength(1)
    expect(await recovery.next(unauthorized)).toMatchObject({
      recovered: true,
      event: { step: 'refresh_token', outcome: 'recovery_succeeded', stateChanged: true, ...unauthorized },
    })
    expect(auth.current()?.header.value).toBe(`Bearer ${second.accessToken}`)
    expect(source.asked.map(request => [request.reason, request.accountId])).toEqual([
      ['initial', undefined],
      ['unauthorized', 'account-1'],
    ])
    expect((await recovery.next(unauthorized)).event).toMatchObject({ outcome: 'recovery_not_run', reason: undefined })
    expect(await home.read()).toEqual(chatgptFile('in-the-file'))
    expect(await readdir(home.path)).toEqual(['auth.json'])
  })

  it('may come with an id token and an account id', async () => {
    const auth = await signedIn(host({ accessToken: 'opaque', idToken: jwt('1'), accountId: 'workspace-9' }))
    expect(auth.current()).toMatchObject({ userId: 'user-1', accountId: 'workspace-9', email: 'someone@example.test' })
    const bare = await signedIn(host({ accessToken: 'opaque' }))
    expect({ ...bare.current() }).toMatchObject({ mode: 'Chatgpt', userId: undefined, accountId: undefined })
  })

  it('are asked for once when several requests are refused at once', async () => {
    const source = host(first, second)
    const auth = await signedIn(source)
    const late = auth.recovery()
    await Promise.all([1, 2, 3].map(() => bothSteps(auth)))
    expect((await late.next(unauthorized)).event).toMatchObject({ outcome: 'recovery_succeeded', stateChanged: true })
    expect(source.asked).toHaveLength(2)
  })

  it('of another account are refused', async () => {
    const auth = await signedIn(host(first, { accessToken: jwt('2', { chatgpt_account_id: 'account-2' }) }))
    const step = await bothSteps(auth)
    expect(step).toMatchObject({
      recovered: false,
      event: { outcome: 'recovery_failed_permanent' },
      problem: { code: 'account-changed' },
    })
    expect(auth.current()?.header.value).toBe(`Bearer ${first.accessToken}`)
  })

  const bad: [what: string, answer: ExternalTokens | Give, says: string][] = [
    ['an error', () => Promise.reject(new Error(`failed with ${canary}`)), 'failed'],
    [
      'an error at once',
      () => {
        throw new Error(canary)
      },
      'failed',
    ],
    ['nothing', () => Promise.resolve(undefined as never), 'no usable access token'],
    ['a header in the token', { accessToken: `${canary}\r\nx: y` }, 'no usable access token'],
    ['an id token that is no JSON Web Token', { accessToken: 'opaque', idToken: canary }, 'not a JSON Web Token'],
    ['no answer', () => new Promise(() => {}), 'no tokens within 100 ms'],
  ]
  it.each(bad)(
    'sign no user in at the start and keep the old tokens later, where the host gives %s',
    async (_what, answer, says) => {
      const options = { codexHome: '/nowhere', env: { OPENAI_API_KEY: 'sk-not-used' }, externalTimeoutMs: 100 }
      const auth = await createAuthManager({ ...options, externalTokens: host(answer) })
      expect(auth.current()).toBeUndefined()
      expect(auth.problems).toMatchObject([{ code: 'sign-in-unavailable' }])
      expect(auth.problems[0]?.message).toContain(says)

      const later = await signedIn(host(first, answer, second), 100)
      const recovery = later.recovery()
      await recovery.next(unauthorized)
      const step = await recovery.next(unauthorized)
      expect(step).toMatchObject({ recovered: false, event: { outcome: 'recovery_failed_transient' } })
      expect(later.current()?.header.value).toBe(`Bearer ${first.accessToken}`)
      expect(JSON.stringify([auth.problems, step])).not.toContain(canary)
      expect((await recovery.next(unauthorized)).recovered).toBe(true)
    },
  )

  it('are neither waited for nor asked for at the start once the signal is aborted', async () => {
    const abort = new AbortController()
    const source = host(() => {
      abort.abort()
      return new Promise(() => {})
    })
    const options = { codexHome: '/nowhere', env: {}, externalTokens: source, signal: abort.signal }
    for (const _ of ['while it is asked', 'before']) {
      const auth = await createAuthManager({ ...options, externalTimeoutMs: 600_000 })
      expect(auth.current()).toBeUndefined()
      expect(auth.problems[0]?.message).toContain('was not waited for')
    }
    expect(source.asked).toHaveLength(1)
    expect(source.asked[0]?.signal.aborted).toBe(true)
  })

  it('are waited for as long as one of several requests waits', async () => {
    let give = (_tokens: ExternalTokens): void => {}
    const source = host(
      first,
      () => new Promise(resolve => (give = resolve)),
      () => new Promise(() => {}),
      second,
    )
    const auth = await signedIn(source, 600_000)
    const [one, two] = [new AbortController(), new AbortController()]
    const wanted = [one, two].map(({ signal }) => bothSteps(auth, signal))
    while (source.asked.length < 2) await new Promise(setImmediate)
    one.abort()
    give({ accessToken: jwt('1b') })
    for (const step of await Promise.all(wanted)) expect(step.recovered).toBe(true)

    const unwanted = bothSteps(auth, two.signal)
    while (source.asked.length < 3) await new Promise(setImmediate)
    two.abort()
    const step = await bothSteps(auth)
    expect((await unwanted).event.outcome).toBe('recovery_failed_transient')
    expect(step.recovered).toBe(true)
    expect(auth.current()?.header.value).toBe(`Bearer ${second.accessToken}`)
  })

  it('abort the signal of their source when they are too late', async () => {
    let aborted = false
    const source = host(
      first,
      ({ signal }) =>
        new Promise(() =>
          signal.addEventListener('abort', () => {
            aborted = true
          }),
        ),
    )
    await bothSteps(await signedIn(source, 30))
    expect(aborted).toBe(true)
  })
})
