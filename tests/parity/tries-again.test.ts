import { describe, expect, it } from 'vitest'
import { comparable } from './compare.ts'
import { chatgptTokens, replay } from './replay.ts'
import type { Event, Reply, Scenario } from './scenario.ts'

// Runs that were not captured: what they emit follows from the captured ones and from the contract of the events.

type Attributes = Record<string, string>

const ERROR_HEADERS = { 'content-type': 'application/json', 'retry-after': '0' }
const IDS = {
  'x-request-id': 'req_401',
  'cf-ray': 'ray401-SJC',
  'x-openai-authorization-error': 'token_expired',
}

function httpError(status: number, headers: Record<string, string> = {}): Reply {
  const body = JSON.stringify({ error: { message: 'scripted', type: 'scripted' } })
  return { status, headers: { ...ERROR_HEADERS, ...headers }, end: 'close', body }
}

const HELLO: Reply = {
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  end: 'close',
  body: [
    { type: 'response.output_text.delta', delta: 'Hello.' },
    {
      type: 'response.output_item.done',
      item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] },
    },
    { type: 'response.completed', response: { id: 'resp', usage: null } },
  ]
    .map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join(''),
}

function scenario(options: Pick<Scenario, 'name' | 'replies'> & Partial<Scenario>): Scenario {
  return {
    prompt: 'Say hello please',
    options: ['--dangerously-bypass-approvals-and-sandbox'],
    config: ['model = "gpt-5.1-codex"'],
    credential: 'auth.json',
    logUserPrompt: false,
    protocol: 'json',
    exit: 1,
    events: [],
    ...options,
  }
}

/** What each event of a run carries. */
function common({ credential }: Scenario): Attributes {
  return {
    'event.timestamp': 'string',
    'conversation.id': 'string',
    'app.version': 'string',
    originator: 'string',
    'terminal.type': 'string:xterm-256color',
    model: 'string:gpt-5.1-codex',
    slug: 'string:gpt-5.1-codex',
    ...(credential === 'auth.json' && { auth_mode: 'string:ApiKey' }),
    ...(credential === 'chatgpt' && {
      auth_mode: 'string:Chatgpt',
      'user.account_id': 'string:acct-fake-123',
      'user.email': 'string:someone@example.test',
    }),
  }
}

function apiRequest(run: Scenario, status: number | undefined, attempt: number, recoveryPhase?: string): Event {
  const failed = status !== 200
  return {
    name: 'codex.api_request',
    attributes: {
      ...common(run),
      duration_ms: 'string',
      ...(status !== undefined && { 'http.response.status_code': `int:${status}` }),
      ...(failed && { 'error.message': `string:${status === undefined ? 'error sending request' : `http ${status}`}` }),
      attempt: `int:${attempt}`,
      endpoint: 'string:/responses',
      'auth.header_attached': 'bool:true',
      'auth.header_name': 'string:authorization',
      'auth.retry_after_unauthorized': `bool:${recoveryPhase !== undefined}`,
      ...(recoveryPhase !== undefined && {
        'auth.recovery_mode': 'string:managed',
        'auth.recovery_phase': `string:${recoveryPhase}`,
      }),
      ...((status === 400 || status === 401) && REFUSED),
      'auth.env_openai_api_key_present': 'bool:false',
      'auth.env_codex_api_key_present': 'bool:false',
      'auth.env_codex_api_key_enabled': 'bool:true',
      'auth.env_refresh_token_url_override_present': `bool:${run.refresh !== undefined}`,
    },
  }
}

/** What a refusal says of itself, as told of the answers 400 and 401. */
const REFUSED: Attributes = {
  'auth.request_id': 'string:req_401',
  'auth.cf_ray': 'string:ray401-SJC',
  'auth.error': 'string:token_expired',
}

function authRecovery(run: Scenario, step: string, outcome: string, more: Attributes = {}): Event {
  return {
    name: 'codex.auth_recovery',
    attributes: {
      ...common(run),
      'auth.mode': 'string:managed',
      'auth.step': `string:${step}`,
      'auth.outcome': `string:${outcome}`,
      ...REFUSED,
      ...more,
    },
  }
}

