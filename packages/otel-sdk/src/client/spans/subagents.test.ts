import { expect, it } from 'vitest'
import { recordSpans, TOOL } from './record-spans.fixture.ts'

const EXPLORER = { conversationId: 'other', agentName: 'explorer' }

it('the turn of a sub-agent is below its call, in the same trace, of a conversation of its own', async () => {
  const recording = recordSpans()
  const session = recording.session()
  await session.observeTurn({ prompt: 'x' }, () =>
    session.observeTool(TOOL, async () => {
      const subagent = session.subagent({ ...EXPLORER, callId: TOOL.callId, model: 'gpt-small' })
      await subagent.observeTurn({ prompt: 'y' }, () => subagent.observeTool(TOOL, async () => 'z'))
      return 'x'
    }),
  )
  expect(recording.tree()).toEqual([
    'sessionInit done',
    'turn codex-cli done',
    '  tool exec_command done',
    '    turn explorer done',
    '      tool exec_command done',
  ])
  const [, turn, , below] = recording.spans().map(({ opening }) => opening)
  expect(below?.traceId).toEqual(turn?.traceId)
  expect(below?.origin).toMatchObject({ conversationId: 'other', sessionId: 'conversation', agentName: 'explorer' })
  expect(below?.links).toEqual([])
  expect(session.runtimeSummary()).toMatchObject({ turns: 2, toolCalls: { count: 2 } })
})

it('a sub-agent that goes on after the turn stays below it', async () => {
  const recording = recordSpans()
  const session = recording.session()
  let subagent = session
  await session.observeTurn({ prompt: 'x' }, async () => {
    subagent = session.subagent(EXPLORER)
  })
  await subagent.observeTurn({ prompt: 'y' }, async () => {})
  expect(recording.tree()).toEqual(['sessionInit done', 'turn codex-cli done', '  turn explorer done'])
})

it('a turn of a sub-agent that is still open when the turn ends is below it, and ends by itself', async () => {
  const recording = recordSpans()
  const session = recording.session()
  let resolve = (): void => {}
  const promise = new Promise<void>(resolved => {
    resolve = resolved
  })
  let below: Promise<void> | undefined
  await session.observeTurn({ prompt: 'x' }, async () => {
    const subagent = session.subagent(EXPLORER)
    below = subagent.observeTurn({ prompt: 'y' }, async () => {
      await promise
      await subagent.observeTool(TOOL, async () => 'z')
    })
  })
  expect(recording.tree().slice(1)).toEqual(['turn codex-cli done', '  turn explorer open'])
  resolve()
  await below
  expect(recording.tree().slice(1)).toEqual([
    'turn codex-cli done',
    '  turn explorer done',
    '    tool exec_command done',
  ])
})

it('another model of the conversation has its requests in the same turn', async () => {
  const recording = recordSpans()
  const session = recording.session()
  const other = session.withModel('gpt-other')
  await session.observeTurn({ prompt: 'x' }, () =>
    other.observeRequest({ attempt: 0, endpoint: '/' }, async () => ({ status: 200, headers: { get: () => null } })),
  )
  expect(recording.tree().slice(1)).toEqual(['turn codex-cli done', '  chat gpt-other done'])
})
