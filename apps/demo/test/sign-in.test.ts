import type { Receiver } from '@codex/otlp-receiver'
import { describe, expect, it } from 'vitest'
import { answer, calls, type Reply } from './model-server.ts'
import { CANARY, runSignedIn, type SignedIn, type SignIn, tokens } from './sign-in.fixture.ts'

const key = `${CANARY}-key`
const unauthorized: Reply = {
  status: 401,
  headers: { 'content-type': 'application/json', 'retry-after': '0' },
  body: '{"error":{"message":"no"}}',
}
const chatgpt = { auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens: tokens(1), last_refresh: '2026-01-01T00:00:00Z' }
const externalAuth: SignIn['externalAuth'] = [tokens(1), tokens(2)]
const account = 'account-1'
const bearer = (serial: number): SignedIn['requests'][number] => ({
  authorization: `Bearer ${CANARY}-access-${serial}`,
  account,
})

type Attributes = Record<string, unknown>

/** The events that arrived, without those of a stream: the name and the attributes of each. */
function eventsOf(receiver: Receiver): [string, Attributes][] {
  return receiver.logs
    .map(({ eventName, attributes }): [string, Attributes] => [
      eventName,
      Object.fromEntries(Object.entries(attributes).map(([name, { value }]) => [name, value])),
    ])
    .filter(([name]) => name === 'codex.api_request' || name === 'codex.auth_recovery')
}

/** Runs both builds, which must differ only by telemetry; returns one run and its events. */
async function runBoth(signIn: SignIn): Promise<SignedIn & { events: [string, Attributes][] }> {
  let events: [string, Attributes][] = []
  const [otel, noop] = await Promise.all([
    runSignedIn('otel', signIn, receiver => {
      expect(receiver.logs.length).toBeGreaterThan(0)
      events = eventsOf(receiver)
    }),
    runSignedIn('noop', signIn, receiver => expect(receiver.connections.http).toBe(0)),
  ])
  const withoutTime = (run: SignedIn): object => ({
    ...run,
    // Only the build with telemetry prints the summary at the end.
    stderr: run.stderr.replace(/^\d+ turns? · .*\n/m, ''),
    authFile: run.authFile?.replace(/"last_refresh":.*/, ''),
    otherFiles: undefined,
  })
  expect(withoutTime(noop)).toEqual(withoutTime(otel))
  return { ...otel, events }
}

/** The step and the outcome of each recovery. */
const recoveries = (events: [string, Attributes][]): string[] =>
  events
    .filter(([name]) => name === 'codex.auth_recovery')
    .map(([, attributes]) => `${attributes['auth.step']} ${attributes['auth.outcome']}`)

describe('a sign-in', () => {
  const apiKey = { authorization: `Bearer ${key}`, account: undefined }
  const kinds: [string, Omit<SignIn, 'replies'>, SignedIn['requests'][number], Attributes][] = [
    ['by OPENAI_API_KEY', { env: { OPENAI_API_KEY: key } }, apiKey, { auth_mode: 'ApiKey' }],
    ['by CODEX_API_KEY', { authFile: chatgpt, env: { CODEX_API_KEY: key } }, apiKey, { auth_mode: 'ApiKey' }],
    ['by the key in auth.json', { authFile: { OPENAI_API_KEY: key } }, apiKey, { auth_mode: 'ApiKey' }],
    [
      'by the ChatGPT tokens in auth.json',
      { authFile: chatgpt },
      bearer(1),
      { auth_mode: 'Chatgpt', 'user.account_id': account, 'user.email': 'someone@example.test' },
    ],
    [
      'by ChatGPT tokens that a program hands in',
      { externalAuth },
      bearer(1),
      { auth_mode: 'Chatgpt', 'user.account_id': account, 'user.email': 'someone@example.test' },
    ],
  ]

  it.each(kinds)('%s sends its credential to the provider alone', async (_kind, signIn, sent, exported) => {
    const command = calls({ arguments: '{"cmd":"env"}' })
    const { code, stdout, stderr, requests, events, otherFiles } = await runBoth({
      ...signIn,
      replies: [command, answer('Done.')],
    })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' })
    // The commands of the model get the environment without the keys.
    expect(stderr).toContain('CODEX_HOME=')
    expect(requests).toEqual([sent, sent])
    for (const [, attributes] of events) {
      const identity = Object.entries(attributes).filter(([name]) => /^auth_mode$|^user\./.test(name))
      expect(Object.fromEntries(identity)).toEqual(exported)
    }
    expect(events).toHaveLength(2)
    for (const text of otherFiles) expect(text).not.toContain(CANARY)
  })

  it('that is missing ends the run with advice', async () => {
    const { code, stderr } = await runSignedIn('noop', { replies: [answer('Done.')] })
    expect(code).toBe(2)
    expect(stderr).toContain('nobody is signed in: there is no HOME/auth.json')
  })

  it('by a program that prints no token ends the run, and no other source is tried', async () => {
    const replies = [answer('Done.')]
    const run = await runSignedIn('noop', { replies, authFile: chatgpt, externalAuth: [{}, {}] })
    expect(run).toMatchObject({ code: 2, requests: [] })
    expect(run.stderr).toContain('printed a JSON object without access_token')
  })
})

