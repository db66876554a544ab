import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SpooledData, Telemetry, TelemetryOptions } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTelemetry } from '../../create-telemetry.ts'
import { describeSpooled } from './describe-spool.ts'
import { temporaryDirectory } from './diagnose.fixture.ts'
import { diagnose } from './diagnose.ts'
import { discardSpooled } from './discard-spool.ts'
import { flushSpooled } from './flush-spool.ts'

const PROTOCOLS = ['binary', 'json', 'grpc'] as const
type Protocol = (typeof PROTOCOLS)[number]
type Key = 'exporter' | 'metrics_exporter'

let wrong: Receiver
let right: Receiver
let codexHome: string
beforeEach(async () => {
  ;[wrong, right] = await Promise.all([startReceiver(), startReceiver()])
  wrong.misbehave({ answer: { status: 503 } })
  codexHome = temporaryDirectory()
})
afterEach(async () => {
  await Promise.all([wrong.close(), right.close()])
})

function exporter(receiver: Receiver, protocol: Protocol, key: Key = 'exporter', headers = {}): object {
  if (protocol === 'grpc') return { 'otlp-grpc': { endpoint: receiver.grpcUrl, headers } }
  const path = key === 'exporter' ? 'logs' : 'metrics'
  return { 'otlp-http': { endpoint: `${receiver.httpUrl}/v1/${path}`, protocol, headers } }
}

const withConfig = (config: object): TelemetryOptions => ({ config, codexHome, serviceVersion: '1.2.3', env: {} })
const toWrong = (protocol: Protocol = 'binary'): TelemetryOptions => withConfig({ exporter: exporter(wrong, protocol) })
const toRight = (protocol: Protocol = 'binary', headers = {}): TelemetryOptions =>
  withConfig({ exporter: exporter(right, protocol, 'exporter', headers) })

/** A run whose collector is down: it has three records. */
function keepRecords(options: TelemetryOptions): Telemetry {
  const telemetry = createTelemetry(options)
  const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
  for (const prompt of ['one', 'two', 'three']) session.emit('codex.user_prompt', { prompt })
  return telemetry
}

async function leaveRecords(options: TelemetryOptions = toWrong()): Promise<void> {
  expect(await keepRecords(options).shutdown({ timeoutMs: 2000 })).toBe(false)
}

async function onDisk(options: TelemetryOptions): Promise<readonly SpooledData[]> {
  return (await describeSpooled(options)).destinations
}

const idsOf = async (options: TelemetryOptions): Promise<string[]> => (await onDisk(options)).map(({ id }) => id)

