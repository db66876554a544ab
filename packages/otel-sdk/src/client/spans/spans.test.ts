import type { SessionTelemetry, ToolOutcome } from '@codex/otel-api'
import { describe, expect, it } from 'vitest'
import { answer, COMPLETED, consume, DELTA, recordSpans, stream, TOOL } from './record-spans.fixture.ts'

const REQUEST = { attempt: 0, endpoint: '/responses' }

async function ask(session: SessionTelemetry, ...events: Parameters<typeof stream>): Promise<void> {
  const response = await session.observeRequest(REQUEST, async () => answer())
  await consume(session.observeSse(stream(...events), { response }))
}

describe('a turn', () => {
  it('is a tree of its requests, its tools and its questions', async () => {
    const recording = recordSpans()
    const session = recording.session()
    session.emit('codex.startup_phase', { phase: 'total', durationMs: 1 })
    session.emit('codex.conversation_starts', {
      providerName: 'OpenAI',
      reasoningSummary: 'auto',
      approvalPolicy: 'on-request',
      sandboxPolicy: 'read-only',
      mcpServers: [],
    })
    await session.observeTurn({ prompt: 'hello' }, async () => {
      await ask(session, DELTA, COMPLETED())
      await session.observeApproval(TOOL, async () => 'approved' as const)
      await session.observeTool({ ...TOOL, sandbox: 'seccomp' }, async () => ({ output: 'a\nb\n', exitCode: 2 }))
      await ask(session, COMPLETED('resp_2'))
    })
    expect(recording.tree()).toEqual([
      'sessionInit done',
      'turn codex-cli done',
      '  chat gpt-5 done',
      '  approval done',
      '  tool exec_command done',
      '  chat gpt-5 done',
    ])
    const [init, turn, chat, approval, tool] = recording.spans()
    expect(init?.events).toEqual(['codex.startup_phase', 'codex.conversation_starts'])
    expect(turn?.events).toEqual(['codex.user_prompt'])
    expect(turn?.facts).toEqual({ turnIndex: 1 })
    expect(turn?.opening.links).toMatchObject([{ spanId: init?.opening.spanId, remote: false }])
    expect(chat?.events).toEqual(['codex.api_request', 'codex.turn_ttft', 'codex.sse_event'])
    expect(chat?.facts).toEqual({
      provider: 'openai',
      responseId: 'resp_1',
      responseModel: 'gpt-5-2026',
      finishReasons: ['stop'],
      firstChunkSeconds: expect.any(Number),
    })
    expect(approval?.events).toEqual(['codex.tool_decision'])
    expect(tool?.events).toEqual(['codex.tool_result'])
    expect(tool?.facts).toEqual({
      callId: 'call-1',
      toolNamespace: 'functions',
      sandbox: 'seccomp',
      argumentsLength: 12,
      outputLength: 4,
      outputLineCount: 2,
      exitCode: 2,
    })
    expect(recording.eventSpans.filter(({ name, span }) => name === 'codex.sse_event' && span === 0)).toHaveLength(3)
  })

  it('is linked to the one before it, and has a trace of its own', async () => {
    const recording = recordSpans()
    const session = recording.session({
      previousTurn: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    })
    expect(session.lastTurn()).toBeUndefined()
    for (const prompt of ['a', 'b', 'c']) await session.observeTurn({ prompt }, async () => {})
    const [init, first, second, third] = recording.spans().map(({ opening }) => opening)
    expect(new Set([init, first, second, third].map(one => String(one?.traceId))).size).toBe(4)
    expect(first?.links).toMatchObject([{ spanId: [0x00f067aa, 0x0ba902b7], remote: true }, { spanId: init?.spanId }])
    expect(second?.links).toMatchObject([{ spanId: first?.spanId }])
    expect(third?.links).toMatchObject([{ spanId: second?.spanId }])
    expect(session.lastTurn()?.traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/)
  })

  it.each([
    ['an error', new RangeError('x'), 'failed RangeError'],
    ['an abort', Object.assign(new Error('x'), { name: 'AbortError' }), 'aborted'],
    ['what is no error', 'x', 'failed _OTHER'],
  ])('that ends with %s says so', async (_, thrown, said) => {
    const recording = recordSpans()
    const turn = recording.session().observeTurn({ prompt: 'x' }, () => Promise.reject(thrown))
    await expect(turn).rejects.toBe(thrown)
    expect(recording.tree().at(-1)).toBe(`turn codex-cli ${said}`)
  })

  it('that the application does not observe lasts until the next one', () => {
    const recording = recordSpans()
    const session = recording.session()
    session.emit('codex.user_prompt', { prompt: 'a' })
    session.emit('codex.tool_result', { ...TOOL, durationMs: 5, success: true, output: '' })
    session.emit('codex.user_prompt', { prompt: 'b' })
    expect(recording.tree()).toEqual([
      'sessionInit done',
      'turn codex-cli done',
      '  tool exec_command done',
      'turn codex-cli open',
    ])
    recording.tracer.endAll()
    expect(recording.tree().at(-1)).toBe('turn codex-cli done')
  })

  it('inside a turn is below it', async () => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'a' }, () => session.observeTurn({ prompt: 'b' }, async () => {}))
    expect(recording.tree()).toEqual(['sessionInit done', 'turn codex-cli done', '  turn codex-cli done'])
  })
})

