import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import OpenAI from 'openai'
import { createTelemetry, newConversationId, visibleText } from '#telemetry'
import { options } from './options.ts'

const telemetry = createTelemetry(options)
for (const { message } of telemetry.problems) console.error(message)

const { MODEL: model = 'gpt-5.5', TERM: terminalType = 'unknown' } = process.env
const conversationId = newConversationId()
const session = telemetry.session({ conversationId, model, originator: 'my-chat-agent', terminalType })

// The client tries again by itself. Each of its attempts is one `codex.api_request`.
const client = new OpenAI({
  fetch: (url, init) => {
    const attempt = Number(new Headers(init?.headers).get('x-stainless-retry-count') ?? 0)
    const request = { attempt, endpoint: '/chat/completions', authHeaderName: 'authorization' }
    return session.observeRequest(request, () => fetch(url, init))
  },
})
const parameters = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] }
const tools: OpenAI.ChatCompletionTool[] = [
  { type: 'function', function: { name: 'read_file', description: 'Reads a text file.', parameters } },
]

const prompt = process.argv[2] ?? 'What is this package called?'
await session.observeTurn({ prompt }, () => answer([{ role: 'user', content: prompt }]))
process.stdout.write('\n')
await telemetry.shutdown()

async function answer(messages: OpenAI.ChatCompletionMessageParam[]): Promise<void> {
  // Without `include_usage` the stream has no token counts.
  const stream = client.chat.completions.stream({ model, messages, tools, stream_options: { include_usage: true } })
  for await (const { choices } of session.observeStream(stream)) {
    process.stdout.write(choices[0]?.delta.content ?? '')
  }
  const message = await stream.finalMessage()
  messages.push(message)
  const calls = (message.tool_calls ?? []).filter(call => call.type === 'function')
  for (const call of calls) messages.push({ role: 'tool', tool_call_id: call.id, content: await run(call) })
  if (calls.length > 0) await answer(messages)
}

async function run({ id: callId, function: called }: OpenAI.ChatCompletionMessageFunctionToolCall): Promise<string> {
  const { path } = JSON.parse(called.arguments)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const approved = (await terminal.question(`Read ${visibleText(path)} (y/n)? `)) === 'y'
  terminal.close()
  const tool = { toolName: called.name, callId, arguments: called.arguments }
  session.emit('codex.tool_decision', { ...tool, decision: approved ? 'approved' : 'denied', source: 'User' })
  const result = await session.observeTool(tool, async () => {
    if (!approved) return { output: 'The user does not allow it.', success: false }
    return readFile(path, 'utf8').then(
      output => ({ output, success: true }),
      ({ message }) => ({ output: message, success: false }),
    )
  })
  return result.output
}
