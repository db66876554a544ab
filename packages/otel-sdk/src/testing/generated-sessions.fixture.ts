import type { ObservedResponse, ServerSentEvent, SessionTelemetry, Telemetry } from '@codex/otel-api'
import fc from 'fast-check'

/** Tokens as a provider reports them. */
export interface Usage {
  input: number
  cached: number
  cacheWrite: number
  output: number
  reasoning: number
}

type Refusal = 'refused' | 'thrown' | 'unauthorized'

interface ChatStep {
  kind: 'chat'
  /** The attempts before the one that is answered. */
  refusals: readonly Refusal[]
  /** What becomes of the answer; `none`: every attempt fails. `unread`: its stream is not observed. */
  answer:
    | 'completed'
    | 'without usage'
    | 'failed'
    | 'incomplete'
    | 'cut'
    | 'thrown'
    | 'aborted'
    | 'left'
    | 'unread'
    | 'none'
  usage: Usage
  /** Whether the application says which request a further attempt and a stream belong to. */
  paired: boolean
  pauses: readonly number[]
}

interface ToolStep {
  asked: 'no' | 'user' | 'configuration' | 'remembered' | 'aborted'
  outcome: 'done' | 'unsuccessful' | 'thrown' | 'aborted'
  /** The turns of a sub-agent that the tool starts. */
  subagent: readonly TurnPlan[]
  pauses: readonly number[]
}

export type Step =
  | ChatStep
  /** Requests at the same time. */
  | { kind: 'chats'; chats: readonly ChatStep[] }
  | { kind: 'tools'; tools: readonly ToolStep[] }
  /** What an application reports that observes nothing. */
  | { kind: 'bare chat'; attempts: number; usage: Usage; durationMs: number }
  | { kind: 'bare tool'; asked: boolean; durationMs: number }
  | { kind: 'websocket'; usage: Usage; pauses: readonly number[] }
  | { kind: 'own span' | 'other model'; steps: readonly Step[] }

export interface TurnPlan {
  observed: boolean
  end: 'done' | 'thrown' | 'aborted'
  steps: readonly Step[]
}

export interface SessionPlan {
  turns: readonly TurnPlan[]
  /** Whether the process ends in the middle of one more turn. */
  left: boolean
}

const usage: fc.Arbitrary<Usage> = fc
  .tuple(fc.nat(5000), fc.nat(5000), fc.nat(5000), fc.nat(5000), fc.nat(5000))
  .map(([fresh, cached, cacheWrite, reasoning, text]) => ({
    input: fresh + cached,
    cached,
    cacheWrite,
    output: reasoning + text,
    reasoning,
  }))

/** In milliseconds, with fractions: of such times durations are cut to whole ones. */
const pause = fc.integer({ min: 0, max: 5000 }).map(tenths => tenths / 10)
const pauses = fc.array(pause, { minLength: 1, maxLength: 4 })

const chat: fc.Arbitrary<ChatStep> = fc.record({
  kind: fc.constant('chat' as const),
  refusals: fc.array(fc.constantFrom<Refusal>('refused', 'thrown', 'unauthorized'), { maxLength: 3 }),
  answer: fc.oneof(
    { weight: 4, arbitrary: fc.constant('completed' as const) },
    {
      weight: 5,
      arbitrary: fc.constantFrom<ChatStep['answer']>(
        'without usage',
        'failed',
        'incomplete',
        'cut',
        'thrown',
        'aborted',
        'left',
        'unread',
        'none',
      ),
    },
  ),
  usage,
  paired: fc.boolean(),
  pauses,
})

