import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { operations } from '@codex/otel-sdk'
import { type ReceivedSpan, type Receiver, startReceiver } from '@codex/otlp-receiver'
import { collectText } from '@codex/test-kit/run-process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { spooledRecords } from '../agent/spooled-records.ts'
import { COUNTED, type TurnsOptions } from '../agent/turns.ts'

const MAIN = fileURLToPath(new URL('../agent/turns.ts', import.meta.url))
/** Longer than a process may be silent without being taken for dead, in seconds. */
const SILENT_S = 120

describe.skipIf(process.platform !== 'linux')('a process that is stopped in the middle of a turn', () => {
  let receiver: Receiver
  let codexHome: string
  let child: ChildProcess | undefined
  beforeEach(async () => {
    receiver = await startReceiver()
    codexHome = mkdtempSync(join(tmpdir(), 'stopped-turn-'))
  })
  afterEach(async () => {
    child?.kill('SIGKILL')
    await receiver.close()
    rmSync(codexHome, { recursive: true, force: true })
  })

  /** Starts the process, and stops it when the request in its turn has been delivered, and the turn is on disk. */
  async function startAndStop(): Promise<{ written(): string }> {
    const options: TurnsOptions = { codexHome, endpoint: receiver.tracesUrl, turns: 0, tools: 0, stepMs: 0 }
    const started = spawn(process.execPath, [MAIN, JSON.stringify(options)], {
      env: { PATH: process.env.PATH },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child = started
    const written = collectText(started.stdout)
    await expect.poll(() => written()).toBe(COUNTED.repeat(2))
    await expect.poll(() => named('chat').length, { timeout: 20_000 }).toBe(1)
    // The process has read the answer; the checkpoint of the turn does not count while the process lives.
    await expect.poll(() => spooledRecords(codexHome)).toBe(0)
    started.kill('SIGSTOP')
    await expect.poll(() => stateOf(started)).toBe('T')
    return { written }
  }

  /** Lets the process go on, and end its turn and itself. */
  async function goOn(): Promise<void> {
    const ended = once(child as ChildProcess, 'close')
    child?.kill('SIGCONT')
    child?.stdin?.end()
    expect(await ended).toEqual([0, null])
  }

  const named = (name: string): ReceivedSpan[] => receiver.spans.filter(span => span.name.split(' ')[0] === name)
  const turns = () => named('invoke_agent').map(({ attributes }) => attributes['codex.outcome']?.value)

  /** What any other process sends of what it finds, as `otel flush` does. */
  async function sendLeft(): Promise<void> {
    const config = { trace_exporter: { 'otlp-http': { endpoint: receiver.tracesUrl, protocol: 'binary' } } }
    const report = await operations?.flushSpool({ config, codexHome, env: {}, serviceVersion: '1', timeoutMs: 10_000 })
    expect(report).toMatchObject({ ok: true })
  }

  const heartbeats = (): string[] => {
    const directory = join(codexHome, 'otel-spool')
    return readdirSync(directory)
      .filter(name => name.endsWith('.alive'))
      .map(name => join(directory, name))
  }
  const silence = (path: string): void => {
    const then = new Date(Date.now() - 1_000 * SILENT_S)
    utimesSync(path, then, then)
  }

  it('keeps it where others see that the process lives, however long it is silent', async () => {
    const { written } = await startAndStop()
    for (const path of heartbeats()) silence(path)
    await sendLeft()
    expect(turns()).toEqual([])
    await goOn()
    expect(turns()).toEqual(['completed'])
    expect(JSON.parse(written().slice(2))).toMatchObject({ delivered: true, health: { spooled: 0, dropped: {} } })
    await sendLeft()
    expect(turns()).toEqual(['completed'])
  })

  it('does not send it again where another process, which took it for dead, has sent it', async () => {
    const { written } = await startAndStop()
    // As from another machine that shares the home, or another container: the process cannot be looked at from there.
    for (const path of heartbeats()) {
      writeFileSync(path, 'another machine\n')
      silence(path)
    }
    await sendLeft()
    expect(turns()).toEqual(['process_killed'])
    await goOn()
    await sendLeft()
    expect(turns()).toEqual(['process_killed'])
    expect(new Set(receiver.spans.map(({ spanId }) => spanId)).size).toBe(receiver.spans.length)
    const { health } = JSON.parse(written().slice(2))
    // The turn is counted as left to the other process.
    expect(health).toMatchObject({ exported: 2, spooled: 1, pending: 0, dropped: {} })
    expect(spooledRecords(codexHome)).toBe(0)
  })
})

const stateOf = ({ pid }: ChildProcess): string | undefined =>
  readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/.*\) /, '')[0]
