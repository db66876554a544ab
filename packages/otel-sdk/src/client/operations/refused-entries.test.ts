import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { SpoolDescription, TelemetryOptions } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTelemetry } from '../../create-telemetry.ts'
import { type EntryKind, possibleKinds, TOO_LARGE } from '../../protocol/plant-entry.fixture.ts'
import { temporaryDirectory } from './diagnose.fixture.ts'
import { diagnose } from './diagnose.ts'
import { flushSpooled } from './flush-spool.ts'

type Refused = NonNullable<SpoolDescription['refused']>['entries'][number]

const KINDS = possibleKinds(temporaryDirectory())
const SESSION = { conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' } as const
const PIPE = KINDS.filter(({ reason }) => reason === 'named-pipe')

let receiver: Receiver
let options: TelemetryOptions
let spool: string
/** Of the destination that the configuration names; it has a segment with three records. */
let folder: string
let elsewhere: string

beforeEach(async () => {
  receiver = await startReceiver()
  const exporter = { 'otlp-http': { endpoint: receiver.logsUrl } }
  options = { config: { exporter }, codexHome: temporaryDirectory(), serviceVersion: '1.2.3', env: {} }
  await leaveRecords()
  spool = join(options.codexHome, 'otel-spool')
  folder = join(spool, readdirSync(spool).find(name => name.startsWith('logs-')) ?? '')
  elsewhere = join(options.codexHome, 'elsewhere')
  mkdirSync(elsewhere)
})
afterEach(() => receiver.close())

/** Leaves three records on disk, as a run does whose collector is down. */
async function leaveRecords(): Promise<void> {
  receiver.misbehave({ answer: { status: 503 } })
  const telemetry = createTelemetry(options)
  const session = telemetry.session(SESSION)
  for (let i = 0; i < 3; i++) session.emit('codex.user_prompt', { prompt: 'hi' })
  expect(await telemetry.shutdown({ timeoutMs: 2000 })).toBe(false)
  receiver.behave()
}

/** Device, inode, kind and owner of an entry. */
const identityOf = (path: string) => {
  const { dev, ino, mode, uid } = lstatSync(path)
  return { dev, ino, mode, uid }
}

/** Makes an entry of each kind. */
async function plant(kinds: readonly EntryKind[], pathOf: (index: number) => string): Promise<Refused[]> {
  const planted = kinds.map(({ reason }, index) => ({ path: pathOf(index), reason }))
  for (const [index, kind] of kinds.entries()) await kind.plant(pathOf(index), elsewhere)
  return planted
}

/** The doctor names the entries, `flush` delivers the three records beside them, and the entries stay. */
async function expectRefused(planted: readonly Refused[]): Promise<void> {
  const before = planted.map(({ path }) => identityOf(path))
  const entries = planted.map(({ path, reason }) => ({ path: path.slice(spool.length + 1), reason }))
  const refused = { count: planted.length, entries }
  const diagnosis = await diagnose({ ...options, probe: 'empty' })
  expect(diagnosis).toMatchObject({ ok: true, spool: { refused, destinations: [{ signal: 'logs', records: 3 }] } })
  const flushed = await flushSpooled(options)
  expect(flushed).toMatchObject({ ok: true, destinations: [{ found: 3, exported: 3, dropped: 0, left: 0 }] })
  expect(flushed.spool).toMatchObject({ refused, destinations: [] })
  expect(receiver.logs).toHaveLength(3)
  expect(planted.map(({ path }) => identityOf(path))).toEqual(before)
  // Nothing was written where a link leads.
  for (const file of readdirSync(elsewhere, { recursive: true, withFileTypes: true }).filter(found => found.isFile()))
    expect(lstatSync(join(file.parentPath, file.name)).size).toBe('precious'.length)
}

const digits = (index: number) => String(index).padStart(13, '0')

describe('doctor and flush name what is no plain file of this user, leave it alone, and deliver the segments beside it', () => {
  it('with the name of a segment', async () => {
    await expectRefused(await plant([...KINDS, TOO_LARGE], i => join(folder, `${digits(i)}-0123456789abcdef-1.otlp`)))
  })

  it('with the name of a heartbeat file', async () => {
    await expectRefused(await plant(KINDS, i => join(spool, `000${digits(i)}.alive`)))
  })

  it('in place of the destination.json of this destination or of another', async () => {
    const pathOf = (i: number) => join(spool, `logs-${digits(i)}`, 'destination.json')
    const kinds = [...KINDS, TOO_LARGE]
    for (const [i] of kinds.entries()) mkdirSync(dirname(pathOf(i)), { mode: 0o700 })
    const planted = await plant(kinds, pathOf)
    rmSync(join(folder, 'destination.json'))
    await expectRefused([...planted, ...(await plant(PIPE, () => join(folder, 'destination.json')))])
  })

  it('with the name of a folder', async () => {
    const kinds = KINDS.filter(({ reason }) => !['directory', 'hard-link', 'other-user'].includes(reason))
    await expectRefused(await plant(kinds, i => join(spool, `logs-${digits(i)}`)))
  })

  it('with a name that the spool does not use', async () => {
    const kinds = KINDS.filter(({ reason }) => ['named-pipe', 'socket', 'symbolic-link', 'device'].includes(reason))
    await expectRefused(await plant(kinds, i => join(folder, `x${digits(i)}`)))
  })

  it('with control characters in its name, of which they show twenty', async () => {
    for (let i = 0; i < 30; i++) symlinkSync('nowhere', join(folder, `x${digits(i)}\u001b[2J\u202e`))
    const { refused } = (await diagnose({ ...options, probe: 'empty' })).spool
    expect(refused?.count).toBe(30)
    expect(refused?.entries).toHaveLength(20)
    expect(refused?.entries[0]?.path).toMatch(/\/x0000000000000\\u\{1b\}\[2J\\u\{202e\}$/)
  })
})

it.each(KINDS.filter(({ name }) => ['a named pipe', 'a link to a folder'].includes(name)))(
  'doctor and flush say that $name stands in place of the spool, and leave it alone',
  async kind => {
    renameSync(spool, join(options.codexHome, 'moved'))
    await kind.plant(spool, elsewhere)
    const before = identityOf(spool)
    const error = expect.stringContaining(`otel-spool is a ${kind.reason.replace('-', ' ')}`)
    expect((await diagnose({ ...options, probe: 'empty' })).spool).toMatchObject({ destinations: [], error })
    expect(await flushSpooled(options)).toMatchObject({ ok: false, destinations: [], spool: { error } })
    expect(identityOf(spool)).toEqual(before)
  },
)

it('a run delivers the logs that an earlier one left although the folder of its metrics is a link', async () => {
  const name = `metrics-${basename(folder).slice('logs-'.length).replace(/logs$/, 'metrics')}`
  symlinkSync(elsewhere, join(spool, name))
  const config = {
    exporter: { 'otlp-http': { endpoint: receiver.logsUrl } },
    metrics_exporter: { 'otlp-http': { endpoint: receiver.metricsUrl } },
  }
  const messages: string[] = []
  const telemetry = createTelemetry({
    ...options,
    config,
    onDiagnostic: ({ message }) => void messages.push(message),
  })
  telemetry.counter('codex.test', 1)
  await telemetry.flush()
  telemetry.session(SESSION).emit('codex.user_prompt', { prompt: 'hi' })
  expect(await telemetry.shutdown({ timeoutMs: 5000 })).toBe(true)
  expect(receiver.logs).toHaveLength(4)
  expect(receiver.metrics).not.toHaveLength(0)
  expect(readdirSync(elsewhere)).toEqual([])
  expect(messages.filter(text => text.includes(`${name} is a symbolic link`))).toHaveLength(1)
})