const { turn } = fc.letrec<{ step: Step; tool: ToolStep; turn: TurnPlan }>(tie => ({
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    chat,
    fc.record({
      kind: fc.constant('bare chat' as const),
      attempts: fc.integer({ min: 1, max: 3 }),
      usage,
      durationMs: pause,
    }),
    fc.record({ kind: fc.constant('bare tool' as const), asked: fc.boolean(), durationMs: pause }),
    fc.record({ kind: fc.constant('websocket' as const), usage, pauses }),
    fc.record({
      kind: fc.constant('chats' as const),
      chats: fc
        .tuple(fc.array(chat, { minLength: 2, maxLength: 3 }), fc.boolean())
        .map(([chats, paired]) => chats.map(one => ({ ...one, paired }))),
    }),
    fc.record({ kind: fc.constant('tools' as const), tools: fc.array(tie('tool'), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      kind: fc.constantFrom('own span' as const, 'other model' as const),
      steps: fc.array(tie('step'), { maxLength: 2 }),
    }),
  ),
  tool: fc.record({
    asked: fc.constantFrom('no', 'user', 'configuration', 'remembered', 'aborted'),
    outcome: fc.constantFrom('done', 'unsuccessful', 'thrown', 'aborted'),
    subagent: fc.oneof({ depthSize: 'small' }, fc.constant([]), fc.array(tie('turn'), { maxLength: 2 })),
    pauses,
  }),
  turn: fc.record({
    observed: fc.boolean(),
    end: fc.constantFrom('done', 'thrown', 'aborted'),
    steps: fc.array(tie('step'), { maxLength: 3 }),
  }),
}))

/** Sessions with parallel tools, retries, recoveries, failed streams, aborts and sub-agents. */
export const sessionPlan: fc.Arbitrary<SessionPlan> = fc.record({
  turns: fc.array(turn, { minLength: 1, maxLength: 2 }),
  left: fc.boolean(),
})

/** What a session did, as its driver counts. */
export interface Expected {
  turns: number
  observedTurns: number
  chats: number
  attempts: number
  tools: number
  /** Questions that somebody answered. */
  approvals: number
  usage: Usage
}

export interface Clock {
  /** Lets other work go on, and time pass. */
  pass(ms: number): Promise<void>
}

/** Does what the plan says, and counts it. */
export async function play(telemetry: Telemetry, plan: SessionPlan, clock: Clock): Promise<Expected> {
  const expected: Expected = {
    turns: 0,
    observedTurns: 0,
    chats: 0,
    attempts: 0,
    tools: 0,
    approvals: 0,
    usage: { input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 },
  }
  const player = new Player(expected, clock)
  const session = telemetry.session({ conversationId: 'c', model: 'gpt-5', originator: 'test', terminalType: 'none' })
  for (const one of plan.turns) await player.turn(session, one)
  if (plan.left) await player.leave(session)
  return expected
}

const aborted = (): Error => Object.assign(new Error('aborted'), { name: 'AbortError' })
const answerOf = (status: number): ObservedResponse => ({ status, headers: { get: () => null } })
const usageOf = ({ input, cached, cacheWrite, output, reasoning }: Usage): object => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWrite },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning },
  total_tokens: input + output,
})
const sse = (type: string, response?: object): ServerSentEvent => ({
  event: type,
  data: JSON.stringify({ type, response, delta: 'x' }),
})
/** Their lengths tell turns apart. */
const UNOBSERVED = 'a turn that nobody observes'
export const OBSERVED = 'a turn'
const DELTA = 'response.output_text.delta'

class Player {
  private readonly expected: Expected
  private readonly clock: Clock
  private calls = 0

  constructor(expected: Expected, clock: Clock) {
    this.expected = expected
    this.clock = clock
  }

  async turn(session: SessionTelemetry, { observed, end, steps }: TurnPlan): Promise<void> {
    this.expected.turns++
    if (!observed) {
      session.emit('codex.user_prompt', { prompt: UNOBSERVED })
      return this.steps(session, steps)
    }
    this.expected.observedTurns++
    const run = session.observeTurn({ prompt: OBSERVED }, async () => {
      await this.steps(session, steps)
      if (end === 'thrown') throw new RangeError('thrown')
      if (end === 'aborted') throw aborted()
    })
    await run.catch(() => {})
  }