describe('what was recorded for an endpoint that the configuration no longer names', () => {
  it('is reported with where it was to go, and where its signal goes now', async () => {
    await leaveRecords()
    const [data, ...others] = await onDisk(toRight())
    expect(others).toEqual([])
    expect(data).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      signal: 'logs',
      endpoint: wrong.logsUrl,
      records: 3,
      configured: false,
      current: right.logsUrl,
    })
    expect((await diagnose({ ...toRight(), probe: 'empty' })).spool.destinations).toEqual([data])
    expect((await onDisk(withConfig({})))[0]).not.toHaveProperty('current')
  })

  it('stays where it is without being asked for, and where its signal goes nowhere', async () => {
    await leaveRecords()
    expect(await flushSpooled(toRight())).toMatchObject({ ok: true, destinations: [] })
    expect(await flushSpooled({ ...toRight(), toCurrent: ['00000000'] })).toMatchObject({ ok: true, destinations: [] })
    const toCurrent = await idsOf(toRight())
    const metrics = withConfig({ metrics_exporter: exporter(right, 'binary', 'metrics_exporter') })
    expect(await flushSpooled({ ...metrics, toCurrent })).toMatchObject({ ok: false, destinations: [] })
    expect(await onDisk(toRight())).toMatchObject([{ records: 3 }])
    expect(right.requests).toEqual([])
  })

  const pairs = PROTOCOLS.flatMap(before => PROTOCOLS.map(now => [before, now] as const))
  it.each(pairs)(
    'recorded for %s, is sent over %s, with the headers of the current configuration',
    async (before, now) => {
      await leaveRecords(toWrong(before))
      const current = toRight(now, { authorization: 'Bearer new' })
      const sent = await flushSpooled({ ...current, toCurrent: await idsOf(current) })
      expect(sent).toMatchObject({
        ok: true,
        destinations: [
          {
            signal: 'logs',
            endpoint: now === 'grpc' ? right.grpcUrl : right.logsUrl,
            recordedFor: before === 'grpc' ? wrong.grpcUrl : wrong.logsUrl,
            found: 3,
            exported: 3,
            left: 0,
          },
        ],
        spool: { destinations: [] },
      })
      expect(right.logs).toHaveLength(3)
      expect(right.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer new'])
      const { transport, contentType } = right.requests[0] as { transport: string; contentType?: string }
      const types = { binary: 'application/x-protobuf', json: 'application/json', grpc: undefined }
      expect(transport).toBe(now === 'grpc' ? 'grpc' : 'http')
      if (now !== 'grpc') expect(contentType).toBe(types[now])
      expect(wrong.logs).toEqual([])
    },
  )

  it('goes with what waits for the current endpoint, each signal to its own', async () => {
    const metrics = exporter(wrong, 'binary', 'metrics_exporter')
    await leaveRecords(withConfig({ exporter: exporter(wrong, 'binary'), metrics_exporter: metrics }))
    right.misbehave({ answer: { status: 503 } })
    await leaveRecords(toRight())
    right.behave()
    const current = withConfig({
      exporter: exporter(right, 'binary'),
      metrics_exporter: exporter(right, 'json', 'metrics_exporter'),
    })
    const sent = await flushSpooled({ ...current, toCurrent: await idsOf(current) })
    expect(sent.ok).toBe(true)
    expect(sent.destinations.map(({ signal, recordedFor }) => [signal, recordedFor]).sort()).toEqual([
      ['logs', undefined],
      ['logs', wrong.logsUrl],
      ['metrics', wrong.metricsUrl],
    ])
    expect(right.logs).toHaveLength(6)
    expect(right.metrics.length).toBeGreaterThan(0)
  })

  it('is sent as it was written, though the policy has become stricter since', async () => {
    const content = { ...(toWrong().config as object), log_user_prompt: true }
    await leaveRecords(withConfig(content))
    const current = toRight()
    await flushSpooled({ ...current, toCurrent: await idsOf(current) })
    expect(right.logs.map(({ attributes }) => attributes.prompt?.value)).toEqual(['one', 'two', 'three'])
  })

  it('stays for its endpoint when the current one does not take it, and goes once when it does', async () => {
    await leaveRecords()
    right.misbehave({ answer: { status: 503 } })
    const toCurrent = await idsOf(toRight())
    expect(await flushSpooled({ ...toRight(), toCurrent, timeoutMs: 300 })).toMatchObject({
      ok: false,
      destinations: [{ exported: 0, left: 3 }],
    })
    expect(await onDisk(toRight())).toMatchObject([{ endpoint: wrong.logsUrl, records: 3, configured: false }])
    right.behave()
    expect(await flushSpooled({ ...toRight(), toCurrent })).toMatchObject({ ok: true })
    expect(right.logs).toHaveLength(3)
    // The endpoint that was wrong is right again: nothing is left for it.
    wrong.behave()
    expect(await flushSpooled(toWrong())).toMatchObject({ ok: true, destinations: [] })
    expect(wrong.logs).toEqual([])
  })

  it('is left to a run that has not ended, by sending and by deleting', async () => {
    const telemetry = keepRecords(toWrong())
    await telemetry.flush({ timeoutMs: 200 })
    const destinations = await idsOf(toRight())
    expect(await flushSpooled({ ...toRight(), toCurrent: destinations })).toMatchObject({
      ok: false,
      destinations: [{ found: 0, exported: 0 }],
    })
    expect(await discardSpooled({ ...toRight(), destinations })).toMatchObject({
      ok: true,
      destinations: [{ records: 0 }],
      spool: { destinations: [{ records: 3, ownedRecords: 3 }] },
    })
    expect(right.requests).toEqual([])
    wrong.behave()
    expect(await telemetry.shutdown({ timeoutMs: 5000 })).toBe(true)
    expect(wrong.logs).toHaveLength(3)
  })

  it('goes nowhere else though another program changed or removed what its folder says', async () => {
    await leaveRecords()
    const spool = join(codexHome, 'otel-spool')
    const folder = join(spool, readdirSync(spool).find(name => name.startsWith('logs-')) ?? '')
    const toCurrent = await idsOf(toRight())
    writeFileSync(join(folder, 'destination.json'), '{"signal":"logs","endpoint":"http://attacker.invalid/v1/logs"}')
    expect(await idsOf(toRight())).toEqual(toCurrent)
    rmSync(join(folder, 'destination.json'))
    expect(await onDisk(toRight())).toMatchObject([{ records: 3, configured: false }])
    expect(await flushSpooled({ ...toRight(), toCurrent })).toMatchObject({ ok: true, destinations: [{ exported: 3 }] })
    expect(readdirSync(folder)).toEqual([])
  })

  it.skipIf(process.platform === 'win32')('is neither sent nor deleted through a link', async () => {
    await leaveRecords()
    const spool = join(codexHome, 'otel-spool')
    const name = readdirSync(spool).find(found => found.startsWith('logs-')) ?? ''
    const destinations = await idsOf(toRight())
    const elsewhere = join(codexHome, 'elsewhere')
    renameSync(join(spool, name), elsewhere)
    symlinkSync(elsewhere, join(spool, name))
    const before = readdirSync(elsewhere)
    expect(await flushSpooled({ ...toRight(), toCurrent: destinations })).toMatchObject({ destinations: [] })
    expect(await discardSpooled({ ...toRight(), destinations })).toMatchObject({ destinations: [] })
    rmSync(join(spool, name))
    renameSync(elsewhere, join(spool, name))
    // Of the segments, one is a link now.
    const segment = before.find(found => found.endsWith('.otlp')) ?? ''
    renameSync(join(spool, name, segment), join(codexHome, 'precious'))
    symlinkSync(join(codexHome, 'precious'), join(spool, name, segment))
    expect(await discardSpooled({ ...toRight(), destinations })).toMatchObject({
      destinations: [],
      spool: { refused: { count: 1 } },
    })
    expect(readFileSync(join(codexHome, 'precious')).length).toBeGreaterThan(0)
    expect(readdirSync(join(spool, name))).toContain(segment)
  })

  it('is shown without the part of its path that looks like a key', async () => {
    const key = 'a1b2c3d4e5f6a7b8c9d0'
    const endpoint = `${wrong.httpUrl}/tenant/${key}/v1/logs`
    await leaveRecords(withConfig({ exporter: { 'otlp-http': { endpoint } } }))
    const [data] = await onDisk(toRight())
    expect(data?.endpoint).toBe(`${wrong.httpUrl}/tenant/.../v1/logs`)
    expect(JSON.stringify(data)).not.toContain(key)
  })
})

