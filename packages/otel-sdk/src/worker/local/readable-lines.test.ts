import { describe, expect, it } from 'vitest'
import { createReadableLines, type LineStyle } from './readable-lines.ts'

const PLAIN: LineStyle = { colors: false, live: false }
const TIME = '1790000000123000000'

const anyValueOf = (value: unknown): object => {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValueOf) } }
  if (typeof value === 'string') return { stringValue: value }
  return typeof value === 'boolean' ? { boolValue: value } : { intValue: value }
}
const attributesOf = (attributes: Record<string, unknown>) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValueOf(value) }))

const event = (name: string, own: Record<string, unknown>, session: Record<string, unknown> = {}) => ({
  timeUnixNano: TIME,
  eventName: name,
  attributes: attributesOf({ 'event.name': name, ...own, 'event.timestamp': '2026-09-21T14:13:20.123Z', ...session }),
})
const logs = (...logRecords: unknown[]) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
const metrics = (...metrics: unknown[]) => ({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })
const lineOf = (own: Record<string, unknown>, style = PLAIN): string =>
  createReadableLines(style).of(logs(event('codex.x', own)))

describe('the line of an event', () => {
  it('has the items of a list in brackets, in quotes where they are no words', () => {
    const lists = { files: ['a.ts', 'b.ts'], steps: [1, 2], none: [], texts: ['two words', 'x'] }
    expect(lineOf(lists)).toBe(
      '2026-09-21T14:13:20.123Z codex.x files=[a.ts,b.ts] steps=[1,2] none=[] texts="[two words,x]"\n',
    )
  })

  it('begins with time and name, then has the short values, the long ones, and those of the session', () => {
    const long = 'word '.repeat(20).trim()
    const session = { 'conversation.id': 'c', model: 'm' }
    expect(
      createReadableLines(PLAIN).of(
        logs(event('codex.tool_result', { output: long, tool_name: 't', success: true }, session)),
      ),
    ).toBe(
      `2026-09-21T14:13:20.123Z codex.tool_result tool_name=t success=true output="${long}" conversation.id=c model=m\n`,
    )
  })

  it.each([
    ['a line feed and a tab', 'a\n\tb', '"a\\n\\tb"'],
    ['an escape sequence', '\u001b[31mred', '"\\u001b[31mred"'],
    ['a C1 control', 'a\u009b31m', '"a\\u{9b}31m"'],
    ['marks of direction', 'a\u202eb', '"a\\u{202e}b"'],
    ['separators of lines', 'a\u2028b', '"a\\u{2028}b"'],
    ['quotes and an equals sign', 'a="b"', '"a=\\"b\\""'],
    ['nothing', '', '""'],
    ['a word', 'größe-1', 'größe-1'],
  ])('shows %s', (_what, value, shown) => {
    const line = lineOf({ key: value })
    expect(line).toBe(`2026-09-21T14:13:20.123Z codex.x key=${shown}\n`)
  })

  it('shows what is hidden in names and keys', () => {
    const line = createReadableLines(PLAIN).of(logs(event('codex.\u001b[2J', { 'a\nb': 1 })))
    expect(line).toBe('2026-09-21T14:13:20.123Z codex.\\u{1b}[2J a\\u{a}b=1\n')
  })

  it('cuts a long value, and says how long it is', () => {
    expect(lineOf({ key: 'x'.repeat(501) })).toContain(` key=${'x'.repeat(500)}...(501 characters)\n`)
    expect(lineOf({ key: 'x'.repeat(500) })).toContain(` key=${'x'.repeat(500)}\n`)
  })

  it('is coloured only where that is asked for', () => {
    expect(lineOf({ key: 1 }, { colors: true, live: false })).toContain(
      '\u001b[2m2026-09-21T14:13:20.123Z\u001b[0m \u001b[36mcodex.x\u001b[0m ',
    )
    expect(lineOf({ key: 1 })).not.toContain('\u001b')
  })

  it('says what its session is once, and again when it changes', () => {
    const readable = createReadableLines(PLAIN)
    const lines = ['a', 'b', 'a', 'a'].map(id =>
      readable.of(logs(event('codex.x', {}, { 'conversation.id': id, model: 'm' }))),
    )
    lines.push(readable.of(logs(event('codex.x', {}, { 'conversation.id': 'a', model: 'n' }))))
    expect(lines.map(line => line.slice(33))).toEqual([
      'conversation.id=a model=m\n',
      'conversation.id=b model=m\n',
      'conversation.id=a\n',
      'conversation.id=a\n',
      'conversation.id=a model=n\n',
    ])
  })

  it('names a conversation to a person only where it changes', () => {
    const readable = createReadableLines({ colors: false, live: true })
    const lines = ['a', 'a', 'b', 'a'].map(id => readable.of(logs(event('codex.x', {}, { 'conversation.id': id }))))
    expect(lines.map(line => line.replace(/^\d\d:\d\d:\d\d\.123 codex\.x ?/, ''))).toEqual([
      'conversation.id=a\n',
      '\n',
      'conversation.id=b\n',
      'conversation.id=a\n',
    ])
  })
})

