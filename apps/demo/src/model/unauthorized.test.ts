import type { AuthProblem, RecoveryEvent, RecoveryStep } from '@codex/auth'
import type { ObservedRequest } from '@codex/otel-api'
import { describe, expect, it } from 'vitest'
import { answer, type Reply } from '../../test/model-server.ts'
import { ask, CREDENTIALS, json, type Outcome } from './ask.fixture.ts'
import type { AskModelOptions } from './ask-model.ts'

describe('after a 401 the agent', () => {
  const unauthorized = (headers: Record<string, string> = {}): Reply =>
    json(401, { message: 'no' }, { 'retry-after': '0', ...headers })
  const event = (step: RecoveryEvent['step'], outcome: RecoveryEvent['outcome']): RecoveryEvent => ({
    mode: 'managed',
    step,
    outcome,
  })
  const problem: AuthProblem = { severity: 'error', code: 'renewal-refused', message: 'Sign in again.' }

  /** Gives each request of the turn a recovery with these steps. */
  const recovering =
    (...steps: RecoveryStep[]) =>
    (options: AskModelOptions): void => {
      options.credentials = {
        ...CREDENTIALS,
        recovery() {
          const left = [...steps]
          return {
            async next(answered) {
              const step = left.shift() as RecoveryStep
              return { ...step, event: { ...step.event, ...answered } }
            },
          }
        },
      }
    }
  const requestsOf = ({ recorded }: Outcome): unknown[] =>
    recorded.flatMap(([name, payload]) => {
      if (name === 'codex.auth_recovery') return [(payload as RecoveryEvent).outcome]
      if (name !== 'observeRequest') return []
      const { attempt, retryAfterUnauthorized, recoveryPhase } = payload as ObservedRequest
      return [`${attempt} ${retryAfterUnauthorized} ${recoveryPhase}`]
    })

  it('emits codex.auth_recovery each time where a key was sent, and asks again up to stream_max_retries times', async () => {
    const headers = { 'x-request-id': 'req_1', 'cf-ray': 'ray', 'x-openai-authorization-error': 'token_expired' }
    const outcome = await ask([unauthorized(headers)])
    expect(outcome.error?.message).toBe('http 401: no (gave up after 2 requests)')
    const request = '0 false undefined'
    expect(requestsOf(outcome)).toEqual([request, 'recovery_not_run', request, 'recovery_not_run'])
    expect(outcome.recorded[1]?.[1]).toEqual({
      mode: 'managed',
      step: 'reload',
      outcome: 'recovery_not_run',
      reason: 'not_chatgpt_auth',
      requestId: 'req_1',
      cfRay: 'ray',
      error: 'token_expired',
    })
  })

  it('emits empty fields where the answer lacks them', async () => {
    const { recorded } = await ask([unauthorized(), answer('hi')])
    expect(recorded[1]?.[1]).toMatchObject({ requestId: '', cfRay: '', error: undefined })
  })

  it('sends a recovered request again at once, and counts no retry', async () => {
    const change = recovering(
      { event: event('reload', 'recovery_succeeded'), recovered: true, problem: undefined },
      {
        event: event('refresh_token', 'recovery_succeeded'),
        recovered: true,
        problem: { ...problem, severity: 'warning' },
      },
    )
    const outcome = await ask([unauthorized(), unauthorized(), answer('hi')], options => {
      change(options)
      options.provider.streamMaxRetries = 0
    })
    expect(outcome.items).toHaveLength(1)
    expect(outcome.notices).toEqual([])
    expect(outcome.warnings).toEqual(['Sign in again.'])
    expect(requestsOf(outcome)).toEqual([
      '0 false undefined',
      'recovery_succeeded',
      '0 true reload',
      'recovery_succeeded',
      '0 true refresh_token',
    ])
  })

  it('marks each attempt of the request that was recovered, and not the next request', async () => {
    const change = recovering({ event: event('reload', 'recovery_succeeded'), recovered: true, problem: undefined })
    const busy = json(500, {}, { 'retry-after': '0' })
    const outcome = await ask([unauthorized(), busy, busy, busy, answer('hi')], change)
    expect(requestsOf(outcome)).toEqual([
      '0 false undefined',
      'recovery_succeeded',
      '0 true reload',
      '1 true reload',
      '2 true reload',
      '0 false undefined',
    ])
  })

  it('ends the turn at once when the recovery fails permanently', async () => {
    const change = recovering({ event: event('reload', 'recovery_failed_permanent'), recovered: false, problem })
    const outcome = await ask([unauthorized(), answer('hi')], change)
    expect(outcome.error?.message).toBe('http 401: no. Sign in again.')
    expect(requestsOf(outcome)).toEqual(['0 false undefined', 'recovery_failed_permanent'])
  })

  it('makes a new request when the recovery fails transiently', async () => {
    const change = recovering({ event: event('reload', 'recovery_failed_transient'), recovered: false, problem })
    const outcome = await ask([unauthorized(), answer('hi')], change)
    expect(outcome.items).toHaveLength(1)
    expect(outcome.notices[0]?.reason).toBe('http 401: no. Sign in again.')
  })

  it('stops at once when it is aborted while it recovers', async () => {
    const abort = new AbortController()
    const { error } = await ask([unauthorized()], options => {
      options.signal = abort.signal
      options.credentials = {
        ...CREDENTIALS,
        recovery: () => ({
          next() {
            abort.abort(new Error('stopped'))
            return new Promise(() => {})
          },
        }),
      }
    })
    expect(error?.message).toBe('stopped')
  })
})
