import { on, once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { acceptWebsockets } from './accept-websockets.ts'
import { type ScriptedModel, startScriptedModel } from './server.ts'

let model: ScriptedModel
beforeEach(async () => {
  model = await startScriptedModel()
})
afterEach(() => model.close())

function ask(input: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${model.baseUrl}/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${model.apiKey}`, ...headers },
    body: JSON.stringify({ input }),
  })
}

const user = (text: string): object => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })
const said = (text: string): object => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
})
const output = (text: string): object => ({ type: 'function_call_output', call_id: 'c', output: text })

async function typesOf(response: Response): Promise<string[]> {
  return [...(await response.text()).matchAll(/^event: (.*)$/gm)].map(match => match[1] as string)
}

describe('the scripted model', () => {
  it('answers with server-sent events, numbered, with usage at the end', async () => {
    const text = await (await ask([user('hello')])).text()
    const data = [...text.matchAll(/^data: (.*)$/gm)].map(match => JSON.parse(match[1] as string))
    expect(data.map(event => event.sequence_number)).toEqual(data.map((_event, i) => i))
    expect(data[0].type).toBe('response.created')
    const { usage } = data.at(-1).response
    expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens)
  })

  it('sends a summary of its reasoning when the prompt asks for that', async () => {
    expect(await typesOf(await ask([user('think')]))).toContain('response.reasoning_summary_text.delta')
  })

  it('calls a command, and answers when it has the output', async () => {
    expect(await typesOf(await ask([user('list the files')]))).toContain('response.function_call_arguments.done')
    const text = await (await ask([user('list the files'), output('x\nOutput:\na.txt')])).text()
    expect(text).toContain('ran and said: a.txt')
  })

  it('fails once, then answers the same request', async () => {
    const statuses = [await ask([user('be unreliable')]), await ask([user('be unreliable')])].map(r => r.status)
    expect(statuses).toEqual([500, 200])
  })

  it('asks for permission twice in the tour', async () => {
    const bodies = []
    for (const outputs of [[], [], ['o'], ['o', 'o'], ['o', 'o', 'o']]) {
      bodies.push(await (await ask([user('tour'), ...outputs.map(output)])).text())
    }
    expect(bodies.map(body => body.includes('require_escalated'))).toEqual([false, false, true, true, false])
  })

  it('refuses a request without its key, and one that it cannot read', async () => {
    expect((await ask([user('hello')], { authorization: 'Bearer other' })).status).toBe(401)
    expect((await ask('hello')).status).toBe(400)
    expect((await ask([output('x')])).status).toBe(400)
    expect((await fetch(`${model.baseUrl}/models`)).status).toBe(404)
  })
})

describe('the scripted model over a WebSocket', () => {
  it('gives the same answers as over HTTP, and remembers the earlier items of a connection', async () => {
    const scripted = await startScriptedModel({ acceptWebsockets })
    const url = `${scripted.baseUrl.replace('http', 'ws')}/responses`
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${scripted.apiKey}` } })
    const messages = on(socket, 'message')
    const request = async (create: object): Promise<Record<string, unknown>[]> => {
      socket.send(JSON.stringify({ type: 'response.create', ...create }))
      const events: Record<string, unknown>[] = []
      while (true) {
        const { value } = await messages.next()
        const event = JSON.parse(String(value[0]))
        events.push(event)
        if (event.type === 'error' || event.type === 'response.completed') return events
      }
    }
    try {
      await once(socket, 'open')
      expect((await request({ input: [], generate: false })).map(({ type }) => type)).toEqual([
        'response.created',
        'response.completed',
      ])
      const first = await request({ input: [user('list the files')], previous_response_id: 'resp_scripted_warm' })
      expect(first.map(({ type }) => type)).toContain('response.function_call_arguments.done')
      const completed = first.at(-1) as { response: { id: string } }
      const second = await request({
        input: [output('x\nOutput:\na.txt')],
        previous_response_id: completed.response.id,
      })
      expect(JSON.stringify(second)).toContain('ran and said: a.txt')
      expect(await request({ input: [user('x')], previous_response_id: 'other' })).toMatchObject([{ status: 400 }])
      const { response } = (await request({ input: [user('hello')] })).at(-1) as typeof completed
      const more = { input: [user('be unreliable')], previous_response_id: response.id }
      expect(await request(more)).toMatchObject([{ type: 'error', status: 500 }])
      const whole = { input: [user('hello'), said('as the agent wrote it down'), user('be unreliable')] }
      expect((await request(whole)).at(-1)?.type).toBe('response.completed')
    } finally {
      socket.terminate()
      scripted.close()
    }
  })

  it('refuses an upgrade with the same statuses and bodies as a request over HTTP', async () => {
    const scripted = await startScriptedModel({ acceptWebsockets })
    type Refused = { status: number | undefined; body: unknown }
    const upgrade = async (path: string, authorization: string): Promise<Refused> => {
      const socket = new WebSocket(`${scripted.baseUrl.replace('http', 'ws')}${path}`, { headers: { authorization } })
      socket.on('error', () => {})
      const [, response] = await once(socket, 'unexpected-response')
      const body = JSON.parse(Buffer.concat(await response.toArray()).toString())
      socket.terminate()
      return { status: response.statusCode, body }
    }
    const post = async (path: string, authorization: string): Promise<Refused> => {
      const response = await fetch(`${scripted.baseUrl}${path}`, { method: 'POST', headers: { authorization } })
      return { status: response.status, body: await response.json() }
    }
    try {
      const wrongKey = await upgrade('/responses', 'Bearer other')
      expect(wrongKey).toMatchObject({ status: 401, body: { error: { message: 'wrong key' } } })
      expect(wrongKey).toEqual(await post('/responses', 'Bearer other'))
      const wrongPath = await upgrade('/other', `Bearer ${scripted.apiKey}`)
      expect(wrongPath.status).toBe(404)
      expect(wrongPath).toEqual(await post('/other', `Bearer ${scripted.apiKey}`))
    } finally {
      scripted.close()
    }
  })
})