describe('the lines of metrics', () => {
  const tags = attributesOf({ 'app.version': '1', model: 'm', tool: 'exec', success: true })
  const point = { timeUnixNano: TIME, attributes: tags }

  it('are one for each series, with the tags of the session last', () => {
    const sum = {
      aggregationTemporality: 1,
      dataPoints: [
        { ...point, asInt: '3' },
        { ...point, asDouble: 0.5, attributes: [] },
      ],
    }
    expect(createReadableLines(PLAIN).of(metrics({ name: 'codex.tool.call', sum }))).toBe(
      '2026-09-21T14:13:20.123Z codex.tool.call +3 tool=exec success=true app.version=1 model=m\n' +
        '2026-09-21T14:13:20.123Z codex.tool.call +0.5\n',
    )
  })

  it('have no sign where they are totals', () => {
    const sum = { aggregationTemporality: 2, dataPoints: [{ timeUnixNano: TIME, asInt: '30' }] }
    expect(createReadableLines(PLAIN).of(metrics({ name: 'n', sum }))).toBe('2026-09-21T14:13:20.123Z n 30\n')
  })

  it('give the mean and the extremes of a distribution', () => {
    const one = { timeUnixNano: TIME, count: '1', sum: 7, min: 7, max: 7 }
    const many = { timeUnixNano: TIME, count: '4', sum: 10, min: 1, max: 4 }
    const histogram = { aggregationTemporality: 1, dataPoints: [one, many] }
    expect(createReadableLines(PLAIN).of(metrics({ name: 'n', unit: 'ms', histogram }))).toBe(
      '2026-09-21T14:13:20.123Z n +1 7ms\n2026-09-21T14:13:20.123Z n +4 avg 2.5ms min 1ms max 4ms\n',
    )
  })
})

it('a request without records has no lines', () => {
  expect(createReadableLines(PLAIN).of({ resourceLogs: [{ resource: {} }] })).toBe('')
})

describe('the line of a span', () => {
  const span = {
    name: 'chat gpt-5.1-codex',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    startTimeUnixNano: TIME,
    endTimeUnixNano: '1790000001327000000',
    attributes: attributesOf({
      'gen_ai.conversation.id': 'c',
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.response.finish_reasons': ['stop'],
    }),
  }
  const spans = (...spans: unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] })
  const lineOfSpan = (more: object): string => createReadableLines(PLAIN).of(spans({ ...span, ...more }))

  it('has how long it took, what it has of its own, and its trace', () => {
    expect(lineOfSpan({})).toBe(
      '2026-09-21T14:13:20.123Z chat gpt-5.1-codex 1.2s gen_ai.usage.input_tokens=12 gen_ai.response.finish_reasons=[stop] trace_id=4bf92f3577b34da6a3ce929d0e0e4736\n',
    )
  })

  it('says that it failed, and why where that is known', () => {
    const status = { code: 2, message: 'rate limit' }
    const attributes = attributesOf({ 'error.type': '429' })
    expect(lineOfSpan({ status, attributes, endTimeUnixNano: '1790000000130250000' })).toBe(
      '2026-09-21T14:13:20.123Z chat gpt-5.1-codex failed after 7.3ms error.type=429 status="rate limit" trace_id=4bf92f3577b34da6a3ce929d0e0e4736\n',
    )
  })
})
