// A process that takes turns until it is killed, or until its standard input ends. Its options are the first argument, as JSON.
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { createTelemetry } from '@codex/otel-sdk'

export interface TurnsOptions {
  codexHome: string
  endpoint: string
  /** So many turns with so many tools each; then one more, which is open until standard input ends. */
  turns: number
  tools: number
  /** How long a tool takes. */
  stepMs: number
}

/** What it writes to standard output before a span is to be counted: before the opening of a turn and the end of any other. */
export const COUNTED = '.'
const STDOUT = 1

if (import.meta.main) {
  const { codexHome, endpoint, stepMs, tools, turns } = JSON.parse(process.argv[2] ?? '') as TurnsOptions
  const telemetry = createTelemetry({
    config: { trace_exporter: { 'otlp-http': { endpoint, protocol: 'binary' } }, shutdown_timeout_ms: 10_000 },
    codexHome,
    serviceVersion: '1',
  })
  const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'test', terminalType: 'none' })
  const count = (): void => void writeSync(STDOUT, COUNTED)
  const turn = async (body: () => Promise<void>): Promise<void> => {
    count()
    await session.observeTurn({ prompt: 'x' }, async () => {
      const answered = async () => ({ status: 200, headers: { get: () => null } })
      const response = await session.observeRequest({ attempt: 0, endpoint: '/responses' }, answered)
      const data = JSON.stringify({ type: 'response.completed', response: { id: 'r' } })
      const events = (async function* () {
        count()
        yield { event: 'response.completed', data }
      })()
      for await (const _ of session.observeSse(events, { response })) {
      }
      await body()
    })
  }
  // Answered by the worker, which runs then.
  await telemetry.flush()
  for (let i = 0; i < turns; i++) {
    await turn(async () => {
      for (let tool = 0; tool < tools; tool++) {
        await session.observeTool({ toolName: 't', callId: `${i}-${tool}`, arguments: '' }, async () => {
          await wait(stepMs)
          count()
          return 'done'
        })
      }
    })
  }
  await turn(() => once(process.stdin.resume(), 'end').then(() => {}))
  const delivered = await telemetry.shutdown()
  process.stdout.write(`\n${JSON.stringify({ delivered, health: telemetry.health()?.traces })}\n`)
}
