import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionTelemetry, Telemetry } from '@codex/otel-api'
import { type ReceivedLog, type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTelemetry } from './create-telemetry.ts'

const SESSION = {
  conversationId: 'c',
  model: 'm',
  originator: 'my_agent',
  terminalType: 'dumb',
  attributes: { role: 'planner' },
}

/** An attribute with its type on the wire; a list with the types of its items. */
const typed = ({ attributes }: ReceivedLog, name: string): string => {
  const attribute = attributes[name]
  if (attribute?.type !== 'array') return `${attribute?.type}:${attribute?.value}`
  return `array:${attribute.value.map(({ type, value }) => `${type}:${value}`)}`
}

describe("an agent's own event", () => {
  let receiver: Receiver
  let home: string

  beforeEach(async () => {
    receiver = await startReceiver()
    home = mkdtempSync(join(tmpdir(), 'codex-otel-'))
  })
  afterEach(async () => {
    await receiver.close()
    rmSync(home, { recursive: true })
  })

  const create = (exporter: object): Telemetry =>
    createTelemetry({ config: { exporter }, codexHome: home, serviceVersion: '1', env: {} })
  const emit = (session: SessionTelemetry, attributes: Record<string, unknown>): void =>
    (session.emit as (name: string, attributes: object) => void)('my_agent.tested', attributes)

  const http = (protocol: string) => () => ({ 'otlp-http': { endpoint: receiver.logsUrl, protocol } })
  const exporters: [string, () => object][] = [
    ['OTLP/HTTP binary', http('binary')],
    ['OTLP/HTTP JSON', http('json')],
    ['OTLP/gRPC', () => ({ 'otlp-grpc': { endpoint: receiver.grpcUrl } })],
  ]
  const values = {
    text: 'Grüße 🚀 \ud800',
    whole: 2 ** 53 - 1,
    negative: -7,
    large: 1e300,
    fraction: 0.1,
    yes: true,
    texts: ['a', ''],
    numbers: [1, 2.5],
    flags: [true, false],
    none: [],
    constructor: 'c',
    wrong: Number.NaN,
  }
  const expected = {
    text: 'string:Grüße 🚀 \ufffd',
    whole: `int:${2 ** 53 - 1}`,
    negative: 'int:-7',
    large: 'double:1e+300',
    fraction: 'double:0.1',
    yes: 'bool:true',
    texts: 'array:string:a,string:',
    numbers: 'array:int:1,double:2.5',
    flags: 'array:bool:true,bool:false',
    none: 'array:',
    constructor: 'string:c',
    role: 'string:planner',
    'event.name': 'string:my_agent.tested',
    originator: 'string:my_agent',
  }
  const arrived = (log: ReceivedLog | undefined): void => {
    expect(log).toMatchObject({ eventName: 'my_agent.tested', droppedAttributesCount: 1, severityText: 'INFO' })
    for (const [name, value] of Object.entries(expected)) expect(typed(log as ReceivedLog, name)).toBe(value)
    expect(log?.attributes).not.toHaveProperty('wrong')
  }

  it.each(exporters)('arrives over %s with the type of each value', async (_name, exporter) => {
    const telemetry = create(exporter())
    emit(telemetry.session(SESSION), values)
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
    expect(receiver.logs).toHaveLength(1)
    arrived(receiver.logs[0])
  })

  it.each(exporters)('that was kept on disk arrives with the next run, over %s', async (_name, exporter) => {
    const refusal = receiver.misbehave({ answer: { status: 503 } })
    const first = create(exporter())
    emit(first.session(SESSION), values)
    await first.shutdown({ timeoutMs: 200 })
    expect(first.health()?.logs).toMatchObject({ exported: 0, spooled: 1 })
    refusal.clear()
    const next = create(exporter())
    await receiver.waitForLogs(1)
    expect(await next.shutdown({ timeoutMs: 10_000 })).toBe(true)
    expect(receiver.logs).toHaveLength(1)
    arrived(receiver.logs[0])
  })

  it('is one of many: each has its own attributes, and those of the catalogue have theirs', async () => {
    const telemetry = create(http('binary')())
    const [one, other] = [telemetry.session(SESSION), telemetry.session({ ...SESSION, attributes: { role: 'other' } })]
    for (let i = 0; i < 600; i++) {
      emit(i % 2 === 0 ? one : other, { [`a${i % 7}`]: i })
      one.emit('codex.turn_ttft', { durationMs: i })
    }
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
    const own = receiver.logs.filter(({ eventName }) => eventName === 'my_agent.tested')
    expect(own.map(({ attributes }, i) => [attributes[`a${i % 7}`]?.value, attributes.role?.value])).toEqual(
      own.map((_, i) => [i, i % 2 === 0 ? 'planner' : 'other']),
    )
    const names = own.map(({ attributes }) => Object.keys(attributes).filter(name => /^a\d/.test(name)).length)
    expect(new Set(names)).toEqual(new Set([1]))
    expect(receiver.logs).toHaveLength(1200)
  })
})
