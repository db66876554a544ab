import { expect, it } from 'vitest'
import { recordingTelemetry } from '../../test/recording-telemetry.ts'
import { createFinalAnswers } from './final-answers.ts'

const content = [
  { type: 'output_text', text: 'The answer ' },
  { type: 'output_text', text: 'is 42.' },
]
const ANSWER = { type: 'message', role: 'assistant', id: 'msg_1', phase: 'final_answer', content }

function open() {
  const telemetry = recordingTelemetry()
  const answers = createFinalAnswers(telemetry)
  answers.beginTurn()
  const recorded = () => telemetry.recorded.map(([, payload]) => payload as Record<string, string>)
  return { answers, recorded }
}

it('a message that is marked as the final answer is emitted with its turn', () => {
  const { answers, recorded } = open()
  answers.onItem(ANSWER)
  const turnId = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  const response = 'The answer is 42.'
  expect(recorded()).toEqual([{ agentType: 'main', turnId, rootTurnId: turnId, itemId: 'msg_1', response }])
  expect(recorded()[0]?.rootTurnId).toBe(recorded()[0]?.turnId)
})

it('a final answer that comes several times in a turn is emitted once', () => {
  const { answers, recorded } = open()
  answers.onItem(ANSWER)
  answers.onItem(ANSWER)
  answers.onItem({ ...ANSWER, id: 'msg_2' })
  answers.beginTurn()
  answers.onItem(ANSWER)
  expect(recorded().map(({ itemId }) => itemId)).toEqual(['msg_1', 'msg_2', 'msg_1'])
  expect(new Set(recorded().map(({ turnId }) => turnId)).size).toBe(2)
})

it.each([
  ['without a mark', { ...ANSWER, phase: undefined }],
  ['of another phase', { ...ANSWER, phase: 'commentary' }],
  ['without an id', { ...ANSWER, id: undefined }],
  ['of the user', { ...ANSWER, role: 'user' }],
  ['that is reasoning', { ...ANSWER, type: 'reasoning' }],
  ['that refuses', { ...ANSWER, content: [{ type: 'refusal', refusal: 'No.' }] }],
  ['of white space', { ...ANSWER, content: [{ type: 'output_text', text: ' \n' }, null] }],
  ['without content', { ...ANSWER, content: undefined }],
  ['that is no object', null],
])('a message %s is not emitted', (_what, item) => {
  const { answers, recorded } = open()
  answers.onItem(item)
  expect(recorded()).toEqual([])
})
