import { exec } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { promisify } from 'node:util'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { childEnvironment, createTelemetry, newConversationId, visibleText } from '#telemetry'
import { options } from './options.js'

const telemetry = createTelemetry(options)
for (const { message } of telemetry.problems) console.error(message)

const { OPENAI_BASE_URL: baseUrl = 'https://api.openai.com/v1', OPENAI_API_KEY: key } = process.env
const { MODEL: model = 'gpt-5.5', TERM: terminalType = 'unknown' } = process.env
const parameters = { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] }
const tools = [{ type: 'function', name: 'shell', description: 'Runs a shell command.', parameters }]
const conversationId = newConversationId()
const session = telemetry.session({ conversationId, model, originator: 'my-agent', terminalType })

const prompt = process.argv[2] ?? 'What is in this folder?'
await session.observeTurn({ prompt }, () => answer([{ role: 'user', content: prompt }]))
process.stdout.write('\n')
await telemetry.shutdown()

async function answer(input) {
  const before = input.length
  for await (const { data } of session.observeSse(await ask(input))) {
    const { type, delta, item } = JSON.parse(data)
    if (type === 'response.output_text.delta') process.stdout.write(delta)
    if (type === 'response.output_item.done') input.push(item)
  }
  const calls = input.slice(before).filter(({ type }) => type === 'function_call')
  for (const call of calls) input.push({ type: 'function_call_output', call_id: call.call_id, output: await run(call) })
  if (calls.length > 0) await answer(input)
}

async function ask(input) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
  const request = { method: 'POST', headers, body: JSON.stringify({ model, input, tools, stream: true }) }
  const observed = { attempt: 0, endpoint: '/responses', authHeaderName: 'authorization' }
  const response = await session.observeRequest(observed, () => fetch(`${baseUrl}/responses`, request))
  if (!response.ok) throw new Error(`the model answered ${response.status}: ${await response.text()}`)
  return response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
}

async function run({ name: toolName, call_id: callId, arguments: json }) {
  const { command } = JSON.parse(json)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const approved = (await terminal.question(`Run ${visibleText(command)} (y/n)? `)) === 'y'
  terminal.close()
  session.emit('codex.tool_decision', { toolName, callId, decision: approved ? 'approved' : 'denied', source: 'User' })
  const result = await session.observeTool({ toolName, callId, arguments: json }, async () => {
    if (!approved) return { output: 'The user does not allow it.', success: false }
    const env = childEnvironment(process.env, ['OPENAI_API_KEY', ...telemetry.secretVariables])
    const { stdout, stderr } = await promisify(exec)(command, { env }).catch(failure => failure)
    return { output: stdout + stderr }
  })
  return result.output
}
