import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Receiver } from '@codex/otlp-receiver'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exporterFor, startCollector, type Transport, tally } from '../agent/collector.ts'
import type { AgentOptions, Ending } from '../agent/options.ts'
import { type AgentRun, type RunHow, runAgent } from '../agent/run-agent.ts'
import { spooledRecords } from '../agent/spooled-records.ts'
import { PID_NAMESPACE, pidNamespace } from './pid-namespace.ts'
import { hasScript, throughTerminal } from './terminal.ts'

const EVENTS = 500
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
/** Node's own way of ending, for each of ours. */
const ENDS_WITH: Record<Ending, Pick<AgentRun, 'code' | 'signal'>> = {
  shutdown: { code: 0, signal: null },
  end: { code: 0, signal: null },
  exit: { code: 3, signal: null },
  throw: { code: 1, signal: null },
  reject: { code: 1, signal: null },
  SIGINT: { code: null, signal: 'SIGINT' },
  SIGTERM: { code: null, signal: 'SIGTERM' },
  SIGHUP: { code: null, signal: 'SIGHUP' },
  SIGQUIT: { code: null, signal: 'SIGQUIT' },
}
/** These tests share the machine with others: time is not their question where this is set. */
const PATIENT = { shutdown_timeout_ms: 10_000 }
/** 500 ms and 100 more are what is promised on a machine that is free; see docs/delivery.md for what was measured. */
const LEAVE_LIMIT_MS = 2_000

let homes: string
let collector: Receiver
let nextLabel = 0

beforeAll(async () => {
  homes = mkdtempSync(join(tmpdir(), 'codex-otel-leaving-'))
  collector = await startCollector()
})
afterAll(async () => {
  await collector.close()
  rmSync(homes, { recursive: true })
})

interface Left extends AgentRun {
  arrived: number
  twice: number
  spooled: number
  codexHome: string
}

/** Runs a process that emits 500 events and leaves. */
async function leave(options: Partial<AgentOptions> & { ending: Ending }, how?: RunHow): Promise<Left> {
  const label = `run-${nextLabel++}`
  const codexHome = mkdtempSync(join(homes, `${label}-`))
  const exporter = exporterFor(collector, 'http')
  const run = await runAgent(
    { telemetry: 'codex', codexHome, exporter, config: PATIENT, label, events: EVENTS, ...options },
    how,
  )
  return { ...run, ...tally(collector, options.label ?? label), spooled: spooledRecords(codexHome), codexHome }
}

const ALL = { arrived: EVENTS, twice: 0, spooled: 0 }
const NONE = { arrived: 0, twice: 0, spooled: EVENTS }

describe.concurrent('a process that leaves', () => {
  const ways = (Object.keys(ENDS_WITH) as Ending[]).map(ending => ({ ending, transport: 'http' as Transport }))
  const overGrpc = (['exit', 'SIGTERM'] as const).map(ending => ({ ending, transport: 'grpc' as Transport }))

  it.for([...ways, ...overGrpc])(
    'delivers everything first: $ending over $transport',
    async ({ ending, transport }, { expect }) => {
      const exporter = exporterFor(collector, transport)
      const left = await leave({ ending, exporter })
      expect(left).toMatchObject({ ...ENDS_WITH[ending], ...ALL, said: [] })
    },
  )

  it.for(['throws', 'exits'] as const)(
    'is not kept from it by an exit listener that %s',
    async (atExit, { expect }) => {
      expect(await leave({ ending: 'exit', atExit })).toMatchObject(ALL)
    },
  )

  it('leaves to the next run what is emitted in an exit listener', async ({ expect }) => {
    const left = await leave({ ending: 'exit', atExit: 'emits' })
    expect(left).toMatchObject({ ...ENDS_WITH.exit, ...ALL, spooled: 10, said: [] })
    const { codexHome } = left
    const next = await leave({ ending: 'shutdown', codexHome, events: 1, recovers: 10 })
    expect(next.health).toMatchObject({ logs: { recovered: 10, exported: 11, dropped: {} } })
    expect(spooledRecords(codexHome)).toBe(0)
  })

  it.for(['throw', 'reject'] as const)('says what Node says: %s', async (ending, { expect }) => {
    const [ours, none] = await Promise.all([leave({ ending }), leave({ ending, telemetry: 'none' })])
    expect(ours.stderr).toBe(none.stderr)
    expect(ours.stderr).toContain(
      ending === 'throw' ? 'Error: an uncaught one\n    at leave' : 'Error: an unhandled one\n    at leave',
    )
  })

  it.for(SIGNALS)('leaves it to the application what %s means, when it listens', async (ending, { expect }) => {
    const left = await leave({ ending, handlesSignal: true })
    expect(left).toMatchObject({ code: 7, signal: null, notes: [`the application handles ${ending}`], ...ALL })
  })

  it.for(SIGNALS)(
    'leaves it to a listener that was there before and removes itself: %s',
    async (ending, { expect }) => {
      const left = await leave({ ending, handlesSignal: 'before' })
      expect(left).toMatchObject({ code: 7, signal: null, notes: [`the application handles ${ending}`], ...ALL })
    },
  )

  it.for(SIGNALS)('ends by %s with two copies of the library', async (ending, { expect }) => {
    const left = await leave({ ending, secondCopy: true })
    expect(left).toMatchObject({ ...ENDS_WITH[ending], ...ALL })
  })

  it.for([['signal-exit-3'], ['signal-exit-4'], ['signal-exit-3', 'signal-exit-4']] as const)(
    'ends by the signal, after the listeners of %s',
    async (signalExit, { expect }) => {
      const left = await leave({ ending: 'SIGTERM', signalExit })
      expect(left).toMatchObject({ code: null, signal: 'SIGTERM', ...ALL })
      expect(left.notes.toSorted()).toEqual(signalExit.map(name => `${name} SIGTERM`))
    },
  )

  it('goes on, with its telemetry, when a listener of signal-exit wants that', async ({ expect }) => {
    const left = await leave({ ending: 'SIGTERM', signalExit: ['signal-exit-4'], eventsAfterSignal: 100 })
    expect(left).toMatchObject({ code: 0, ...ALL, arrived: EVENTS + 100 })
  })

  it.for(SIGNALS)('gives the terminal back as it was: %s', async (ending, { expect, skip }) => {
    if (!hasScript) skip('there is no program "script" to make a pseudo-terminal with')
    const left = await leave({ ending, rawMode: true }, { through: throughTerminal })
    expect(left).toMatchObject(ALL)
    expect(left.stdout).toMatch(
      new RegExp(`ended with ${128 + { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 }[ending]}\\b`),
    )
    expect(left.stdout).toMatch(/(?<!-)\bicanon\b/)
    expect(left.stdout).toMatch(/(?<!-)\becho\b/)
  })

  it('goes on, with its telemetry, when it is process 1 and the signal does not end it', async ({ expect, skip }) => {
    if (!pidNamespace) skip(`"${PID_NAMESPACE.join(' ')}" is not permitted here`)
    const left = await leave({ ending: 'SIGTERM', eventsAfterSignal: 100 }, { through: PID_NAMESPACE })
    expect(left).toMatchObject({ code: 0, ...ALL, arrived: EVENTS + 100 })
  })

  it('leaves the terminal in raw mode when it is process 1', async ({ expect, skip }) => {
    if (!pidNamespace || !hasScript) skip('there is no pseudo-terminal or no PID namespace here')
    const through = [...throughTerminal, ...PID_NAMESPACE]
    const left = await leave({ ending: 'SIGTERM', rawMode: true, eventsAfterSignal: 1 }, { through })
    expect(left).toMatchObject({ notes: ['raw mode: true'], arrived: EVENTS + 1 })
  })
})

