import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ReceivedLog, type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type InstalledExample, installExample, type Ran } from './installed-example.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'

const FIRST_TOKEN_MS = 300

const EXAMPLES = [
  {
    name: 'minimal',
    source: 'agent.js',
    service: 'my-agent',
    endpoint: '/responses',
    asks: 'Run ls',
    tool: 'shell',
    gives: 'README.md\n',
  },
  {
    name: 'anthropic',
    source: 'agent.ts',
    service: 'my-anthropic-agent',
    endpoint: '/messages',
    asks: 'Read package.json',
    tool: 'read_file',
    gives: '{\n  "name": "my-',
  },
  {
    name: 'chat',
    source: 'agent.ts',
    service: 'my-chat-agent',
    endpoint: '/chat/completions',
    asks: 'Read package.json',
    tool: 'read_file',
    gives: '{\n  "name": "my-',
  },
] as const

const valuesOf = (log: ReceivedLog): Record<string, unknown> =>
  Object.fromEntries(Object.entries(log.attributes).map(([name, { value }]) => [name, value]))

/** The attributes of each event of that name. */
const named = (logs: readonly ReceivedLog[], name: string): Record<string, unknown>[] =>
  logs.filter(log => log.eventName === name).map(valuesOf)

const installed = new Map<string, InstalledExample>()

beforeAll(async () => {
  await Promise.all(EXAMPLES.map(async ({ name }) => installed.set(name, await installExample(name, inject('npmrc')))))
})
afterAll(() => {
  for (const example of installed.values()) example.remove()
})