describe('deleting what waits on disk', () => {
  it('deletes one destination and leaves the others', async () => {
    await leaveRecords()
    right.misbehave({ answer: { status: 503 } })
    await leaveRecords(toRight())
    const destinations = (await onDisk(toRight())).filter(({ configured }) => !configured).map(({ id }) => id)
    expect(await discardSpooled({ ...toRight(), destinations })).toMatchObject({
      ok: true,
      destinations: [{ signal: 'logs', endpoint: wrong.logsUrl, records: 3 }],
      spool: { destinations: [{ endpoint: right.logsUrl, records: 3 }] },
    })
    expect(wrong.logs).toEqual([])
    expect(await discardSpooled({ ...toRight(), destinations })).toMatchObject({ ok: true, destinations: [] })
  })

  it('deletes what is older than that alone', async () => {
    await leaveRecords()
    const destinations = await idsOf(toRight())
    expect(await discardSpooled({ ...toRight(), destinations, olderThanMs: 3_600_000 })).toMatchObject({
      ok: true,
      destinations: [{ records: 0 }],
      spool: { destinations: [{ records: 3 }] },
    })
    await expect.poll(async () => (await discardSpooled({ ...toRight(), destinations, olderThanMs: 1 })).ok).toBe(true)
    expect(await onDisk(toRight())).toEqual([])
  })

  it('leaves no owner behind', async () => {
    await leaveRecords()
    await discardSpooled({ ...toRight(), destinations: await idsOf(toRight()) })
    expect(readdirSync(join(codexHome, 'otel-spool')).filter(name => name.endsWith('.alive'))).toEqual([])
  })

  it('does not make a spool where none is', async () => {
    expect(await discardSpooled({ ...toRight(), destinations: ['00000000'] })).toMatchObject({ ok: true })
    expect(readdirSync(codexHome)).toEqual([])
  })

  it('reports a spool that is none', async () => {
    mkdirSync(join(codexHome, 'elsewhere'))
    symlinkSync(join(codexHome, 'elsewhere'), join(codexHome, 'otel-spool'))
    const discard = await discardSpooled({ ...toRight(), destinations: ['00000000'] })
    expect(discard).toMatchObject({ ok: false, spool: { error: expect.stringContaining('symbolic link') } })
  })
})
