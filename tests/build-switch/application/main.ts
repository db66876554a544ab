// An application as its author writes it: every call there is, with the answers on standard output.
import type {
  CodexEventName,
  CodexEvents,
  CreateTelemetry,
  EventName,
  EventPayload,
  RuntimeSummary,
  SessionTelemetry,
  Telemetry,
  TelemetryHealth,
  TelemetryOptions,
  Timer,
} from '@codex/otel-api'
import { createTelemetry, type TelemetryOptions as ThroughTheFlag, telemetryIncluded } from '#telemetry'

declare module '@codex/otel-api' {
  interface OwnEvents {
    'application.plan_changed': { steps: number; mode: 'fast' | 'careful'; files?: readonly string[]; reason?: string }
    'application.wrong': { when: Date }
  }
}

// The types of the interface are in both builds, too.
const options: TelemetryOptions & ThroughTheFlag = {
  config: { exporter: { 'otlp-http': { endpoint: process.env.ENDPOINT, protocol: 'binary' } } },
  codexHome: process.env.CODEX_HOME ?? process.cwd(),
  serviceVersion: '1.0.0',
  eventPrefix: 'application',
}
const create: CreateTelemetry = createTelemetry
const telemetry: Telemetry = create(options)
const session: SessionTelemetry = telemetry
  .session({
    conversationId: '01a20491-ea9e-7893-8dfd-738a44e42f8c',
    model: 'gpt-5.1-codex',
    originator: 'codex_exec',
    terminalType: 'dumb',
    auth: { mode: 'ApiKey' },
    attributes: { team: 'search', depth: 2, tags: ['a', 'b'], unset: undefined },
  })
  .withModel('gpt-5.1-codex-mini')

const decision: CodexEvents['codex.tool_decision'] = {
  toolName: 'exec_command',
  callId: 'call_1',
  decision: 'approved',
  source: 'Config',
}
const name: CodexEventName = 'codex.user_prompt'
session.emit(name, { prompt: 'Say hello' })
session.emit('codex.tool_decision', decision)

session.emit('application.plan_changed', { steps: 3, mode: 'fast', files: ['a.ts'] })
/** What an application has written for the events of the catalogue, and for all of them, compiles whatever it declares. */
function emitCatalogued<Name extends CodexEventName>(name: Name, payload: CodexEvents[Name]): void {
  session.emit(name, payload)
}
function emitAny<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
  session.emit(name, payload)
}
emitCatalogued('codex.turn_ttft', { durationMs: 1 })
emitAny('application.plan_changed', { steps: 1, mode: 'careful' })

// What is wrong is wrong in both builds.
// @ts-expect-error there is no such event of the application's own
session.emit('application.plan_chnged', { steps: 3, mode: 'fast' })
// @ts-expect-error an attribute is missing
session.emit('application.plan_changed', { steps: 3 })
// @ts-expect-error no such mode
session.emit('application.plan_changed', { steps: 3, mode: 'slow' })
// @ts-expect-error no attribute can be a date
session.emit('application.wrong', { when: new Date() })
// @ts-expect-error there is no such event
session.emit('codex.user_promt', { prompt: 'Say hello' })
// @ts-expect-error a field is missing
session.emit('codex.tool_decision', { toolName: 'exec_command', callId: 'call_1', decision: 'approved' })
// @ts-expect-error a number, not a text
session.emit('codex.turn_ttft', { durationMs: '1' })

const response: Response = await session.observeRequest(
  { attempt: 0, endpoint: '/responses' },
  async () => new Response('', { status: 201 }),
)
const kinds: string[] = []
for await (const event of session.observeSse(
  (async function* () {
    yield { event: 'response.created', data: '{"type":"response.created"}', own: 1 }
  })(),
)) {
  const { own }: { own: number } = event
  kinds.push(`${event.event} ${own}`)
}
const outcome: string = await session.observeTool(
  { toolName: 'exec_command', callId: 'call_1', arguments: '{}' },
  async () => 'output',
)
const failure: string = await session
  .observeTool({ toolName: 'exec_command', callId: 'call_2', arguments: '{}' }, () =>
    Promise.reject(new Error('refused')),
  )
  .catch((error: Error) => error.message)
session.counter('my.counter', 1, { kind: 'a' })
telemetry.histogram('my.histogram', 1.5)
session.recordDuration('my.duration_ms', 12)
const timer: Timer = session.startTimer('my.duration_ms', { kind: 'a' })
timer.end({ of: 'b' })
// @ts-expect-error tags are texts
session.counter('my.counter', 1, { kind: 1 })
const timed: number = telemetry.time('my.duration_ms', undefined, () => 7)
const turn: string = await session.observeTurn({ prompt: 'Say hello' }, async () => 'answer')
const summary: RuntimeSummary | undefined = session.runtimeSummary()
const delivered: boolean[] = [await telemetry.flush(), await telemetry.shutdown({ timeoutMs: 5000 })]
const health: TelemetryHealth | undefined = telemetry.health()

process.stdout.write(
  `${JSON.stringify({
    answers: { status: response.status, kinds, outcome, failure, timed, turn, delivered, problems: telemetry.problems },
    build: { telemetryIncluded, enabled: telemetry.enabled, exported: health?.logs.exported, turns: summary?.turns },
  })}\n`,
)
