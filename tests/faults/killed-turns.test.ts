import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { operations } from '@codex/otel-sdk'
import type { ReceivedSpan } from '@codex/otlp-receiver'
import { expect, it } from 'vitest'
import { spooledRecords } from '../agent/spooled-records.ts'
import { COUNTED, type TurnsOptions } from '../agent/turns.ts'
import { record, remark } from './delivery-row.ts'
import { openScene } from './scene.ts'
import { KILLS } from './sections.ts'

const MAIN = fileURLToPath(new URL('../agent/turns.ts', import.meta.url))
const KILLED = 200
const AT_ONCE = 4
/** The kill comes at a random time within this, after the first turn began. */
const WITHIN_MS = 400
/** A turn takes longer than most processes live. */
const AGENT = { turns: 1000, tools: 30, stepMs: 7 }

/** Kills a process in the middle of its turns, and returns how many spans it was about to have. */
async function kill(options: TurnsOptions): Promise<number> {
  const child = spawn(process.execPath, [MAIN, JSON.stringify(options)], {
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let counted = 0
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    if (counted === 0) setTimeout(() => child.kill('SIGKILL'), Math.random() * WITHIN_MS)
    counted += text.split(COUNTED).length - 1
  })
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL'])
  return counted
}

const isKilled = ({ attributes }: ReceivedSpan): boolean => attributes['error.type']?.value === 'process_killed'

it(`of ${KILLED} processes that are killed in the middle of a turn, each span on disk arrives once, and the turn as killed`, async context => {
  await using scene = await openScene('http')
  await scene.proxy.refuse()
  const { codexHome, receiver } = scene
  const endpoint = receiver.tracesUrl.replace(/:\d+/, `:${scene.proxy.port}`)
  let started = 0
  let sent = 0
  const work = async (): Promise<void> => {
    while (started++ < KILLED) {
      const counted = await kill({ codexHome, endpoint, ...AGENT })
      sent += counted
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const left = spooledRecords(codexHome)
  await scene.proxy.listen()
  const config = { trace_exporter: { 'otlp-http': { endpoint, protocol: 'binary' } } }
  const report = await operations?.flushSpool({ config, codexHome, env: {}, serviceVersion: '1', timeoutMs: 30_000 })
  expect(report).toMatchObject({ ok: true })

  const spans = receiver.spans.filter(({ name }) => name !== 'codex.session_init')
  const sessions = receiver.spans.length - spans.length
  const twice = receiver.spans.length - new Set(receiver.spans.map(({ spanId }) => spanId)).size
  const turns = spans.filter(({ parentSpanId }) => parentSpanId === '')
  const killed = turns.filter(isKilled)
  record(context, {
    section: KILLS,
    case: `killed ${KILLED} times in the middle of a turn, collector dead: spans`,
    by: 'codex-otel',
    over: 'HTTP',
    sent,
    arrived: 0,
    left: left - sessions,
    afterNext: spans.length,
    twice,
    said: [],
  })
  const lost = sent - spans.length
  remark(
    context,
    KILLS,
    `Of the ${KILLED} turns that were open ${killed.length} arrived, each once and marked \`process_killed\`; the others had begun within the last moments, as had ${lost - (KILLED - killed.length)} other spans that were lost.`,
  )

  expect(receiver.spans).toHaveLength(left)
  expect(twice).toBe(0)
  // A turn is on disk before what is below it.
  const known = new Set(spans.map(({ spanId }) => spanId))
  expect(spans.filter(({ parentSpanId }) => parentSpanId !== '' && !known.has(parentSpanId))).toEqual([])
  expect(killed.length).toBeLessThanOrEqual(KILLED)
  expect(killed.length).toBeGreaterThan(KILLED / 4)
  for (const { attributes, endTimeUnixNano, spanId, status } of killed) {
    expect([status.code, attributes['codex.outcome']?.value]).toEqual(['error', 'process_killed'])
    const below = spans.filter(({ parentSpanId }) => parentSpanId === spanId)
    for (const span of below) expect(span.endTimeUnixNano).toBeLessThanOrEqual(endTimeUnixNano)
  }
  // Nothing is left, and nothing comes a second time.
  expect(spooledRecords(codexHome)).toBe(0)
  await operations?.flushSpool({ config, codexHome, env: {}, serviceVersion: '1', timeoutMs: 10_000 })
  expect(receiver.spans).toHaveLength(left)
}, 180_000)
