import { EventSourceParserStream } from 'eventsource-parser/stream'
import { createTelemetry, newConversationId } from '#telemetry'
import { options } from './options.js'
import { isAllowed, refuse, runCommand, shell } from './shell.js'

const telemetry = createTelemetry(options)
for (const { message } of telemetry.problems) console.error(message)

const { OPENAI_BASE_URL: baseUrl = 'https://api.openai.com/v1', OPENAI_API_KEY: key } = process.env
const { MODEL: model = 'gpt-5.5', TERM: terminalType = 'unknown' } = process.env
const session = telemetry.session({ conversationId: newConversationId(), model, originator: 'my-agent', terminalType })

const prompt = process.argv[2] ?? 'What is in this folder?'
await session.observeTurn({ prompt }, () => answer([{ role: 'user', content: prompt }]))
console.log()
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
  const request = { method: 'POST', headers, body: JSON.stringify({ model, input, tools: [shell], stream: true }) }
  const observed = { attempt: 0, endpoint: '/responses', authHeaderName: 'authorization' }
  const response = await session.observeRequest(observed, () => fetch(`${baseUrl}/responses`, request))
  if (!response.ok) throw new Error(`the model answered ${response.status}: ${await response.text()}`)
  return response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
}

async function run({ name: toolName, call_id: callId, arguments: json }) {
  const { command } = JSON.parse(json)
  const decision = (await isAllowed(command)) ? 'approved' : 'denied'
  session.emit('codex.tool_decision', { toolName, callId, decision, source: 'User' })
  const act = () => (decision === 'approved' ? runCommand(command, telemetry.secretVariables) : refuse())
  const { output } = await session.observeTool({ toolName, callId, arguments: json }, act)
  return output
}
