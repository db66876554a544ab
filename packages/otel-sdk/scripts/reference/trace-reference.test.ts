import { readFileSync } from 'node:fs'
import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { describe, expect, it } from 'vitest'
import { EVENT_TABLE } from '../../src/catalogue/event-table.ts'
import { FREE_TEXT_FIELDS, type SpanAttribute, type SpanFactName, spanRow } from '../../src/catalogue/span-row.ts'
import { EVERY_SPAN, SPAN_TABLE } from '../../src/catalogue/span-table.ts'
import type { SpanFacts } from '../../src/protocol/span-tuple.ts'
import { traceReference } from './trace-reference.ts'

const page = readFileSync(new URL('../../../../docs/traces.md', import.meta.url), 'utf8')
const all = [EVERY_SPAN, ...Object.values(SPAN_TABLE).map(({ attributes }) => attributes)]
const names = all.flatMap(attributes => Object.keys(attributes))

describe('docs/traces.md', () => {
  it('is what the table says; `npm run docs` writes it', () => {
    expect(page).toBe(traceReference())
  })

  it('has every attribute and every span event', () => {
    for (const name of names) expect(page).toContain(`| \`${name}\` |`)
    for (const { events } of Object.values(SPAN_TABLE))
      for (const event of Object.keys(events)) expect(page).toContain(`| \`${event}\` |`)
  })
})

describe('the table of spans', () => {
  it('uses names of the conventions only as the conventions have them', () => {
    const known = new Set(Object.values(conventions))
    const borrowed = names.filter(name => !name.startsWith('codex.'))
    expect(borrowed.filter(name => !known.has(name as never) && name !== 'openai.api.type')).toEqual([])
  })

  it('knows every field that holds a text of a person or a program', () => {
    const fields = Object.values(EVENT_TABLE).flatMap(({ columns }) =>
      Object.entries(columns).flatMap(([field, { type }]) => (type === 'free-text' ? [field] : [])),
    )
    expect(new Set(FREE_TEXT_FIELDS)).toEqual(new Set(fields))
  })

  it('has a place for everything that the application says of a span', () => {
    const used = new Set(
      all.flatMap(attributes =>
        Object.values(attributes).flatMap(({ source }) => (source.from === 'fact' ? [source.name] : [])),
      ),
    )
    const facts: Record<keyof Required<SpanFacts>, true> & Record<SpanFactName, true> = {
      turnIndex: true,
      spansDropped: true,
      turnOutcome: true,
      provider: true,
      serverAddress: true,
      serverPort: true,
      responseId: true,
      responseModel: true,
      finishReasons: true,
      firstChunkSeconds: true,
      toolNamespace: true,
      callId: true,
      argumentsLength: true,
      outputLength: true,
      outputLineCount: true,
      exitCode: true,
      sandbox: true,
      mcpSessionId: true,
      mcpProtocolVersion: true,
      mcpRequestId: true,
      networkTransport: true,
    }
    // How a turn ended is told together with how its span ended.
    expect(Object.keys(facts).filter(fact => !used.has(fact as SpanFactName))).toEqual(['turnOutcome'])
  })

  it('puts usage, models and tools on spans of one type alone', () => {
    const holders = (pattern: RegExp): string[] =>
      Object.entries(SPAN_TABLE).flatMap(([type, { attributes }]) =>
        Object.keys(attributes).some(name => pattern.test(name)) ? [type] : [],
      )
    expect(holders(/^gen_ai\.(?:usage|request|response)\./)).toEqual(['chat'])
    expect(holders(/^gen_ai\.tool\./)).toEqual(['tool'])
    expect(holders(/^model$|cache_write\.input_tokens$|^user\.|output\.messages$/)).toEqual([])
  })

  it('has texts only where the operator asks for them', () => {
    const texts = all.flatMap(attributes =>
      Object.entries(attributes).flatMap(([name, { source }]) => (source.from === 'content' ? [name] : [])),
    )
    expect(texts).toEqual(['gen_ai.input.messages', 'gen_ai.tool.call.arguments', 'gen_ai.tool.call.result'])
    const known = names.filter(name => /messages|system_instructions|call\.(?:arguments|result)|prompt$/.test(name))
    expect(known).toEqual(texts)
  })

  it('does not compile with an attribute where it may not stand', () => {
    const spec: SpanAttribute = { type: 'string', source: { from: 'label' }, doc: '' }
    const row = { name: 'x', kind: 'internal', doc: '', events: {} } as const
    // @ts-expect-error a model stands on chats alone
    spanRow<'turn'>()({ ...row, attributes: { 'gen_ai.request.model': spec } })
    // @ts-expect-error usage stands on chats alone
    spanRow<'tool'>()({ ...row, attributes: { 'gen_ai.usage.input_tokens': spec } })
    // @ts-expect-error a tool stands on tool calls alone
    spanRow<'approval'>()({ ...row, attributes: { 'gen_ai.tool.name': spec } })
    // @ts-expect-error any span with a model would be a call of it
    spanRow<'chat'>()({ ...row, attributes: { model: spec } })
    // @ts-expect-error the later spelling would be added to the earlier one
    spanRow<'chat'>()({ ...row, attributes: { 'gen_ai.usage.cache_write.input_tokens': spec } })
    // @ts-expect-error the user's prompt stands on turns alone
    spanRow<'chat'>()({ ...row, attributes: { 'gen_ai.input.messages': spec } })
    // @ts-expect-error a text of the model's stands nowhere
    spanRow<'turn'>()({ ...row, attributes: { 'gen_ai.output.messages': spec } })
    expect(spanRow<'chat'>()({ ...row, attributes: { 'gen_ai.request.model': spec } }).name).toBe('x')
  })
})
