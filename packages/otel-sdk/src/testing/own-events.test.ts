import type { AttributeValue, SessionOptions } from '@codex/otel-api'
import { describe, expect, it } from 'vitest'
import { createTestTelemetry, type TestTelemetryOptions } from './index.ts'

declare module '@codex/otel-api' {
  interface OwnEvents {
    'my_agent.plan_changed': { steps: number; mode: 'fast' | 'careful'; files?: readonly string[]; reason?: string }
  }
}

const SESSION: SessionOptions = {
  conversationId: 'conversation 7',
  model: 'some-model',
  originator: 'my_agent',
  terminalType: 'dumb',
}
/** Not in one piece: programs look for such in sources. */
const TOKEN = ['gh', 'p_', 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzaB3'].join('')
/** The attributes that the session gives to every event. */
const COMMON = {
  'conversation.id': 'conversation 7',
  'app.version': '0.0.0',
  originator: 'my_agent',
  'terminal.type': 'dumb',
  model: 'some-model',
  slug: 'some-model',
}

function open(session: Partial<SessionOptions> = {}, options: TestTelemetryOptions = {}) {
  const test = createTestTelemetry(options)
  const opened = test.telemetry.session({ ...SESSION, ...session })
  const emit = opened.emit as (name: unknown, payload?: unknown) => void
  const last = () => test.snapshot().events.at(-1)?.attributes
  /** The attributes of one event, without those of every event. */
  const sent = (payload: unknown) => {
    emit('my_agent.tested', payload)
    const own = Object.entries(last() ?? {}).filter(
      ([name]) => !Object.hasOwn(COMMON, name) && !name.startsWith('event.'),
    )
    return Object.fromEntries(own)
  }
  const said = () => test.snapshot().diagnostics.map(({ code, message }) => `${code}: ${message}`)
  const dropped = () => test.telemetry.health()?.logs.dropped
  return { ...test, session: opened, emit, last, sent, said, dropped }
}

describe("an agent's own event", () => {
  it('has its attributes as they were given, and those of every event', () => {
    const { session, snapshot } = open()
    session.emit('my_agent.plan_changed', { steps: 3, mode: 'fast', files: ['a.ts', 'b.ts'] })
    const [event] = snapshot().events
    expect(event).toMatchObject({ name: 'my_agent.plan_changed', timeMs: expect.any(Number) })
    expect(event?.attributes).toEqual({
      'event.name': 'my_agent.plan_changed',
      'event.timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      steps: 3,
      mode: 'fast',
      files: ['a.ts', 'b.ts'],
      ...COMMON,
    })
    expect(snapshot().diagnostics).toEqual([])
  })

  it('needs no attributes, and leaves out those that are undefined or null', () => {
    const { sent, said } = open()
    expect(sent({})).toEqual({})
    expect(sent({ a: undefined, b: null, c: 0, d: false, e: '' })).toEqual({ c: 0, d: false, e: '' })
    expect(said()).toEqual([])
  })

  it('is as it was when it was emitted, whatever becomes of the object', () => {
    const { emit, last } = open()
    const files = ['a.ts']
    const payload: Record<string, unknown> = { files, mode: 'fast' }
    emit('my_agent.tested', payload)
    files.push('b.ts')
    payload.mode = 'careful'
    expect(last()).toMatchObject({ files: ['a.ts'], mode: 'fast' })
  })

  it.each([
    ['the originator', { originator: 'my.agent-2' }, {}, 'my.agent-2'],
    ['what the application declares', {}, { eventPrefix: 'other' }, 'other'],
    ["what one of Codex's own programs declares", { originator: 'codex_exec' }, { eventPrefix: 'demo' }, 'demo'],
  ])('begins with %s', (_what, session, options, prefix) => {
    const { emit, snapshot, dropped } = open(session, options)
    emit(`${prefix}.tested`, {})
    emit('my_agent.tested', {})
    expect(snapshot().events.map(({ name }) => name as string)).toEqual([`${prefix}.tested`])
    expect(dropped()).toEqual({ invalid: 1 })
  })

  it.each([
    ['a name that is no text', 7],
    ['a symbol for a name', Symbol('my_agent.x')],
    ['no name', undefined],
    ['the prefix alone', 'my_agent'],
    ['nothing behind the prefix', 'my_agent.'],
    ['a prefix that only begins so', 'my_agent2.tested'],
    ['a space in its name', 'my_agent.a b'],
    ['an emoji in its name', 'my_agent.🚀'],
    ['a NUL in its name', 'my_agent.a\0'],
    ['a line break behind its name', 'my_agent.a\n'],
    ['a name without end', `my_agent.${'x'.repeat(1_000_000)}`],
    ['the name of an object', '__proto__'],
    ['a name of the catalogue that is misspelt', 'codex.user_promt'],
    ['a name that only the library has', 'codex_otel.doctor'],
  ])('with %s is dropped, counted and reported once', (_what, name) => {
    const { emit, snapshot, said, dropped } = open()
    for (let i = 0; i < 3; i++) emit(name, { a: 1 })
    expect(snapshot().events).toEqual([])
    expect(dropped()).toEqual({ invalid: 3 })
    expect(said()).toEqual([expect.stringMatching(/^event-invalid: the event ".*" was dropped, as will be others: /)])
    expect(said()[0]?.length).toBeLessThan(300)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'a'],
    ['a number', 7],
    ['a function', () => {}],
    ['a list', [1]],
    ['a map', new Map([['a', 1]])],
    [
      'an object whose keys cannot be listed',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no')
          },
        },
      ),
    ],
  ])('with %s in place of its attributes is dropped, counted and reported once', (_what, payload) => {
    const { emit, snapshot, said, dropped } = open()
    for (let i = 0; i < 3; i++) emit('my_agent.tested', payload)
    expect(snapshot().events).toEqual([])
    expect(dropped()).toEqual({ invalid: 3 })
    expect(said()).toEqual([expect.stringContaining('event-invalid: the event "my_agent.tested" was dropped')])
  })

  it('of a session whose originator can be no prefix says what is needed', () => {
    const { emit, said } = open({ originator: 'codex_exec' })
    emit('my_agent.tested', {})
    expect(said()).toEqual([expect.stringContaining("the agent's own need an eventPrefix")])
  })

  it.each(['codex', 'Codex.sub', 'codex_otel', 'my agent', 'my_agent.', '7', '', 'x'.repeat(300), 7, {}])(
    'cannot begin with %j, which is a problem of the application that is said',
    eventPrefix => {
      const { problems } = open({}, { eventPrefix: eventPrefix as string })
      expect(problems).toMatchObject([{ severity: 'warning', key: 'eventPrefix' }])
      expect(problems[0]?.message).toMatch(/^eventPrefix: found .*; allowed: .*; it counts as not given$/)
    },
  )
})