  /** Begins a turn that the process leaves in the middle of a tool and of an answer. */
  async leave(session: SessionTelemetry): Promise<void> {
    this.expected.turns++
    this.expected.observedTurns++
    void session.observeTurn({ prompt: OBSERVED }, async () => {
      const response = await this.attempt(session, { attempt: 0 }, async () => answerOf(200))
      this.expected.chats++
      const hanging = session.observeSse(
        (async function* () {
          yield sse(DELTA)
          await new Promise(() => {})
        })(),
        { response },
      )
      await hanging[Symbol.asyncIterator]().next()
      void session.observeTool({ toolName: 't', callId: 'left', arguments: '' }, () => new Promise<string>(() => {}))
      await new Promise(() => {})
    })
    await this.clock.pass(20)
    await this.clock.pass(20)
  }

  private async steps(session: SessionTelemetry, steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.step(session, step)
  }

  private async step(session: SessionTelemetry, step: Step): Promise<void> {
    const { clock, expected } = this
    switch (step.kind) {
      case 'chat':
        return this.chat(session, step)
      case 'chats':
        await Promise.all(step.chats.map(one => this.chat(session, one)))
        return
      case 'tools':
        await Promise.all(step.tools.map(one => this.tool(session, one)))
        return
      case 'websocket': {
        expected.chats++
        session.emit('codex.websocket_request', { durationMs: 1.5, success: true, connectionReused: false })
        const events = [sse(DELTA), sse('response.completed', { usage: usageOf(step.usage) })]
        this.addUsage(step.usage)
        for await (const _ of session.observeWebsocket(this.paced(events, step.pauses))) {
        }
        return
      }
      case 'bare chat':
        expected.chats++
        expected.attempts += step.attempts
        for (let attempt = 0; attempt < step.attempts; attempt++) {
          await clock.pass(step.durationMs)
          const statusCode = attempt === step.attempts - 1 ? 200 : 503
          session.emit('codex.api_request', {
            attempt,
            durationMs: step.durationMs,
            endpoint: '/responses',
            authHeaderAttached: true,
            retryAfterUnauthorized: false,
            statusCode,
          })
        }
        this.addUsage(step.usage)
        session.emit('codex.sse_event', { kind: 'response.completed', ...tokensOf(step.usage) })
        return
      case 'bare tool': {
        const call = { toolName: 't', callId: `call-${++this.calls}` }
        await clock.pass(step.durationMs)
        if (step.asked) {
          expected.approvals++
          session.emit('codex.tool_decision', { ...call, decision: 'approved', source: 'User' })
        }
        expected.tools++
        const { durationMs } = step
        session.emit('codex.tool_result', { ...call, arguments: '', durationMs, success: true, output: '' })
        return
      }
      case 'own span':
        return session.span('step', {}, () => this.steps(session, step.steps))
      case 'other model':
        return this.steps(session.withModel('gpt-5-mini'), step.steps)
    }
  }

  private async attempt(
    session: SessionTelemetry,
    request: { attempt: number; retryAfterUnauthorized?: boolean; retryOf?: unknown },
    send: () => Promise<ObservedResponse>,
  ): Promise<ObservedResponse> {
    this.expected.attempts++
    return session.observeRequest({ endpoint: '/responses', ...request }, send)
  }

