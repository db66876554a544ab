import { expect, it } from 'vitest'
import { messagesOf, type StreamMessage } from './messages.ts'

async function read(...pieces: string[]): Promise<StreamMessage[]> {
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  })
  const messages: StreamMessage[] = []
  for await (const message of messagesOf(body)) messages.push(message)
  return messages
}

it('messages are read wherever a stream is cut, and comments are signs of life', async () => {
  const whole = 'retry: 1000\n\nid: 3-4\ndata: {"a":"é: b"}\n\n: here\n\nid: 5-4\ndata: {}\n\nid: 6'
  const messages = await read(whole)
  expect(messages).toEqual([
    { id: '', data: undefined },
    { id: '3-4', data: '{"a":"é: b"}' },
    { id: '', data: undefined },
    { id: '5-4', data: '{}' },
  ])
  for (let at = 1; at < whole.length; at += 1) expect(await read(whole.slice(0, at), whole.slice(at))).toEqual(messages)
})