describe('an attribute of an own event', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic

  it.each<[string, unknown, AttributeValue]>([
    ['a text', 'a', 'a'],
    ['a whole number', 2 ** 53 - 1, 2 ** 53 - 1],
    ['a large number', 1e300, 1e300],
    ['a fraction', 0.5, 0.5],
    ['a bigint that a number holds', 7n, 7],
    ['a list of texts', ['a', 'b'], ['a', 'b']],
    ['a list of numbers', [1, 2.5], [1, 2.5]],
    ['a list of truth values', [true, false], [true, false]],
    ['an empty list', [], []],
  ])('is sent where it is %s', (_what, value, expected) => {
    const { sent, said } = open()
    expect(sent({ value })).toEqual({ value: expected })
    expect(said()).toEqual([])
  })

  it.each<[string, unknown, string]>([
    ['a function', () => {}, 'it is a function'],
    ['a symbol', Symbol('a'), 'it is a symbol'],
    ['an object', { a: 1 }, 'it is an object'],
    ['a date', new Date(0), 'it is an object'],
    ['a cycle', cyclic, 'it is an object'],
    ['a text in an object', Object('a'), 'it is an object'],
    ['no number', Number.NaN, 'it is a number that is not finite'],
    ['infinity', Number.POSITIVE_INFINITY, 'it is a number that is not finite'],
    ['an integer that is too large', 2n ** 64n, 'it is an integer that is too large'],
    ['a list of two kinds', ['a', 1], 'it is a list of values of two kinds'],
    ['a list with a hole', new Array(1), 'it is a list that holds nothing'],
    ['a list of lists', [[1]], 'it is a list that holds an object'],
    ['a list without end', new Array(2 ** 31), 'it is a list of more than 128 items'],
    [
      'a list that cannot be read',
      new Proxy([1], {
        get: () => {
          throw new Error('no')
        },
      }),
      'it cannot be read',
    ],
  ])('is left out where it is %s, and the event is sent without it', (_what, value, problem) => {
    const { sent, said, dropped } = open()
    for (let i = 0; i < 2; i++) expect(sent({ value, kept: 1 })).toEqual({ kept: 1 })
    expect(dropped()).toEqual({})
    expect(said()).toEqual([expect.stringContaining(`of the event "my_agent.tested": ${problem}`)])
    expect(said()[0]).toMatch(/^attribute-invalid: the attribute "value" was left out, as will be others: /)
  })

  it('whose getter throws is left out', () => {
    const { sent, said } = open()
    expect(
      sent({
        get value() {
          throw new Error('no')
        },
        kept: 1,
      }),
    ).toEqual({ kept: 1 })
    expect(said()).toEqual([expect.stringContaining('it cannot be read')])
  })

  it.each([
    ['', 'a name has'],
    ['a b', 'a name has'],
    ['🚀', 'a name has'],
    ['a\0', 'a name has'],
    ['__proto__', 'a name has'],
    ['1st', 'a name has'],
    ['x'.repeat(256), 'more than 255'],
    ['event.name', 'this library sets'],
    ['event.timestamp', 'this library sets'],
    ['conversation.id', 'this library sets'],
    ['user.email', 'this library sets'],
    ['model', 'this library sets'],
    ['auth.env_openai_api_key_present', 'this library sets'],
  ])('called %j is left out', (name, problem) => {
    const { sent, last, said } = open()
    const payload = JSON.parse(`{${JSON.stringify(name)}:"x","kept":1}`) as object
    expect(sent(payload)).toEqual({ kept: 1 })
    expect(last()).toMatchObject(COMMON)
    expect(Object.getPrototypeOf(last())).toBe(Object.prototype)
    expect(said()).toEqual([expect.stringContaining(problem)])
  })

  it.each(['constructor', 'toString', 'hasOwnProperty', 'duration_ms', 'tool_name', 'a/b.c-d_e'])(
    'may be called %s',
    name => {
      const { sent, said } = open()
      expect(sent({ [name]: 'x' })).toEqual({ [name]: 'x' })
      expect(said()).toEqual([])
    },
  )

  it('past 128 is left out, and that is said once', () => {
    const { sent, said } = open()
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`a${i}`, i]))
    expect(Object.keys(sent(many))).toHaveLength(128)
    expect(said()).toEqual([expect.stringContaining('there are more than 128')])
  })

  it('past 262,144 characters of all texts is left out', () => {
    const { sent, said } = open()
    const text = 'x'.repeat(65_536)
    const [a, b, c, d, e] = [text, text, [text], text, 'too much']
    expect(Object.keys(sent({ a, b, c, d, e, kept: 1 }))).toEqual(['a', 'b', 'c', 'd', 'kept'])
    expect(said()).toEqual([expect.stringContaining('all texts together have more than 262144 characters')])
  })

  it('is cut at 65,536 bytes, with a notice', () => {
    const { sent } = open()
    expect(sent({ text: 'x'.repeat(1_000_000) }).text).toBe(
      `${'x'.repeat(65_536)}\n[... telemetry preview truncated ...]`,
    )
  })

  it('holds no secret: not in a text, not in a list, not by its name, and not in its name', () => {
    const { emit, last, snapshot } = open()
    emit('my_agent.tested', { note: `Use ${TOKEN}.`, list: [TOKEN], 'db.password': 'hunter2', [`k.${TOKEN}`]: 1 })
    emit(`my_agent.${TOKEN}`, {})
    expect(snapshot().events[0]?.attributes).toMatchObject({
      note: 'Use [SCRUBBED:github-token].',
      list: ['[SCRUBBED:github-token]'],
      'db.password': '[SCRUBBED:password]',
    })
    expect(last()?.['event.name']).toContain('[SCRUBBED:github-token]')
    expect(JSON.stringify(snapshot())).not.toContain(TOKEN)
    expect(JSON.stringify(snapshot())).not.toContain('hunter2')
  })

  it('gives no secret to a message', () => {
    const { sent, said } = open()
    sent({ [`${TOKEN} x`]: TOKEN, note: { TOKEN }, [TOKEN]: [TOKEN, 1] })
    expect(said().length).toBeGreaterThan(1)
    expect(said().join()).not.toContain(TOKEN)
  })

  it('with the name of a text of the catalogue follows the policy of that text', () => {
    const payload = { prompt: 'p', arguments: 'a', output: 'o', 'error.message': 'e', response: 'r', note: 'n' }
    expect(open().sent(payload)).toEqual({ ...payload, prompt: '[REDACTED]', response: '[REDACTED]' })
    const content = { tool_arguments: 'length', tool_output: 'off', error_text: 'off' }
    const config = { log_user_prompt: true, log_agent_responses: true, content }
    expect(open({}, { config }).sent(payload)).toEqual({
      ...payload,
      arguments: '[REDACTED length=1]',
      output: '[REDACTED]',
      'error.message': '[REDACTED]',
    })
  })

  it.each([
    ['off', '[REDACTED]'],
    ['length', '[REDACTED length=2]'],
    ['misspelt', '[REDACTED]'],
  ])('is no text where the operator says own_events = "%s"', (policy, text) => {
    const config = { log_user_prompt: true, content: { own_events: policy } }
    const { sent, last } = open({ attributes: { team: 'ab', tier: 2 } }, { config })
    expect(sent({ note: 'ab', prompt: 'ab', list: ['ab', 'cd'], steps: 3 })).toEqual({
      note: text,
      prompt: text,
      list: [text, text],
      steps: 3,
      team: text,
      tier: 2,
    })
    expect(last()).toMatchObject(COMMON)
  })
})