/** The run's requests and recoveries must be these, in this order; and the exit code that of the scenario. */
async function expectRequests(run: Scenario, wanted: readonly Event[]): Promise<string> {
  const { exit, stderr, events } = await replay(run)
  expect(exit, stderr).toBe(run.exit)
  const looked = events.filter(({ name }) => name === 'codex.api_request' || name === 'codex.auth_recovery')
  expect(
    looked.map(({ name }) => name),
    stderr,
  ).toEqual(wanted.map(({ name }) => name))
  expect(comparable(run, looked)).toEqual(comparable(run, wanted))
  return stderr
}

describe('the demo tries again', () => {
  const always = (status: number, headers?: Record<string, string>) => [httpError(status, headers)]

  it('each request of three, four times, when the server always fails', async () => {
    const run = scenario({ name: 'always 500', replies: always(500) })
    const attempts = [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]
    await expectRequests(
      run,
      attempts.map(attempt => apiRequest(run, 500, attempt)),
    )
  })

  it('in the same way when no server listens', async () => {
    const run = scenario({ name: 'refused', replies: [] })
    const attempts = [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]
    await expectRequests(
      run,
      attempts.map(attempt => apiRequest(run, undefined, attempt)),
    )
  })

  it.each([302, 403, 404, 409, 422, 429])('with a new request of the turn after http %i', async status => {
    const run = scenario({ name: `always ${status}`, replies: always(status) })
    await expectRequests(
      run,
      [0, 0, 0].map(attempt => apiRequest(run, status, attempt)),
    )
  })

  it('not after http 400', async () => {
    const run = scenario({ name: 'always 400', replies: always(400, IDS) })
    await expectRequests(run, [apiRequest(run, 400, 0)])
  })

  it('with a key that is refused, and tells each time that nothing can be recovered', async () => {
    const run = scenario({ name: 'always 401', replies: always(401, IDS) })
    const reason = { 'auth.recovery_reason': 'string:not_chatgpt_auth' }
    await expectRequests(
      run,
      [1, 2, 3].flatMap(() => [apiRequest(run, 401, 0), authRecovery(run, 'reload', 'recovery_not_run', reason)]),
    )
  })

  it('at once with what the file holds, then with a sign-in that was refreshed', async () => {
    const run = scenario({
      name: 'refreshed',
      credential: 'chatgpt',
      replies: [httpError(401, IDS), httpError(401, IDS), HELLO],
      refresh: { status: 200, body: JSON.stringify(chatgptTokens('2')) },
      exit: 0,
    })
    await expectRequests(run, [
      apiRequest(run, 401, 0),
      authRecovery(run, 'reload', 'recovery_succeeded', { 'auth.state_changed': 'bool:false' }),
      apiRequest(run, 401, 0, 'reload'),
      authRecovery(run, 'refresh_token', 'recovery_succeeded', { 'auth.state_changed': 'bool:true' }),
      apiRequest(run, 200, 0, 'refresh_token'),
    ])
  })

  it('not when the sign-in cannot be refreshed any more', async () => {
    const run = scenario({
      name: 'expired',
      credential: 'chatgpt',
      replies: [httpError(401, IDS)],
      refresh: { status: 401, body: '{"error":{"code":"refresh_token_expired"}}' },
    })
    const stderr = await expectRequests(run, [
      apiRequest(run, 401, 0),
      authRecovery(run, 'reload', 'recovery_succeeded', { 'auth.state_changed': 'bool:false' }),
      apiRequest(run, 401, 0, 'reload'),
      authRecovery(run, 'refresh_token', 'recovery_failed_permanent'),
    ])
    expect(stderr).toContain('http 401: scripted. The ChatGPT sign-in has expired. Sign in again.')
  })

  it('when the sign-in could not be refreshed for now', async () => {
    const run = scenario({
      name: 'unavailable',
      credential: 'chatgpt',
      replies: [httpError(401, IDS), httpError(401, IDS), HELLO],
      refresh: { status: 503, body: '' },
      exit: 0,
    })
    await expectRequests(run, [
      apiRequest(run, 401, 0),
      authRecovery(run, 'reload', 'recovery_succeeded', { 'auth.state_changed': 'bool:false' }),
      apiRequest(run, 401, 0, 'reload'),
      authRecovery(run, 'refresh_token', 'recovery_failed_transient'),
      apiRequest(run, 200, 0),
    ])
  })
})