it('reports a diagnostic when telemetry is made where the end of the process cannot be seen', async () => {
  const telemetry = `import(${JSON.stringify(import.meta.resolve('@codex/otel-sdk'))}).then(({ createTelemetry }) => {
    const onDiagnostic = ({ code }) => parentPort.postMessage(code)
    createTelemetry({ ...workerData, onDiagnostic }).shutdown()
  })`
  const worker = new Worker(`const { parentPort, workerData } = require('node:worker_threads'); ${telemetry}`, {
    eval: true,
    workerData: {
      config: { exporter: exporterFor(collector, 'http') },
      codexHome: homes,
      serviceVersion: '1',
      env: {},
    },
  })
  const said: string[] = []
  worker.on('message', code => said.push(code))
  await once(worker, 'exit')
  expect(said).toEqual(['not-main-thread'])
})

// One after the other: these are about time.
describe('a process that leaves a collector behind that does not take anything', () => {
  it('spends its budget once, though it looks twice because of an exit listener that was there before', async () => {
    await using hole = await startCollector()
    hole.misbehave({ read: 'nothing', answer: 'hang' })
    const budgetMs = 2_000
    const config = { shutdown_timeout_ms: budgetMs }
    const left = await leave({ ending: 'exit', exporter: exporterFor(hole, 'http'), config, atExit: 'nothing' })
    expect(left).toMatchObject({ ...ENDS_WITH.exit, ...NONE })
    expect(left.leaveMs).toBeLessThan(2 * budgetMs - 500)
  })

  it.for([
    { ending: 'exit', transport: 'http', collectorIs: 'dead' },
    { ending: 'SIGTERM', transport: 'grpc', collectorIs: 'dead' },
    { ending: 'exit', transport: 'grpc', collectorIs: 'a black hole' },
    { ending: 'shutdown', transport: 'http', collectorIs: 'a black hole' },
  ] as const)(
    'is out of the door in time, and the next run delivers: $collectorIs, $ending over $transport',
    async ({ ending, transport, collectorIs }) => {
      const other = await startCollector()
      const { httpUrl, grpcUrl } = other
      if (collectorIs === 'dead') await other.close()
      else other.misbehave({ read: 'nothing', answer: 'hang' })
      const exporter = exporterFor(other, transport)
      const left = await leave({ ending, exporter, config: {}, label: 'kept' })
      expect(left).toMatchObject({ ...ENDS_WITH[ending], ...NONE })
      expect(left.leaveMs).toBeLessThan(LEAVE_LIMIT_MS)
      await other.close()

      const ports = { httpPort: Number(new URL(httpUrl).port), grpcPort: Number(new URL(grpcUrl).port) }
      await using healthy = await startCollector(ports)
      const { codexHome } = left
      const next = await leave({ ending: 'shutdown', exporter, codexHome, label: 'next', events: 1, recovers: EVENTS })
      expect(next.health).toMatchObject({ logs: { recovered: EVENTS, exported: EVENTS + 1, dropped: {} } })
      expect(tally(healthy, 'kept')).toEqual({ arrived: EVENTS, twice: 0 })
      expect(spooledRecords(codexHome)).toBe(0)
    },
  )
})
