import type { GuardianAssessment, SessionOptions, TurnCost } from '@codex/otel-api'
import { describe, expect, it } from 'vitest'
import { createTestTelemetry } from './index.ts'

const SESSION: SessionOptions = {
  conversationId: '01a20491-ea9e-7893-8dfd-738a44e42f8c',
  model: 'gpt-5.1-codex',
  originator: 'codex_exec',
  sessionSource: 'exec',
  terminalType: 'dumb',
}
/** Not in one piece: programs look for such in sources. */
const TOKEN = ['gh', 'p_', 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzaB3'].join('')

function open(options: Partial<SessionOptions> = {}, config: object = {}) {
  const test = createTestTelemetry({
    config: { log_agent_responses: true, log_guardian_assessments: true, ...config },
  })
  const session = test.telemetry.session({ ...SESSION, ...options })
  test.clear()
  const attributes = () => test.snapshot().events[0]?.attributes
  const answer = (response: string): void =>
    session.emit('codex.agent_response', { agentType: 'main', turnId: 't', itemId: 'i', rootTurnId: 't', response })
  return { ...test, session, attributes, answer }
}

describe('a final answer', () => {
  it('is cut at 65,536 bytes at the border of a character, without a notice', () => {
    const { answer, attributes } = open()
    answer('日'.repeat(30_000))
    expect(attributes()).toMatchObject({
      response: '日'.repeat(21_845),
      response_length: 90_000,
      response_truncated: true,
    })
  })

  it('is there in full up to that, whatever becomes of prompts', () => {
    const { answer, attributes } = open({}, { log_user_prompt: false })
    answer('x'.repeat(65_536))
    expect(attributes()).toMatchObject({
      response: 'x'.repeat(65_536),
      response_length: 65_536,
      response_truncated: false,
    })
  })

  it('holds no secret, nor do its ids; its length is that of the answer', () => {
    const { session, attributes } = open()
    const response = `Use ${TOKEN}.`
    session.emit('codex.agent_response', {
      agentType: 'subagent',
      turnId: TOKEN,
      itemId: TOKEN,
      rootTurnId: TOKEN,
      parentTurnId: TOKEN,
      parentConversationId: TOKEN,
      initiatingAgentPath: TOKEN,
      response,
    })
    expect(JSON.stringify(attributes())).not.toContain(TOKEN)
    expect(attributes()).toMatchObject({
      response: 'Use [SCRUBBED:github-token].',
      response_length: response.length,
      response_truncated: false,
    })
  })

  it('has no parent where the main agent gives it', () => {
    const { answer, attributes } = open()
    answer('42')
    expect(Object.keys(attributes() ?? {}).filter(name => /parent|initiating/.test(name))).toEqual([])
  })
})

describe('what `[otel.content] response` says of a final answer', () => {
  it.each([
    ['off', true, undefined],
    ['length', true, '[REDACTED length=6]'],
    ['length', undefined, '[REDACTED length=6]'],
    ['full', undefined, 'Grüße!'],
    ['full', false, undefined],
    ['length', false, undefined],
    ['misspelt', true, undefined],
    [undefined, true, 'Grüße!'],
    [undefined, undefined, undefined],
  ])('with %j, and log_agent_responses %j: %j', (response, logged, sent) => {
    const content = response === undefined ? {} : { content: { response } }
    const { answer, attributes } = open({}, { ...content, log_agent_responses: logged })
    answer('Grüße!')
    expect(attributes()?.response).toBe(sent)
    expect(attributes()?.response_length).toBe(sent === undefined ? undefined : 8)
  })
})

describe('an assessment', () => {
  const review = { reviewId: 'r', turnId: 't', startedAtMs: 1, completedAtMs: 2 } as const

  it('that failed has neither an outcome nor words', () => {
    const { session, attributes } = open()
    session.emit('codex.guardian_assessment', { ...review, status: 'denied' } satisfies GuardianAssessment)
    const names = Object.keys(attributes() ?? {})
    expect(names).toContain('status')
    expect(names.filter(name => /outcome|risk|authorization|rationale|item/.test(name))).toEqual([])
  })

  it('has its words cut at 65,536 bytes without a notice, and without secrets', () => {
    const { session, attributes } = open()
    const rationale = `${TOKEN} ${'é'.repeat(40_000)}`
    session.emit('codex.guardian_assessment', { ...review, status: 'approved', outcome: 'allow', rationale })
    const sent = String(attributes()?.rationale)
    expect(sent).toMatch(/^\[SCRUBBED:github-token\] é+$/)
    expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(65_536)
    expect(Buffer.byteLength(sent)).toBeGreaterThan(65_000)
    expect(attributes()).toMatchObject({ rationale_length: 80_041, rationale_truncated: true })
  })
})

describe('the use of a skill', () => {
  const signedIn = { mode: 'Chatgpt', accountId: 'acct-1', email: 'someone@example.test', userId: 'user-1' } as const

  it.each([
    ['nobody is', undefined, []],
    ['a user is', signedIn, ['user.account_id', 'auth_mode']],
  ])('carries these attributes of its session when %s signed in', (_who, auth, ofUser) => {
    const { session, attributes } = open({ auth })
    session.emit('codex.skill_invocation', {
      turnId: 't',
      skillName: 'greet',
      skillScope: 'user',
      invocationType: 'explicit',
    })
    const own = ['turn.id', 'skill.name', 'skill.scope', 'skill.invocation_type']
    const common = ['event.timestamp', 'conversation.id', 'model', 'app.version', 'originator', ...ofUser]
    const names = Object.keys(attributes() ?? {}).filter(name => name !== 'event.name')
    expect(names.sort()).toEqual([...own, ...common].sort())
  })

  it('leaves the events after it with all of them', () => {
    const { session, snapshot } = open({ auth: signedIn })
    session.emit('codex.skill_invocation', { turnId: 't', skillName: 'greet', invocationType: 'implicit' })
    session.emit('codex.turn_ttft', { durationMs: 1 })
    expect(snapshot().events[1]?.attributes).toMatchObject({
      'user.email': 'someone@example.test',
      slug: SESSION.model,
    })
  })
})

describe('the cost of a turn', () => {
  const microUsd = (...costs: Partial<Record<keyof TurnCost, unknown>>[]) => {
    const { session, snapshot } = open()
    for (const cost of costs) session.emit('codex.turn_cost', { turnId: 't', interrupted: false, ...cost } as TurnCost)
    const points = snapshot().metrics.filter(({ name }) => name === 'codex.turn.cost_microusd')
    return {
      events: snapshot().events.length,
      points: points.map(({ tags, ...point }) => ({ ...point, tags: ownTags(tags) })),
    }
  }
  const ownTags = (tags: Readonly<Record<string, string>>): string =>
    ['reasoning_effort', 'speed', 'turn.interrupted', 'turn.id', 'conversation.id']
      .map(tag => tags[tag] ?? 'none')
      .join(' ')

  it('is summed up in millionths of a dollar, exactly, without a series of each turn', () => {
    const cost = { speed: 'standard', reasoningEffort: 'high' }
    const { points } = microUsd(
      { ...cost, estimatedUsd: '0.0001245' },
      { ...cost, estimatedUsd: '1.250001' },
      { ...cost, estimatedUsd: '0' },
      { ...cost, estimatedUsd: '0.5', interrupted: true },
    )
    expect(points).toEqual([
      {
        name: 'codex.turn.cost_microusd',
        kind: 'counter',
        unit: '',
        value: 1_250_126,
        tags: 'high standard false none none',
      },
      {
        name: 'codex.turn.cost_microusd',
        kind: 'counter',
        unit: '',
        value: 500_000,
        tags: 'high standard true none none',
      },
    ])
  })

  it.each(['', '-1', 'NaN', '1e3', '0x10', '1,5', '.5', ' 1', '99999999999999999999'])(
    'is an event but no measurement where it is no amount: %j',
    estimatedUsd => {
      expect(microUsd({ estimatedUsd })).toEqual({ events: 1, points: [] })
    },
  )

  it.each([undefined, null])('is no event where there is none: %j', estimatedUsd => {
    expect(microUsd({ estimatedUsd })).toEqual({ events: 0, points: [] })
  })
})
