import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Receiver } from '@codex/otlp-receiver'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { exporterFor, startCollector, tally } from '../agent/collector.ts'
import type { AgentOptions } from '../agent/options.ts'
import { runAgent } from '../agent/run-agent.ts'
import { spooledRecords } from '../agent/spooled-records.ts'
import type { EarlyTampering, Tampering } from '../agent/tampering.ts'

const EVENTS = 20

let homes: string
let collector: Receiver
let nextLabel = 0

beforeAll(async () => {
  homes = mkdtempSync(join(tmpdir(), 'codex-otel-tampered-'))
  collector = await startCollector()
})
afterAll(async () => {
  await collector.close()
  rmSync(homes, { recursive: true })
})

/** Runs a process that emits 20 events and ends, once with telemetry and once without. */
async function leave(options: Partial<AgentOptions> & { ending: AgentOptions['ending'] }) {
  const label = `run-${nextLabel++}`
  const codexHome = mkdtempSync(join(homes, `${label}-`))
  const shared = { codexHome, exporter: exporterFor(collector, 'http'), label, events: EVENTS, ...options }
  const [ours, alone] = await Promise.all([
    runAgent({ telemetry: 'codex', ...shared }),
    runAgent({ telemetry: 'none', ...shared }),
  ])
  const { arrived, twice } = tally(collector, label)
  const spooled = spooledRecords(codexHome)
  return {
    ended: { code: ours.code, signal: ours.signal },
    endedAlone: { code: alone.code, signal: alone.signal },
    stderr: ours.stderr,
    // What was sent may still be on disk: a process that ends in the middle has no answer for it.
    lost: Math.max(0, EVENTS - arrived - spooled),
    twice,
    spooled,
  }
}

/** Each with one or two of the endings that it makes a difference to. */
const EARLY: Record<EarlyTampering, readonly AgentOptions['ending'][]> = {
  'a listener that was there before throws': ['end'],
  'a listener that was there before exits with another code': ['unsettled'],
  'every listener of exit and of signals is taken off as it comes': ['exit', 'SIGTERM'],
  'a listener of exit may not be added': ['exit'],
  'a listener of exit or of a signal may not be taken off': ['shutdown', 'SIGTERM'],
  'process.emit cannot be replaced': ['end'],
  'signal-exit 3 takes itself out of the process again': ['exit'],
}
const LATE: Record<Tampering, readonly AgentOptions['ending'][]> = {
  "removeAllListeners('exit')": ['end'],
  'removeAllListeners()': ['exit', 'SIGQUIT'],
  'each listener of exit is taken off': ['exit'],
  'a listener in front throws': ['end', 'throw'],
  'a listener in front exits with another code': ['exit'],
  'a listener in front calls reallyExit': ['exit'],
  'a listener in front aborts': ['exit'],
  'a listener in front kills': ['exit'],
  'a listener in front takes all others off': ['exit'],
  'a listener behind throws': ['exit'],
  'a listener behind exits with another code': ['throw'],
  'a listener sets another code': ['end'],
  'process.exitCode is set': ['reallyExit'],
  'process.exit is replaced': ['exit'],
  'process.kill is replaced': ['SIGTERM'],
  'process.emit is replaced by one that keeps exit to itself': ['exit'],
  'an exit event is made up': ['SIGTERM'],
  'a throwing listener is forgiven, and the process goes on to exit': ['exit'],
  'more work is scheduled before the exit': ['end'],
  'an exit is called before the exit': ['end'],
  'a worker thread exits': ['exit'],
  'the listeners of the signal are taken off': ['SIGTERM', 'SIGQUIT'],
}
const rows = <Name extends string>(table: Record<Name, readonly AgentOptions['ending'][]>) =>
  (Object.entries(table) as [Name, readonly AgentOptions['ending'][]][]).flatMap(([what, endings]) =>
    endings.map(ending => ({ what, ending })),
  )

describe.concurrent('a process loses no event and ends as Node alone would end it', () => {
  it.for(rows(EARLY))('when, before there is telemetry, $what: $ending', async ({ what, ending }, { expect }) => {
    const left = await leave({ ending, tampersEarly: what })
    expect(left.ended, left.stderr).toEqual(left.endedAlone)
    expect(left).toMatchObject({ lost: 0, twice: 0 })
  })

  it.for(rows(LATE))('when $what: $ending', async ({ what, ending }, { expect }) => {
    const left = await leave({ ending, tampers: what })
    expect(left.ended, left.stderr).toEqual(left.endedAlone)
    expect(left).toMatchObject({ lost: 0, twice: 0 })
  })

  it.for(['abort', 'SIGKILL'] as const)('when it ends by %s, which cannot be seen', async (ending, { expect }) => {
    await using hole = await startCollector()
    hole.misbehave({ read: 'nothing', answer: 'hang' })
    const left = await leave({ ending, onDisk: EVENTS, exporter: exporterFor(hole, 'http') })
    expect(left.ended, left.stderr).toEqual(left.endedAlone)
    expect(left).toMatchObject({ lost: 0, spooled: EVENTS })
  })
})