describe.each(EXAMPLES)('examples/$name, installed from packed tarballs', ({ name, source, service, ...facts }) => {
  let example: InstalledExample
  let receiver: Receiver
  let model: ScriptedModel

  beforeAll(async () => {
    receiver = await startReceiver()
    model = await startScriptedModel({ FIRST_TOKEN_MS: String(FIRST_TOKEN_MS) })
    example = installed.get(name) as InstalledExample
    example.configure(receiver)
  })
  afterAll(async () => {
    await receiver?.close()
    await model?.[Symbol.asyncDispose]()
  })

  const ask = (command: readonly string[], typed: string, url = model.url): Promise<Ran> => {
    receiver.reset()
    const keys = { OPENAI_API_KEY: 'a-key', ANTHROPIC_API_KEY: 'a-key' }
    const env = { OPENAI_BASE_URL: url, ANTHROPIC_BASE_URL: url.replace('/v1', ''), ...keys }
    return example.run(command, { env, stdin: `${typed}\n` })
  }

  it('has the versions that are packed', () => {
    for (const library of ['@codex/otel-api', '@codex/otel-sdk']) {
      const folder = join(example.directory, 'node_modules', library)
      expect(existsSync(join(folder, 'LICENSE'))).toBe(true)
      expect(readFileSync(join(folder, 'package.json'), 'utf8')).not.toContain('workspace:')
    }
  })

  it.runIf(source === 'agent.ts')('has types that hold', async () => {
    expect(await example.run(['npm', 'run', 'typecheck'])).toMatchObject({ code: 0 })
  })

  describe.each([
    ['unbundled', undefined, ['npm', 'start', '--silent']],
    ['bundled', ['npm', 'run', 'build'], ['node', 'dist/agent.js']],
  ] as const)('%s', (_way, build, command) => {
    let approved: Ran
    let logs: readonly ReceivedLog[]
    let metrics: Receiver['metrics']

    beforeAll(async () => {
      if (build) expect(await example.run(build)).toMatchObject({ code: 0 })
      approved = await ask(command, 'y')
      logs = [...receiver.logs]
      metrics = [...receiver.metrics]
    })

    it('asks before it runs a tool, and answers with what the tool gave', () => {
      expect(approved.code).toBe(0)
      expect(approved.stderr).toContain(facts.asks)
      expect(approved.stdout).toContain(`The tool gave back: ${facts.gives}`)
    })

    it('sends what happened, under its own name', () => {
      const names = new Set([...logs, ...metrics].map(({ resource }) => resource.attributes['service.name']?.value))
      expect([...names]).toEqual([service])
      expect(new Set(logs.map(log => valuesOf(log)['conversation.id'])).size).toBe(1)
      const steps = logs.filter(({ eventName }) => eventName !== 'codex.sse_event').map(({ eventName }) => eventName)
      expect(steps).toEqual([
        'codex.user_prompt',
        'codex.api_request',
        'codex.turn_ttft',
        'codex.tool_decision',
        'codex.tool_result',
        'codex.api_request',
      ])
      expect(metrics.map(({ name }) => name)).toEqual(expect.arrayContaining(['codex.turn.e2e_duration_ms']))
    })

    it('counts the tokens of each response, and the time to its first one', () => {
      const counted = named(logs, 'codex.sse_event').filter(event => 'input_token_count' in event)
      expect(counted).toHaveLength(2)
      for (const event of counted) {
        expect(event).toMatchObject({
          input_token_count: '1200',
          output_token_count: '30',
          cached_token_count: 1024,
          cache_write_token_count: 100,
          reasoning_token_count: 12,
          tool_token_count: '1230',
        })
        // The first response's head is read before its events are observed, so that some of the time may be over by then.
        expect(event.ttft_ms).toBeGreaterThan(FIRST_TOKEN_MS / 2)
        expect(event.ttft_ms).toBeLessThan(20 * FIRST_TOKEN_MS)
      }
      const [turn] = named(logs, 'codex.turn_ttft')
      expect(Number(turn?.duration_ms)).toBeGreaterThanOrEqual(FIRST_TOKEN_MS)
      expect(named(logs, 'codex.sse_event').filter(event => 'error.message' in event)).toEqual([])
    })

    it('sends the requests and the tool with their results', () => {
      for (const request of named(logs, 'codex.api_request')) {
        expect(request).toMatchObject({ endpoint: facts.endpoint, attempt: 0, 'http.response.status_code': 200 })
      }
      expect(named(logs, 'codex.tool_decision')).toMatchObject([{ decision: 'approved', source: 'User' }])
      expect(named(logs, 'codex.tool_result')).toMatchObject([{ tool_name: facts.tool, success: 'true' }])
    })

    it('sends what the user refuses as refused', async () => {
      const refused = await ask(command, 'n')
      expect(refused).toMatchObject({ code: 0, stdout: 'The tool gave back: The user does not allow it.\n' })
      expect(named(receiver.logs, 'codex.tool_decision')).toMatchObject([{ decision: 'denied', source: 'User' }])
      expect(named(receiver.logs, 'codex.tool_result')).toMatchObject([{ tool_name: facts.tool, success: 'false' }])
    })
  })

  it.runIf(name !== 'minimal')('sends each attempt of the client library', async () => {
    await using busy = await startScriptedModel({ FIRST_TOKEN_MS: '0', FAILURES: '1' })
    expect(await ask(['npm', 'start', '--silent'], 'y', busy.url)).toMatchObject({ code: 0 })
    const requests = named(receiver.logs, 'codex.api_request')
    expect(requests.map(request => [request.attempt, request['http.response.status_code']])).toEqual([
      [0, 503],
      [1, 200],
      [0, 200],
    ])
  })

  it('is the same agent without the build condition, and sends nothing', async () => {
    const build = ['npx', 'esbuild', source, '--bundle', '--platform=node', '--format=esm', '--outfile=dist/without.js']
    expect(await example.run(build)).toMatchObject({ code: 0 })
    const ran = await ask(['node', 'dist/without.js'], 'n')
    expect(ran).toMatchObject({ code: 0, stdout: 'The tool gave back: The user does not allow it.\n' })
    expect(receiver.requests).toEqual([])
    expect(readFileSync(join(example.directory, 'dist/without.js'), 'utf8')).not.toContain('opentelemetry.proto')
  })
})
