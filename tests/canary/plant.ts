import type { CodexEventName, CodexEvents, SessionOptions, SessionTelemetry, Telemetry } from '@codex/otel-api'
import { type Column, METRIC_FIELDS, ROWS } from '../../packages/otel-sdk/src/catalogue/event-table.ts'
import type { InstrumentKind } from '../../packages/otel-sdk/src/catalogue/instrument.ts'
import { METRICS } from '../../packages/otel-sdk/src/catalogue/metric-table.ts'
import { CANARY_KINDS, type Places } from './canaries.ts'

/** Gives the canary of a place. */
type At = (place: string) => string

/**
 * Puts a canary of each kind into every text that an application can hand over with a session: every option, every field
 * of every event, and every tag of every metric, by the library's own tables; and all of what the application names itself,
 * its events with `eventPrefix` among them.
 */
export async function plant(telemetry: Telemetry, places: Places, eventPrefix: string): Promise<void> {
  for (const [kind, canary] of Object.entries(CANARY_KINDS)) {
    const at: At = place => canary(places.of(`${place}, ${kind}`))
    const session = telemetry.session(anything(at, 'session') as SessionOptions)
    plantEvents(session, at)
    plantMetrics(session, at)
    plantMetrics(telemetry.session({ ...PLAIN_SESSION }), place => at(`${place} beside a plain session`))
    plantEvents(session.withModel(at('withModel model'), at('withModel slug')), at)
    await plantObserved(session, at)
    await plantSpans(session, at)
    plantOwn(telemetry, eventPrefix, at)
    // Names are cut at a length of their own; a secret may begin just before it.
    const crossing = telemetry.session(
      anything(place => ' '.repeat(NAME_LIMIT - 16) + at(`${place} across the limit`), 'session') as SessionOptions,
    )
    crossing.emit('codex.turn_ttft', { durationMs: 1 })
  }
}

const NAME_LIMIT = 1024
const PLAIN_SESSION: SessionOptions = { conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' }

/** What the agent declares: attributes of a session, and events with attributes. */
function plantOwn(telemetry: Telemetry, prefix: string, at: At): void {
  const own = (place: string): object => ({
    note: at(`${place} value`),
    list: ['a', at(`${place} item`)],
    [at(`${place} name`)]: 'x',
    [`x.${at(`${place} end of a name`)}`]: 'x',
    nested: { text: at(`${place} nested`) },
  })
  const session = telemetry.session({
    ...PLAIN_SESSION,
    attributes: own('session.attributes') as Record<string, never>,
  })
  const emit = (name: string, payload: object): void => session.emit(name as CodexEventName, payload as never)
  emit('codex.turn_ttft', { durationMs: 1 })
  // Withheld or cut as the field of that name in the catalogue is.
  emit(`${prefix}.own`, { ...own('own event'), prompt: at('own event prompt') })
  emit(`${prefix}.${at('the end of the name of an own event')}`, { a: 1 })
  emit(`other.${at('the end of a name without the prefix')}`, own('an event that is not own'))
}

/** Something in which any field is there, whatever its name, and which is a text as well: what is read of it shows. */
function anything(at: At, path: string): unknown {
  return new Proxy(
    {},
    {
      get(_, key) {
        if (key === Symbol.toPrimitive) return () => at(path)
        return typeof key === 'symbol' ? undefined : anything(at, `${path}.${key}`)
      },
    },
  )
}

function plantEvents(session: SessionTelemetry, at: At): void {
  const emit = (name: string, payload: object): void =>
    session.emit(name as CodexEventName, payload as CodexEvents[CodexEventName])
  for (const { name, fields, columns } of ROWS) {
    const all = [...fields, ...METRIC_FIELDS]
    const inPlace = (field: string): string => at(`${name} ${field}`)
    emit(name, Object.fromEntries(all.map((field, i) => [field, fieldValue(columns[i], inPlace(field))])))
    // What a program without types may hand over.
    emit(name, Object.fromEntries(all.map(field => [field, inPlace(field)])))
    emit(name, Object.fromEntries(all.map(field => [field, [inPlace(field), inPlace(field)]])))
    emit(name, Object.fromEntries(all.map(field => [field, { toString: () => inPlace(field) }])))
  }
  emit(at('the name of an event'), { toolName: at('an event that there is not') })
}

/** The canary where the column is a text, else a value that fits it. A field without a column is told by metrics alone. */
function fieldValue(column: Column | undefined, canary: string): unknown {
  switch (column?.type) {
    case 'int':
    case 'int-text':
      return 7
    case 'bool':
    case 'bool-text':
      return true
    case 'list':
      return ['a', canary]
    default:
      return canary
  }
}

function plantMetrics(session: SessionTelemetry, at: At): void {
  for (const [name, { kind, tags }] of Object.entries(METRICS)) {
    for (const tag of tags) record(session, kind, name, { [tag]: at(`${name} ${tag}`) })
    for (const tag of tags) record(session, kind, `${name}.own`, { [tag]: at(`${name}.own ${tag}`) })
  }
  for (const kind of KINDS) {
    record(session, kind, at(`the name of a ${kind}`), {})
    record(session, kind, `application.${at(`the end of the name of a ${kind}`)}.${kind}`, {})
    record(session, kind, `application.${kind}`, { [at(`the key of a tag of a ${kind}`)]: 'x' })
    record(session, kind, `application.${kind}`, { key: `x.${at(`the end of a tag of a ${kind}`)}` })
  }
  // Of a kind that the name does not stand for: the refusal may not name more than the name.
  const taken = at('a name that is taken')
  for (const kind of KINDS) record(session, kind, taken, {})
}

const KINDS: readonly InstrumentKind[] = ['counter', 'histogram', 'duration']

function record(session: SessionTelemetry, kind: InstrumentKind, name: string, tags: Record<string, string>): void {
  if (kind === 'counter') session.counter(name, 1, tags)
  else if (kind === 'histogram') session.histogram(name, 1, tags)
  else session.recordDuration(name, 1, tags)
}

/** What the helpers around requests, streams and tools read. */
async function plantObserved(session: SessionTelemetry, at: At): Promise<void> {
  for (const status of [200, 401, 500]) {
    const headers = { get: (name: string) => at(`the header ${name} of an answer`) }
    const request = {
      attempt: 0,
      endpoint: at('observeRequest endpoint'),
      authHeaderName: at('observeRequest header'),
      serverAddress: at('observeRequest server'),
    }
    await session.observeRequest(request, async () => ({ status, headers }))
  }
  const fail = async (place: string): Promise<never> => Promise.reject(new Error(at(place)))
  const tool = {
    toolName: at('observeTool name'),
    callId: at('observeTool id'),
    arguments: at('observeTool arguments'),
  }
  await session.observeTool(tool, async () => at('observeTool output'))
  await session.observeTool(tool, () => fail('observeTool error')).catch(() => {})
  await session.observeTurn({ prompt: at('observeTurn prompt') }, () => fail('observeTurn error')).catch(() => {})
  for (const type of ['response.failed', 'response.completed', 'response.incomplete', at('the type of a message')]) {
    const error = { code: at('the code of an error'), message: at('the message of an error') }
    const incomplete_details = { reason: at('a reason') }
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 }
    const data = JSON.stringify({ type, response: { error, incomplete_details, usage } })
    for (const text of [data, data.slice(0, -1)]) {
      for await (const _ of session.observeSse(messages({ event: type, data: text }))) {
      }
      for await (const _ of session.observeWebsocket(messages({ event: type, data: text }))) {
      }
    }
  }
}

