import { expect, it } from 'vitest'
import { spanOf } from '../protocol/event-tuple.ts'
import type { AssembledSpan } from '../worker/signals/assembled-span.ts'
import { configuredScrubber } from '../worker/signals/configured-scrubber.ts'
import { SCRIPTED_TURN } from '../worker/signals/scripted-turn.fixture.ts'
import { configOf } from '../worker/signals/signal-start.fixture.ts'
import { createSpanAssembler } from '../worker/signals/span-assembler.ts'
import { type CollectedSpan, treesOf } from './collect-spans.ts'
import { createTestTelemetry } from './create-test-telemetry.ts'

function assembled(steps = SCRIPTED_TURN): AssembledSpan[] {
  const { content, tracing } = configOf({})
  const spans: AssembledSpan[] = []
  const scrubber = configuredScrubber(content, undefined)
  const assembler = createSpanAssembler({ content, tracing, scrubber, onSpan: span => spans.push(span) })
  for (const step of steps) {
    if ('type' in step) assembler.take(step)
    else assembler.event(step, spanOf(step))
  }
  return spans
}

const names = ({ name, children }: CollectedSpan): unknown =>
  children.length === 0 ? name : [name, children.map(names)]

it('a turn is one tree', () => {
  expect(treesOf(assembled()).map(names)).toEqual([
    [
      'invoke_agent codex-cli',
      ['chat gpt-5.1-codex', 'codex.approval', 'execute_tool exec_command', 'chat gpt-5.1-codex'],
    ],
  ])
})

it('spans whose parent has not ended stand beside each other', () => {
  expect(treesOf(assembled(SCRIPTED_TURN.slice(0, -1))).map(names)).toEqual([
    'chat gpt-5.1-codex',
    'codex.approval',
    'execute_tool exec_command',
    'chat gpt-5.1-codex',
  ])
})

it('a span has its ids, times and status', () => {
  const [turn] = treesOf(assembled())
  expect(turn).toMatchObject({ kind: 'internal', traceId: '4bf92f3577b34da6a3ce929d0e0e4736', status: 'unset' })
  expect(turn?.children[3]).toMatchObject({ kind: 'client', parentSpanId: turn?.spanId, status: 'error' })
  expect(turn?.children[3]?.attributes['error.type']).toBe('rate_limit_exceeded')
})

it('an application sees the tree of its turn, with what is in it', async () => {
  const { telemetry, snapshot, clear } = createTestTelemetry({ config: { span_attributes: { team: 'platform' } } })
  const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
  await session.observeTurn({ prompt: 'a prompt' }, async () => {
    await session.observeTool({ toolName: 'shell', callId: 'call_1', arguments: '{}' }, async () => ({
      output: 'done',
    }))
    session.span('my_step', { kept: 3 }, span => span.event('compacted'))
  })
  const turn = snapshot().spans.find(({ name }) => name.startsWith('invoke_agent'))
  expect(turn?.children.map(({ name }) => name)).toEqual(['execute_tool shell', 'my_step'])
  expect(turn?.attributes).toMatchObject({ 'codex.prompt_length': 8, 'codex.turn.tool_calls': 1, team: 'platform' })
  expect(turn?.children[1]).toMatchObject({ attributes: { kept: 3 }, events: [{ name: 'compacted' }] })
  expect(JSON.stringify(snapshot().spans)).not.toContain('a prompt')
  expect(telemetry.health()?.traces.exported).toBeGreaterThanOrEqual(3)
  clear()
  expect(snapshot().spans).toEqual([])
})

it('what is open at a shutdown is ended', async () => {
  const { telemetry, snapshot } = createTestTelemetry()
  const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
  void session.observeTurn({ prompt: 'x' }, () => new Promise(() => {}))
  await telemetry.shutdown()
  const turn = snapshot().spans.find(({ name }) => name.startsWith('invoke_agent'))
  expect(turn).toMatchObject({ status: 'error', attributes: { 'codex.outcome': 'process_exit' } })
})
