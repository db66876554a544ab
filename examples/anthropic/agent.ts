import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import Anthropic from '@anthropic-ai/sdk'
import { createTelemetry, newConversationId, visibleText } from '#telemetry'
import { options } from './options.ts'

const telemetry = createTelemetry(options)
for (const { message } of telemetry.problems) console.error(message)

const { MODEL: model = 'claude-sonnet-5-5', TERM: terminalType = 'unknown' } = process.env
const conversationId = newConversationId()
const session = telemetry.session({ conversationId, model, originator: 'my-anthropic-agent', terminalType })

// The client tries again by itself. Each of its attempts is one `codex.api_request`.
const client = new Anthropic({
  fetch: (url, init) => {
    const attempt = Number(new Headers(init?.headers).get('x-stainless-retry-count') ?? 0)
    return session.observeRequest({ attempt, endpoint: '/messages', authHeaderName: 'x-api-key' }, () =>
      fetch(url, init),
    )
  },
})
const readFileTool: Anthropic.Tool = {
  name: 'read_file',
  description: 'Reads a text file.',
  input_schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
}

const prompt = process.argv[2] ?? 'What is this package called?'
await session.observeTurn({ prompt }, () => answer([{ role: 'user', content: prompt }]))
process.stdout.write('\n')
await telemetry.shutdown()

async function answer(messages: Anthropic.MessageParam[]): Promise<void> {
  const stream = client.messages.stream({ model, max_tokens: 4096, messages, tools: [readFileTool] })
  for await (const event of session.observeStream(stream)) {
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
      process.stdout.write(event.delta.text)
    }
  }
  const { content } = await stream.finalMessage()
  const results: Anthropic.ToolResultBlockParam[] = []
  for (const block of content) {
    if (block.type === 'tool_use') {
      results.push({ type: 'tool_result', tool_use_id: block.id, content: await run(block) })
    }
  }
  messages.push({ role: 'assistant', content }, { role: 'user', content: results })
  if (results.length > 0) await answer(messages)
}

async function run({ name: toolName, id: callId, input }: Anthropic.ToolUseBlock): Promise<string> {
  const { path } = input as { path: string }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const approved = (await terminal.question(`Read ${visibleText(path)} (y/n)? `)) === 'y'
  terminal.close()
  session.emit('codex.tool_decision', { toolName, callId, decision: approved ? 'approved' : 'denied', source: 'User' })
  const tool = { toolName, callId, arguments: JSON.stringify(input) }
  const result = await session.observeTool(tool, async () => {
    if (!approved) return { output: 'The user does not allow it.', success: false }
    return readFile(path, 'utf8').then(
      output => ({ output, success: true }),
      ({ message }) => ({ output: message, success: false }),
    )
  })
  return result.output
}