/** What goes on spans alone: the application's own, and what it says of those that are made for it. */
async function plantSpans(session: SessionTelemetry, at: At): Promise<void> {
  const tool = {
    toolName: at('a tool with a span'),
    toolNamespace: at('the namespace of a tool'),
    callId: at('the id of a call'),
    arguments: at('the arguments of a call'),
    sandbox: at('the sandbox of a call'),
    mcpServer: at('the MCP server of a call'),
    mcpServerOrigin: at('the origin of an MCP server'),
    mcp: {
      sessionId: at('the session of an MCP server'),
      protocolVersion: at('the version of an MCP server'),
      requestId: at('the request to an MCP server'),
      transport: at('the transport of an MCP server') as 'pipe',
    },
  }
  await session.observeTurn({ prompt: at('the prompt of a turn with spans') }, async () => {
    await session.observeApproval(tool, async () => ({
      decision: at('the decision of a question') as 'approved',
      source: at('the source of a decision') as 'User',
    }))
    await session.observeTool(tool, async () => {
      const subagent = session.subagent({
        conversationId: at('the conversation of a sub-agent'),
        agentName: at('the name of a sub-agent'),
        model: at('the model of a sub-agent'),
        callId: tool.callId,
      })
      await subagent.observeTurn({ prompt: at('the prompt of a sub-agent') }, async () => {})
      return { output: at('the output of a call'), success: false, errorType: at('the error type of a call') }
    })
    session.span(at('the name of a span'), { note: at('an attribute of a span') }, span => {
      span.set({ [at('the name of an attribute of a span')]: 'x', prompt: at('a text among the attributes of a span') })
      span.event(at('the name of an event of a span'), {
        list: ['a', at('an attribute of an event of a span')],
        [at('the name of an attribute of an event of a span')]: 'x',
      })
      span.fail(at('the failure of a span'))
      span.span(at('the name of a span below another'), undefined, () => {})
    })
    const response = { id: at('the id of a response'), model: at('the model of a response') }
    const incomplete_details = { reason: at('the reason of an incomplete response') }
    for (const [type, more] of [
      ['response.completed', {}],
      ['response.incomplete', { incomplete_details }],
      ['response.failed', { error: { code: at('the code of a failed response') } }],
    ] as const) {
      const data = JSON.stringify({ type, response: { ...response, ...more } })
      for await (const _ of session.observeSse(messages({ event: type, data }))) {
      }
    }
    const failure = Object.assign(new Error(at('the message of a failed attempt')), {
      name: at('the class of an error'),
    })
    await session.observeTool(tool, () => Promise.reject(failure)).catch(() => {})
    await session.observeRequest({ attempt: 0, endpoint: '/' }, () => Promise.reject(failure)).catch(() => {})
  })
}

async function* messages(
  ...events: { event: string; data: string }[]
): AsyncGenerator<{ event: string; data: string }> {
  yield* events
}
