import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Telemetry, TelemetryOptions } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTelemetry } from '../../create-telemetry.ts'
import { temporaryDirectory } from './diagnose.fixture.ts'
import { diagnose } from './diagnose.ts'
import { flushSpooled } from './flush-spool.ts'

let receiver: Receiver
let options: TelemetryOptions
beforeEach(async () => {
  receiver = await startReceiver()
  const exporter = { 'otlp-http': { endpoint: receiver.logsUrl } }
  options = { config: { exporter }, codexHome: temporaryDirectory(), serviceVersion: '1.2.3', env: {} }
})
afterEach(() => receiver.close())

/** Leaves three records on disk, as a run does whose collector is down. */
async function leaveRecords(): Promise<void> {
  const telemetry = keepRecords()
  expect(await telemetry.shutdown({ timeoutMs: 2000 })).toBe(false)
  expect(telemetry.health()?.logs).toMatchObject({ spooled: 3, exported: 0 })
  receiver.behave()
}

/** A run that goes on, and has three records that it cannot deliver. */
function keepRecords(): Telemetry {
  receiver.misbehave({ answer: { status: 503 } })
  const telemetry = createTelemetry(options)
  const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
  for (let i = 0; i < 3; i++) session.emit('codex.user_prompt', { prompt: 'hi' })
  return telemetry
}

describe('what waits on disk', () => {
  it('is reported by the doctor, and left there', async () => {
    await leaveRecords()
    const { spool } = await diagnose({ ...options, probe: 'empty' })
    expect(spool.destinations).toMatchObject([
      {
        signal: 'logs',
        endpoint: receiver.logsUrl,
        records: 3,
        ownedRecords: 0,
        configured: true,
        oldestMs: expect.any(Number),
      },
    ])
    expect(receiver.logs).toEqual([])
  })

  it('is sent on request, once', async () => {
    await leaveRecords()
    const sent = await flushSpooled(options)
    expect(sent).toMatchObject({
      ok: true,
      destinations: [{ signal: 'logs', found: 3, exported: 3, dropped: 0, left: 0, delivered: true }],
      spool: { destinations: [] },
    })
    expect(receiver.logs).toHaveLength(3)
    expect(await flushSpooled(options)).toMatchObject({ ok: true, destinations: [] })
  })

  it('is sent with another token in the URL, and the old token is nowhere on disk', async () => {
    const exporter = { 'otlp-http': { endpoint: `${receiver.logsUrl}?key=\${TOKEN}` } }
    const withToken = (TOKEN: string) => ({ ...options, config: { exporter }, env: { TOKEN } })
    options = withToken('hunter2')
    await leaveRecords()
    const files = readdirSync(options.codexHome, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
    expect(files.map(({ name }) => name)).toContain('destination.json')
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), 'latin1')).not.toContain('hunter2')
    expect(await flushSpooled(withToken('rotated'))).toMatchObject({ ok: true, destinations: [{ exported: 3 }] })
  })

  it('is left to a run that has not ended, and reported as still there', async () => {
    const telemetry = keepRecords()
    await telemetry.flush({ timeoutMs: 200 })
    const [destination] = (await flushSpooled(options)).spool.destinations
    expect(destination).toMatchObject({ records: 3, ownedRecords: 3, configured: true })
    expect(await flushSpooled(options)).toMatchObject({ ok: false, destinations: [{ found: 0, left: 0 }] })
    await telemetry.shutdown({ timeoutMs: 200 })
    receiver.behave()
    expect(await flushSpooled(options)).toMatchObject({ ok: true, destinations: [{ found: 3, exported: 3 }] })
  })

  it('stays on disk when the receiver does not take it, and the reason is reported', async () => {
    await leaveRecords()
    receiver.misbehave({ answer: { status: 503, message: 'full' } })
    const sent = await flushSpooled({ ...options, timeoutMs: 300 })
    expect(sent).toMatchObject({
      ok: false,
      destinations: [{ exported: 0, left: 3, delivered: false, lastError: expect.stringContaining('full') }],
      spool: { destinations: [{ records: 3 }] },
    })
  })

  it('is lost, and reported as lost, when the receiver refuses it for good', async () => {
    await leaveRecords()
    receiver.misbehave({ answer: { status: 400 } })
    expect(await flushSpooled(options)).toMatchObject({ ok: false, destinations: [{ dropped: 3, left: 0 }] })
  })

  it('is left alone when the configuration names another destination', async () => {
    await leaveRecords()
    const sent = await flushSpooled({ ...options, config: { exporter: 'none' } })
    expect(sent).toMatchObject({
      ok: true,
      destinations: [],
      spool: { destinations: [{ records: 3, configured: false }] },
    })
  })
})