describe('a request', () => {
  it('is one span with all of its attempts', async () => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, async () => {
      await session.observeRequest({ ...REQUEST, serverAddress: 'h', serverPort: 443 }, async () => answer(500))
      const failure = session.observeRequest({ ...REQUEST, attempt: 1 }, () => Promise.reject(new Error('x')))
      await expect(failure).rejects.toThrow('x')
      await session.observeRequest({ ...REQUEST, attempt: 2 }, async () => answer(401))
      session.emit('codex.auth_recovery', { mode: 'managed', step: 'reload', outcome: 'recovery_succeeded' })
      await session.observeRequest({ ...REQUEST, retryAfterUnauthorized: true }, async () => answer())
      await consume(session.observeSse(stream(COMPLETED())))
    })
    expect(recording.tree()).toEqual(['sessionInit done', 'turn codex-cli done', '  chat gpt-5 done'])
    expect(recording.spans().at(-1)?.events).toEqual([
      'codex.api_request',
      'codex.api_request',
      'codex.api_request',
      'codex.auth_recovery',
      'codex.api_request',
      'codex.sse_event',
    ])
    expect(recording.spans().at(-1)?.facts).toMatchObject({ serverAddress: 'h', serverPort: 443 })
  })

  it('that is made again is no further attempt of another one, whose answer is still to be read', async () => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, async () => {
      await session.observeRequest(REQUEST, async () => answer(503))
      await session.observeRequest(REQUEST, async () => answer())
      await session.observeRequest({ ...REQUEST, attempt: 1 }, async () => answer())
    })
    expect(
      recording
        .spans()
        .slice(2)
        .map(({ events }) => events.length),
    ).toEqual([2, 1])
  })

  it('whose stream failed and that is made again is two spans', async () => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, async () => {
      await ask(session, DELTA)
      await ask(session, COMPLETED())
    })
    expect(recording.tree().slice(2)).toEqual(['  chat gpt-5 failed stream_closed', '  chat gpt-5 done'])
  })

  it.each([
    ['response.failed', { response: { error: { code: 'rate_limit_exceeded' } } }, 'rate_limit_exceeded'],
    ['response.failed', { response: { error: { code: 'a text, and no code' } } }, '_OTHER'],
    ['response.incomplete', { response: { incomplete_details: { reason: 'max_output_tokens' } } }, 'incomplete'],
  ])('whose answer ends with %s %j fails with the code of it', async (type, event, errorType) => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, () =>
      ask(session, { event: type, data: JSON.stringify({ type, ...event }) }),
    )
    expect(recording.tree().at(-1)).toBe(`  chat gpt-5 failed ${errorType}`)
  })

  it.each([
    [500, undefined, 'failed 500'],
    [undefined, new Error('x'), 'failed connection_error'],
    [undefined, Object.assign(new Error('x'), { name: 'TimeoutError' }), 'failed timeout'],
    [undefined, new TypeError('fetch failed', { cause: { code: 'UND_ERR_HEADERS_TIMEOUT' } }), 'failed timeout'],
    [undefined, Object.assign(new Error('x'), { name: 'AbortError' }), 'aborted'],
  ])('that was answered with %s, or threw %s, ends with the turn: %s', async (status, error, said) => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, async () => {
      const send = async () => {
        if (error !== undefined) throw error
        return answer(status)
      }
      await session.observeRequest(REQUEST, send).catch(() => undefined)
    })
    expect(recording.tree().at(-1)).toBe(`  chat gpt-5 ${said}`)
  })

  it('in parallel with others has its own answer, by what was returned', async () => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, async () => {
      const first = await session.observeRequest(REQUEST, async () => answer())
      const second = await session.observeRequest(REQUEST, async () => answer())
      await consume(session.observeSse(stream(COMPLETED('of the first')), { response: first }))
      await consume(session.observeSse(stream(COMPLETED('of the second')), { response: second }))
    })
    expect(recording.tree().slice(2)).toEqual(['  chat gpt-5 done', '  chat gpt-5 done'])
    expect(
      recording
        .spans()
        .slice(2)
        .map(({ facts }) => facts.responseId),
    ).toEqual(['of the first', 'of the second'])
  })

  it('in parallel with others has an answer each, by their order, where the application says nothing of it', async () => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, async () => {
      await Promise.all([1, 2, 3].map(() => session.observeRequest(REQUEST, async () => answer())))
      await Promise.all(['a', 'b', 'c'].map(id => consume(session.observeSse(stream(COMPLETED(id))))))
    })
    expect(recording.tree().slice(2)).toEqual(Array(3).fill('  chat gpt-5 done'))
    const chats = recording.spans().slice(2)
    expect(chats.map(({ facts }) => facts.responseId).sort()).toEqual(['a', 'b', 'c'])
  })

  it('is continued by what it says that it repeats', async () => {
    const recording = recordSpans()
    const session = recording.session()
    const error = new Error('x')
    await session.observeTurn({ prompt: 'x' }, async () => {
      await session.observeRequest(REQUEST, () => Promise.reject(error)).catch(() => undefined)
      const refused = await session.observeRequest(REQUEST, async () => answer(500))
      await session.observeRequest({ ...REQUEST, attempt: 1, retryOf: error }, async () => answer())
      await session.observeRequest({ ...REQUEST, attempt: 1, retryOf: refused }, async () => answer(503))
    })
    expect(recording.tree().slice(2)).toEqual(['  chat gpt-5 done', '  chat gpt-5 failed 503'])
    expect(
      recording
        .spans()
        .slice(2)
        .map(({ events }) => events.length),
    ).toEqual([2, 2])
  })

  it('is there for a stream without one, and for events that the application emits by itself', async () => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, async () => {
      await consume(session.observeSse(stream(COMPLETED())))
      session.emit('codex.api_request', {
        ...REQUEST,
        durationMs: 40,
        statusCode: 200,
        authHeaderAttached: false,
        retryAfterUnauthorized: false,
      })
      session.emit('codex.sse_event', { kind: 'response.completed', inputTokens: 1, outputTokens: 1 } as never)
      session.emit('codex.websocket_request', { durationMs: 3, success: false, connectionReused: false })
    })
    expect(recording.tree().slice(2)).toEqual([
      '  chat gpt-5 done',
      '  chat gpt-5 done',
      '  chat gpt-5 failed connection_error',
    ])
    const { opening, ending } = recording.spans()[3] ?? {}
    expect((ending?.timeMs ?? 0) - (opening?.timeMs ?? 0)).toBeGreaterThanOrEqual(40)
  })

  it('is one where a WebSocket sends the request when its first message is asked for', async () => {
    const recording = recordSpans()
    const session = recording.session()
    async function* messages(): AsyncGenerator<{ data: string }> {
      session.emit('codex.websocket_request', { durationMs: 3, success: true, connectionReused: true })
      yield { data: COMPLETED().data }
    }
    await session.observeTurn({ prompt: 'x' }, async () => {
      await consume(session.observeWebsocket(messages()))
      await consume(session.observeWebsocket(messages()))
    })
    expect(recording.tree().slice(2)).toEqual(['  chat gpt-5 done', '  chat gpt-5 done'])
  })

  it('whose stream is left ends without a failure, and one that is never read ends with the turn', async () => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, async () => {
      for await (const _ of session.observeSse(stream(DELTA, DELTA))) break
      session.observeSse(stream(DELTA))
    })
    expect(recording.tree().slice(2)).toEqual(['  chat gpt-5 done', '  chat gpt-5 done'])
  })
})