describe('the attributes of a session', () => {
  it('go on each of its events, of every model, and on no metric', () => {
    const { session, snapshot } = open({ attributes: { 'agent.role': 'planner', depth: 2, tags: ['a'] } })
    session.emit('codex.turn_ttft', { durationMs: 1 })
    session.emit('codex.skill_invocation', { turnId: 't', skillName: 's', invocationType: 'explicit' })
    session.withModel('other').emit('my_agent.plan_changed', { steps: 1, mode: 'fast' })
    session.counter('my_agent.counter', 1)
    expect(snapshot().events).toHaveLength(3)
    for (const { attributes } of snapshot().events) {
      expect(attributes).toMatchObject({ 'agent.role': 'planner', depth: 2, tags: ['a'] })
    }
    expect(snapshot().metrics.length).toBeGreaterThan(1)
    expect(JSON.stringify(snapshot().metrics)).not.toMatch(/planner|agent.role/)
  })

  it('yield to those of an own event', () => {
    const { sent, last } = open({ attributes: { mode: 'session', kept: 1 } })
    expect(sent({ mode: 'event' })).toEqual({ mode: 'event', kept: 1 })
    // As in every record, what is the event's own stands before its time, and what is the session's behind.
    expect(Object.keys(last() ?? {}).slice(0, 4)).toEqual(['event.name', 'mode', 'event.timestamp', 'kept'])
  })

  it('are those of its beginning, whatever becomes of the object', () => {
    const attributes: Record<string, AttributeValue> = { mode: 'fast' }
    const { sent } = open({ attributes })
    attributes.mode = 'careful'
    attributes.later = 1
    expect(sent({})).toEqual({ mode: 'fast' })
  })

  it.each([
    'conversation.id',
    'event.name',
    'originator',
    'user.email',
    'duration_ms',
    'tool_name',
    'output_truncated',
    'error.message',
    '__proto__',
    'a b',
  ])('cannot be called %s', name => {
    const attributes = JSON.parse(`{${JSON.stringify(name)}:"x","kept":1}`) as Record<string, AttributeValue>
    const { session, sent, last, said } = open({ attributes })
    expect(sent({})).toEqual({ kept: 1 })
    session.emit('codex.turn_ttft', { durationMs: 1 })
    expect(last()).toMatchObject({ ...COMMON, duration_ms: '1', kept: 1 })
    expect(said()).toEqual([expect.stringContaining('was left out, as will be others: of a session: ')])
  })

  it.each([
    ['more than 32', () => Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`a${i}`, i])), 32],
    [
      'all texts together',
      () => Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${i}`, 'x'.repeat(9999)])),
      8,
    ],
  ])('are limited: %s', (problem, attributes, taken) => {
    const { sent, said } = open({ attributes: attributes() })
    const own = sent({})
    expect(Object.keys(own)).toHaveLength(taken)
    expect(JSON.stringify(own).length).toBeLessThan(10_000)
    expect(said().join()).toContain(problem)
  })

  it.each([null, 7, 'text', ['a'], new Map([['a', 1]]), () => {}])('are none where they are none: %j', attributes => {
    const { sent, said } = open({ attributes: attributes as never })
    expect(sent({ kept: 1 })).toEqual({ kept: 1 })
    expect(said()).toHaveLength(attributes === null ? 0 : 1)
  })

  it('hold no secret', () => {
    const { sent, snapshot } = open({ attributes: { note: TOKEN, 'api.token': 'hunter2hunter2' } })
    sent({})
    expect(JSON.stringify(snapshot())).not.toMatch(new RegExp(`${TOKEN}|hunter2`))
  })
})