describe('a ChatGPT sign-in that is refused', () => {
  it('is refreshed, written to auth.json, and used', async () => {
    const run = await runBoth({
      authFile: chatgpt,
      replies: [unauthorized, unauthorized, answer('Done.')],
      refresh: { status: 200, body: tokens(2) },
    })
    expect(run).toMatchObject({ code: 0, stdout: 'Done.\n', requests: [bearer(1), bearer(1), bearer(2)] })
    expect(run.refreshes).toMatchObject([{ grant_type: 'refresh_token', refresh_token: `${CANARY}-refresh-1` }])
    expect(JSON.parse(run.authFile ?? '')).toMatchObject({ auth_mode: 'chatgpt', tokens: tokens(2) })
    expect(recoveries(run.events)).toEqual(['reload recovery_succeeded', 'refresh_token recovery_succeeded'])
    const [, recovery] = run.events[1] as [string, Attributes]
    expect(recovery).toMatchObject({ 'auth.mode': 'managed', 'auth.request_id': '', 'auth.cf_ray': '' })
    expect(recovery).not.toHaveProperty('auth.error')
  })

  it('ends the run with code 1 where it cannot be refreshed', async () => {
    const run = await runBoth({
      authFile: chatgpt,
      replies: [unauthorized],
      refresh: { status: 401, body: { error: { code: 'refresh_token_expired' } } },
    })
    expect(run).toMatchObject({ code: 1, stdout: '', requests: [bearer(1), bearer(1)] })
    expect(run.stderr).toContain('codex-demo: http 401: no. The ChatGPT sign-in has expired. Sign in again.')
    expect(JSON.parse(run.authFile ?? '')).toEqual(chatgpt)
    expect(recoveries(run.events)).toEqual(['reload recovery_succeeded', 'refresh_token recovery_failed_permanent'])
  })

  it('is asked for again where a program hands it in, and is never written', async () => {
    const run = await runBoth({ externalAuth, replies: [unauthorized, unauthorized, answer('Done.')] })
    expect(run).toMatchObject({
      code: 0,
      requests: [bearer(1), bearer(1), bearer(2)],
      refreshes: [],
      authFile: undefined,
    })
    for (const text of run.otherFiles) expect(text).not.toContain(CANARY)
    expect(recoveries(run.events)).toEqual(['reload recovery_succeeded', 'refresh_token recovery_succeeded'])
    expect(run.events.at(-1)?.[1]).toMatchObject({
      'auth.retry_after_unauthorized': true,
      'auth.recovery_mode': 'managed',
      'auth.recovery_phase': 'refresh_token',
    })
  })

  it('ends the run with code 1 where a program hands in another account the second time', async () => {
    const run = await runBoth({ externalAuth: [tokens(1), tokens(2, 'account-2')], replies: [unauthorized] })
    expect(run).toMatchObject({ code: 1, requests: [bearer(1), bearer(1)] })
    expect(run.stderr).toContain('another account')
    expect(recoveries(run.events)).toEqual(['reload recovery_succeeded', 'refresh_token recovery_failed_permanent'])
  })
})