  private async chat(
    session: SessionTelemetry,
    { refusals, answer, usage: counts, paired, pauses }: ChatStep,
  ): Promise<void> {
    const { clock } = this
    this.expected.chats++
    let before: unknown
    let attempt = 0
    let retryAfterUnauthorized = false
    const all: (Refusal | 'answered')[] = [...refusals, answer === 'none' ? 'thrown' : 'answered']
    for (const one of all) {
      const request = { attempt, retryAfterUnauthorized, ...(paired ? { retryOf: before } : {}) }
      const send = async (): Promise<ObservedResponse> => {
        await clock.pass(pauses[0] ?? 0)
        if (one === 'thrown') throw new TypeError('fetch failed')
        return answerOf(one === 'answered' ? 200 : one === 'refused' ? 503 : 401)
      }
      before = await this.attempt(session, request, send).catch((error: unknown) => error)
      retryAfterUnauthorized = one === 'unauthorized'
      if (retryAfterUnauthorized) {
        const { emit } = session
        emit('codex.auth_recovery', { mode: 'managed', step: 'reload', outcome: 'recovery_succeeded' })
      } else attempt++
    }
    if (answer === 'none' || answer === 'unread') return
    const events = this.eventsOf(answer, counts)
    const stream = session.observeSse(
      this.paced(events, pauses, answer),
      paired ? { response: before as object } : undefined,
    )
    try {
      for await (const { event } of stream) if (answer === 'left' && event === DELTA) break
    } catch {
      // The stream threw, as it was to.
    }
  }

  private eventsOf(answer: ChatStep['answer'], counts: Usage): ServerSentEvent[] {
    switch (answer) {
      case 'completed':
        this.addUsage(counts)
        return [sse(DELTA), sse('response.completed', { id: 'r', usage: usageOf(counts) })]
      case 'without usage':
        return [sse(DELTA), sse('response.completed', { id: 'r' })]
      case 'failed':
        return [sse(DELTA), sse('response.failed', { error: { code: 'rate_limit_exceeded' }, usage: usageOf(counts) })]
      case 'incomplete':
        return [sse(DELTA), sse('response.incomplete', { incomplete_details: { reason: 'max_output_tokens' } })]
      default:
        return [sse(DELTA)]
    }
  }

  private async *paced(
    events: readonly ServerSentEvent[],
    pauses: readonly number[],
    answer?: ChatStep['answer'],
  ): AsyncGenerator<ServerSentEvent & { data: string }> {
    for (const [i, event] of events.entries()) {
      await this.clock.pass(pauses[i % pauses.length] ?? 0)
      yield event as ServerSentEvent & { data: string }
    }
    if (answer === 'thrown') throw new TypeError('terminated')
    if (answer === 'aborted') throw aborted()
  }

  private async tool(session: SessionTelemetry, { asked, outcome, subagent, pauses }: ToolStep): Promise<void> {
    const { clock, expected } = this
    const tool = { toolName: 't', callId: `call-${++this.calls}`, arguments: '{}' }
    if (asked !== 'no') {
      const isAnswered = await session
        .observeApproval(tool, async () => {
          await clock.pass(pauses[0] ?? 0)
          if (asked === 'aborted') throw aborted()
          if (asked === 'user') return 'approved' as const
          return {
            decision: 'approved',
            source: asked === 'configuration' ? 'Config' : 'User',
            remembered: asked === 'remembered',
          } as const
        })
        .then(
          () => true,
          () => false,
        )
      if (!isAnswered) return
      if (asked === 'user') expected.approvals++
    }
    expected.tools++
    const run = session.observeTool(tool, async () => {
      for (const ms of pauses) await clock.pass(ms)
      if (subagent.length > 0) {
        const agent = session.subagent({ conversationId: tool.callId, agentName: 'explorer', callId: tool.callId })
        for (const one of subagent) await this.turn(agent, one)
      }
      if (outcome === 'thrown') throw new RangeError('thrown')
      if (outcome === 'aborted') throw aborted()
      return { output: 'x', success: outcome === 'done' }
    })
    await run.catch(() => {})
  }

  private addUsage(counts: Usage): void {
    for (const key of Object.keys(counts) as (keyof Usage)[]) this.expected.usage[key] += counts[key]
  }
}

const tokensOf = ({ input, cached, cacheWrite, output, reasoning }: Usage) => ({
  inputTokens: input,
  cachedTokens: cached,
  cacheWriteTokens: cacheWrite,
  outputTokens: output,
  reasoningTokens: reasoning,
  totalTokens: input + output,
})
