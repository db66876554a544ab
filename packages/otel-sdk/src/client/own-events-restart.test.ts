import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnostic } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { resolveConfig } from '../config/resolve-config.ts'
import { MAX_SESSIONS } from '../protocol/event-chunk.ts'
import { SharedSlot } from '../protocol/shared-state.ts'
import { createPipeline } from './pipeline.ts'
import { createSessionProvider } from './session/session-provider.ts'

let receiver: Receiver
let home: string
beforeEach(async () => {
  receiver = await startReceiver()
  home = mkdtempSync(join(tmpdir(), 'codex-otel-restart-'))
})
afterEach(async () => {
  await receiver.close()
  rmSync(home, { recursive: true })
})

const EVENTS = 3_000
const SESSIONS = MAX_SESSIONS + 144
/** The first worker dies when it has taken in so many events. */
const DEATH = 1_000

/** The real worker, the first time one that dies on the way. */
const mortal = (): string => `{
  const { existsSync, writeFileSync } = require('node:fs')
  const { workerData } = require('node:worker_threads')
  const shared = new Int32Array(workerData.shared)
  const marker = ${JSON.stringify(join(home, 'died'))}
  if (!existsSync(marker)) setInterval(() => {
    if (Atomics.load(shared, ${SharedSlot.takenRecords}) < ${DEATH}) return
    writeFileSync(marker, '')
    throw new Error('crashed on purpose')
  }, 1)
  require('main')
}`

/** What is said of a record. */
interface Said {
  number: unknown
  session: unknown
  own: unknown
  conversation: unknown
}

const received = (): Said[] =>
  receiver.logs.map(({ attributes: { number, session, own, 'conversation.id': conversation } }) => ({
    number: number?.value,
    session: session?.value,
    own: own?.value,
    conversation: conversation?.value,
  }))

function written(path: string): Said[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  const records = lines.flatMap(line => JSON.parse(line).resourceLogs[0].scopeLogs[0].logRecords)
  return records.map(({ attributes }) => {
    const of = (key: string): unknown => {
      const { value } = attributes.find((attribute: { key: string }) => attribute.key === key) ?? {}
      return value?.stringValue ?? value?.intValue
    }
    return { number: of('number'), session: of('session'), own: of('own'), conversation: of('conversation.id') }
  })
}

it.each([
  ['HTTP binary', () => ({ 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'binary' } }), received],
  ['HTTP JSON', () => ({ 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'json' } }), received],
  ['gRPC', () => ({ 'otlp-grpc': { endpoint: receiver.grpcUrl } }), received],
  ['a file', () => ({ file: { path: join(home, 'out.jsonl') } }), () => written(join(home, 'out.jsonl'))],
])(
  'events and attributes of an agent are those of their session when the worker dies (%s)',
  async (_, exporter, read) => {
    const diagnostics: Diagnostic[] = []
    const { config } = resolveConfig({ table: { exporter: exporter() }, file: 'config.toml', codexHome: home, env: {} })
    const pipeline = createPipeline({
      start: { config, serviceName: 'test', serviceVersion: '1' },
      report: diagnostic => diagnostics.push(diagnostic),
      source: mortal(),
    })
    const provider = createSessionProvider({
      outbox: pipeline.outbox,
      metrics: undefined,
      appVersion: '1',
      policy: config.content,
      eventPrefix: 'my-agent',
      onInvalidAttribute: (name, problem) => expect.fail(`${name}: ${problem}`),
      onInvalidEvent: (name, problem) => expect.fail(`${name}: ${problem}`),
    })
    const sessions = Array.from({ length: SESSIONS }, (_, i) =>
      provider.session({
        conversationId: `c${i}`,
        model: 'm',
        originator: 'my-agent',
        terminalType: 't',
        attributes: { own: `of ${i}` },
      }),
    )
    for (let number = 0; number < EVENTS; number++) {
      const session = number % SESSIONS
      sessions[session]?.emit('my-agent.step' as never, { number, session } as never)
      if (number % 500 === 499) await new Promise(resolve => setImmediate(resolve))
    }
    await expect.poll(() => diagnostics.map(({ code }) => code), { timeout: 20_000 }).toContain('worker-crashed')
    expect(await pipeline.shutdown(20_000), JSON.stringify(diagnostics)).toBe(true)

    const { exported, recovered, pending, spooled, dropped } = pipeline.health().logs
    const lost = dropped['worker-crashed'] ?? 0
    // What the first worker had not journaled was read again, but at most one event; a record of a request without an answer comes twice.
    expect({ sum: exported - recovered + lost, pending, spooled }).toEqual({ sum: EVENTS, pending: 0, spooled: 0 })
    const said = read()
    expect(new Set(said.map(({ number }) => Number(number))).size).toBeGreaterThanOrEqual(EVENTS - lost)
    const wrong = said.filter(({ number, session, own, conversation }) => {
      const expected = Number(number) % SESSIONS
      return Number(session) !== expected || own !== `of ${expected}` || conversation !== `c${expected}`
    })
    expect(wrong).toEqual([])
  },
)
