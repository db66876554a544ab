import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CodexEventName, CreateTelemetry, SessionTelemetry, Telemetry } from '@codex/otel-api'
import { createTelemetry as noop, telemetryIncluded as noopIncluded } from '@codex/otel-api/noop'
import { createTelemetry as sdk, telemetryIncluded as sdkIncluded } from '@codex/otel-sdk'
import { createTestTelemetry } from '@codex/otel-sdk/testing'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

// One suite for both builds: what holds for an application must not depend on which one it got.
const builds: readonly [string, CreateTelemetry, boolean][] = [
  ['the sdk, exporting', sdk, true],
  ['the sdk, with nothing to export to', sdk, false],
  ['the sdk, in memory', config => createTestTelemetry(config).telemetry, true],
  ['the no-op', noop, true],
]

const SESSION = {
  conversationId: '01a20491-ea9e-7893-8dfd-738a44e42f8c',
  model: 'gpt-5.1-codex',
  originator: 'codex_exec',
  terminalType: 'xterm-256color',
}

describe.each(builds)('%s', (_name, createTelemetry, exporting) => {
  let receiver: Receiver
  let telemetry: Telemetry
  let session: SessionTelemetry
  let home: string

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'codex-otel-conformance-'))
    receiver = await startReceiver()
  })
  afterAll(async () => {
    await receiver.close()
    rmSync(home, { recursive: true })
  })

  beforeEach(() => {
    const exporter = { 'otlp-http': { endpoint: `${receiver.httpUrl}/v1/logs`, protocol: 'binary' } }
    const metricsExporter = { 'otlp-http': { endpoint: `${receiver.httpUrl}/v1/metrics`, protocol: 'binary' } }
    telemetry = createTelemetry({
      config: exporting ? { exporter, metrics_exporter: metricsExporter } : undefined,
      codexHome: home,
      serviceVersion: '1.0.0',
    })
    session = telemetry.session(SESSION)
  })
  afterEach(async () => {
    await telemetry.shutdown({ timeoutMs: 5000 })
  })

  it('has no problem with this configuration', () => {
    expect(telemetry.problems).toEqual([])
  })

  it('returns undefined from emit and takes every call again after shutdown', async () => {
    expect(session.emit('codex.turn_ttft', { durationMs: 1 })).toBeUndefined()
    await expect(telemetry.shutdown({ timeoutMs: 5000 })).resolves.toBe(true)
    expect(session.emit('codex.turn_ttft', { durationMs: 1 })).toBeUndefined()
    await expect(telemetry.shutdown()).resolves.toBe(true)
    await expect(telemetry.flush()).resolves.toBe(true)
    expect(telemetry.session(SESSION).withModel('other')).toBeDefined()
  })

  it('never throws, whatever it is given', () => {
    const emit = session.emit as (name: string, payload?: unknown) => void
    const throwing = {
      get prompt(): string {
        throw new Error('unreadable')
      },
    }
    for (const payload of [undefined, null, 1, 'text', Symbol('s'), () => 1, {}, throwing, { prompt: Symbol('s') }]) {
      for (const name of ['codex.user_prompt', 'codex.tool_result', 'codex.nothing', '__proto__', '']) {
        expect(() => emit(name, payload)).not.toThrow()
      }
    }
  })

  it('takes sessions of any kind, and goes on', async () => {
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const unreadable = {
      get model(): string {
        throw new Error('unreadable')
      },
    }
    const auth = { mode: 'ApiKey', accountId: 5, apiKey: () => 1 }
    const odd = [undefined, null, 1, {}, { model: Symbol('m') }, { model: cyclic }, unreadable, { ...SESSION, auth }]
    for (const options of odd) {
      const open = () => telemetry.session(options as unknown as typeof SESSION)
      expect(open).not.toThrow()
      expect(() => open().emit('codex.turn_ttft', { durationMs: 1 })).not.toThrow()
      expect(() => open().withModel(Symbol('m') as unknown as string)).not.toThrow()
    }
    session.emit('codex.turn_ttft', { durationMs: 1 })
    await expect(telemetry.flush(null as unknown as undefined)).resolves.toBe(true)
    await expect(telemetry.shutdown({ timeoutMs: Number.NaN })).resolves.toBe(true)
  })

  it('leaves what is observed as it is, however odd', async () => {
    const unreadable = {
      get output(): string {
        throw new Error('unreadable')
      },
    }
    const tool = { toolName: 'exec_command', callId: 'call_1', arguments: '{}' }
    await expect(session.observeTool(tool, async () => unreadable)).resolves.toBe(unreadable)
    const bare = Object.create(null)
    await expect(session.observeTool(tool, () => Promise.reject(bare))).rejects.toBe(bare)
    const response = { status: 200, headers: new Headers() }
    await expect(session.observeRequest(null as never, async () => response)).resolves.toBe(response)
    const events = [{ event: 'x' }, { data: { a: 1 } }, null] as unknown as { data: string }[]
    async function* source() {
      yield* events
    }
    const seen: unknown[] = []
    for await (const event of session.observeSse(source())) seen.push(event)
    expect(seen).toEqual(events)
  })

  it('runs an observed request once and returns its answer', async () => {
    const response = { status: 200, headers: new Headers() }
    const send = vi.fn(async () => response)
    await expect(session.observeRequest({ attempt: 0, endpoint: '/responses' }, send)).resolves.toBe(response)
    expect(send).toHaveBeenCalledOnce()
  })

  it('rethrows the very error of an observed request', async () => {
    const error = new Error('refused')
    const send = vi.fn(() => Promise.reject(error))
    await expect(session.observeRequest({ attempt: 0, endpoint: '/responses' }, send)).rejects.toBe(error)
    expect(send).toHaveBeenCalledOnce()
  })

  it('runs an observed tool once and returns its result', async () => {
    const result = { output: 'done', success: true, exitCode: 0 }
    const run = vi.fn(async () => result)
    const tool = { toolName: 'exec_command', callId: 'call_1', arguments: '{}' }
    await expect(session.observeTool(tool, run)).resolves.toBe(result)
    expect(run).toHaveBeenCalledOnce()
  })

  it('rethrows the very error of an observed tool', async () => {
    const error = new Error('broken')
    const tool = { toolName: 'exec_command', callId: 'call_1', arguments: '{}' }
    await expect(session.observeTool(tool, () => Promise.reject(error))).rejects.toBe(error)
  })

  it('gives a promise of whatever an observed call does, at once or later', async () => {
    const wrappers: Record<string, (run: () => Promise<never>) => Promise<unknown>> = {
      observeRequest: run => session.observeRequest({ attempt: 0, endpoint: '/responses' }, run),
      observeTool: run => session.observeTool({ toolName: 't', callId: 'c', arguments: '{}' }, run),
      observeTurn: run => session.observeTurn({ prompt: 'p' }, run),
    }
    const error = new Error('thrown at once')
    for (const [name, wrapper] of Object.entries(wrappers)) {
      const thrown = wrapper(() => {
        throw error
      })
      await expect(thrown, name).rejects.toBe(error)
      const bare = wrapper((() => 'bare') as unknown as () => Promise<never>)
      expect(bare, name).toBeInstanceOf(Promise)
      await expect(bare, name).resolves.toBe('bare')
    }
  })

  it.each(['observeSse', 'observeWebsocket'] as const)(
    '%s passes what a stream gives on unchanged, and what the stream throws',
    async observe => {
      const events = [{ event: 'response.created', data: '{}', id: '1' }, { data: 'not json' }]
      const error = new Error('reset')
      async function* source() {
        yield* events
        throw error
      }
      const pass: (events: AsyncIterable<{ data: string }>) => AsyncIterable<unknown> = session[observe]
      const seen: unknown[] = []
      const read = async () => {
        for await (const event of pass(source())) seen.push(event)
      }
      await expect(read()).rejects.toBe(error)
      expect(seen).toEqual(events)
      expect(seen[0]).toBe(events[0])
    },
  )

  it.each([
    ['the session', () => session],
    ['the process', () => telemetry],
  ])('records metrics of %s without an answer, whatever it is given', (_of, recorder) => {
    const { counter, histogram, recordDuration, startTimer } = recorder() as unknown as Record<
      'counter' | 'histogram' | 'recordDuration' | 'startTimer',
      (...given: unknown[]) => unknown
    >
    const throwing = {
      get kind(): string {
        throw new Error('unreadable')
      },
    }
    for (const name of ['my.metric', 'not a name', '', undefined, Symbol('s'), '__proto__', 'constructor']) {
      for (const value of [1, -1, 0.5, Number.NaN, 10n, 'text', undefined, Symbol('s')]) {
        for (const tags of [undefined, null, {}, { le: '1' }, { kind: 5 }, throwing, 'text', Symbol('s')]) {
          for (const record of [counter, histogram, recordDuration]) expect(record(name, value, tags)).toBeUndefined()
          const timer = startTimer(name, tags) as { end(more?: unknown): unknown }
          expect(timer.end(tags)).toBeUndefined()
          expect(timer.end()).toBeUndefined()
        }
      }
    }
  })

  it('runs what is timed once, and returns or throws what it did', async () => {
    const error = new Error('broken')
    const run = vi.fn(() => 7)
    expect(session.time('t_ms', undefined, run)).toBe(7)
    expect(run).toHaveBeenCalledOnce()
    await expect(session.time('t_ms', { a: 'b' }, async () => 8)).resolves.toBe(8)
    await expect(session.time('t_ms', { a: 'b' }, () => Promise.reject(error))).rejects.toBe(error)
    expect(() =>
      telemetry.time('t_ms', undefined, () => {
        throw error
      }),
    ).toThrow(error)
  })

  it('has timers that end with their block', () => {
    {
      using timer = session.startTimer('t_ms')
      expect(timer.end).toBeTypeOf('function')
    }
    {
      using _timer = telemetry.startTimer('t_ms', { a: 'b' })
    }
  })

  it('runs an observed turn once, and returns or throws what it did', async () => {
    const run = vi.fn(async () => 'answer')
    await expect(session.observeTurn({ prompt: 'p' }, run)).resolves.toBe('answer')
    expect(run).toHaveBeenCalledOnce()
    const error = new Error('broken')
    await expect(session.observeTurn({ prompt: 'p' }, () => Promise.reject(error))).rejects.toBe(error)
    await expect(session.observeTurn(undefined as never, run)).resolves.toBe('answer')
  })

  it('sums a conversation up only where the feature is there', () => {
    session.emit('codex.user_prompt', { prompt: 'p' })
    expect(session.runtimeSummary()?.turns).toBe(createTelemetry === noop ? undefined : 1)
  })

  it('takes every event of the catalogue', () => {
    const names = [
      'codex.conversation_starts',
      'codex.user_prompt',
      'codex.api_request',
      'codex.sse_event',
      'codex.tool_decision',
      'codex.tool_result',
      'codex.turn_ttft',
      'codex.startup_phase',
      'codex.sandbox_outcome',
      'codex.auth_recovery',
      'codex.websocket_connect',
      'codex.websocket_request',
      'codex.agent_response',
      'codex.skill_invocation',
      'codex.guardian_assessment',
      'codex.turn_cost',
    ] satisfies CodexEventName[]
    for (const name of names) expect(() => session.emit(name, { durationMs: 1 } as never)).not.toThrow()
  })
})

describe('the switch', () => {
  it('has a constant in each build that names the build', () => {
    expect([noopIncluded, sdkIncluded]).toEqual([false, true])
  })

  it('makes the no-op once, and has it export nothing', () => {
    const options = { config: { exporter: 'otlp-http' }, codexHome: tmpdir(), serviceVersion: '1.0.0' }
    expect(noop(options)).toBe(noop(options))
    expect(noop(options).enabled).toBe(false)
    expect(noop(options).health()).toBeUndefined()
  })
})