describe('a tool', () => {
  it.each<[string, () => Promise<ToolOutcome | string>, string]>([
    ['gives an output', async () => 'x', 'done'],
    ['says that it did not succeed', async () => ({ output: 'x', success: false }), 'failed tool_error'],
    ['was rejected', async () => ({ output: 'x', success: false, errorType: 'rejected' }), 'failed rejected'],
    ['throws', () => Promise.reject(new RangeError('x')), 'failed RangeError'],
    ['is aborted', () => Promise.reject(new DOMException('x', 'AbortError')), 'aborted'],
  ])('that %s says so', async (_, run, said) => {
    const recording = recordSpans()
    await recording
      .session()
      .observeTool(TOOL, run)
      .catch(() => undefined)
    expect(recording.tree().at(-1)).toBe(`tool exec_command ${said}`)
  })

  it('whose result is reported when it has ended is one more', async () => {
    const recording = recordSpans()
    const session = recording.session()
    const result = { ...TOOL, durationMs: 1, success: true, output: '' }
    await session.observeTurn({ prompt: 'x' }, async () => {
      await session.observeTool(TOOL, async () => {
        session.emit('codex.tool_result', result)
        return 'x'
      })
      session.emit('codex.tool_result', result)
    })
    // The first one came while the call was open, and the last one when nothing was known of it any more.
    expect(recording.tree().slice(2)).toEqual(['  tool exec_command done', '  tool exec_command done'])
    expect(
      recording
        .spans()
        .slice(2)
        .map(({ events }) => events),
    ).toEqual([['codex.tool_result', 'codex.tool_result'], ['codex.tool_result']])
  })

  it('is told from another with the same id of its call', async () => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTool(TOOL, async () => {
      await session.observeTool({ ...TOOL, toolName: 'other' }, async () => 'y')
      session.emit('codex.sandbox_outcome', { ...TOOL, outcome: 'denied', initialDurationMs: 1 })
      return 'x'
    })
    expect(recording.tree().slice(1)).toEqual(['tool exec_command done', 'tool other done'])
    expect(
      recording
        .spans()
        .slice(1)
        .map(({ events }) => events),
    ).toEqual([['codex.tool_result'], ['codex.tool_result']])
  })

  it('says how its MCP server is reached', async () => {
    const recording = recordSpans()
    const tool = { ...TOOL, mcpServer: 's', mcpServerOrigin: 'stdio', mcp: { sessionId: 'a', requestId: 7 } }
    await recording.session().observeTool(tool, async () => 'x')
    expect(recording.spans().at(-1)?.facts).toMatchObject({
      mcpSessionId: 'a',
      mcpRequestId: '7',
      networkTransport: 'pipe',
    })
  })
})

describe('a question', () => {
  it.each([[{ decision: 'approved', source: 'Config' }], [{ decision: 'approved', remembered: true }]] as const)(
    'that nobody was asked is none: %j',
    async outcome => {
      const recording = recordSpans()
      const session = recording.session()
      await session.observeTurn({ prompt: 'x' }, () => session.observeApproval(TOOL, async () => outcome))
      session.emit('codex.tool_decision', { source: 'User', ...TOOL, ...outcome })
      expect(recording.tree().slice(1)).toEqual(['turn codex-cli done'])
    },
  )

  it('that fails says so, and decides nothing', async () => {
    const recording = recordSpans()
    const asked = recording.session().observeApproval(TOOL, () => Promise.reject(new RangeError('x')))
    await expect(asked).rejects.toThrow('x')
    expect(recording.tree().at(-1)).toBe('approval failed RangeError')
    expect(recording.eventSpans).toEqual([])
  })

  it('is a span for a decision that the application emits by itself', () => {
    const recording = recordSpans()
    recording.session().emit('codex.tool_decision', { ...TOOL, decision: 'denied', source: 'User' })
    expect(recording.tree().at(-1)).toBe('approval done')
  })
})
