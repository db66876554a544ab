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
  const told = () => telemetry.told.map(([, payload]) => payload as Record<string, string>)
  return { answers, told }
}

it('a message that is marked as the final answer is told with its turn', () => {
  const { answers, told } = open()
  answers.onItem(ANSWER)
  const turnId = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  const response = 'The answer is 42.'
  expect(told()).toEqual([{ agentType: 'main', turnId, rootTurnId: turnId, itemId: 'msg_1', response }])
  expect(told()[0]?.rootTurnId).toBe(told()[0]?.turnId)
})

it('a message is told once a turn, however often it comes', () => {
  const { answers, told } = open()
  answers.onItem(ANSWER)
  answers.onItem(ANSWER)
  answers.onItem({ ...ANSWER, id: 'msg_2' })
  answers.beginTurn()
  answers.onItem(ANSWER)
  expect(told().map(({ itemId }) => itemId)).toEqual(['msg_1', 'msg_2', 'msg_1'])
  expect(new Set(told().map(({ turnId }) => turnId)).size).toBe(2)
})

it.each([
  ['without a mark', { ...ANSWER, phase: undefined }],
  ['of another phase', { ...ANSWER, phase: 'commentary' }],
  ['without an id', { ...ANSWER, id: undefined }],
  ['of the user', { ...ANSWER, role: 'user' }],
  ['that is none', { ...ANSWER, type: 'reasoning' }],
  ['that refuses', { ...ANSWER, content: [{ type: 'refusal', refusal: 'No.' }] }],
  ['of white space', { ...ANSWER, content: [{ type: 'output_text', text: ' \n' }, null] }],
  ['without content', { ...ANSWER, content: undefined }],
  ['that is no object', null],
])('a message %s is not told', (_what, item) => {
  const { answers, told } = open()
  answers.onItem(item)
  expect(told()).toEqual([])
})
