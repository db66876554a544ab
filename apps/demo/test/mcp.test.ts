import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alive } from './mcp/alive.ts'
import { startMcpHttpServer } from './mcp/http-server.ts'
import { answer, calls, type ModelServer, type Reply, startModelServer } from './model-server.ts'
import { tokens } from './sign-in.fixture.ts'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const PROGRAM = fileURLToPath(new URL('./mcp/stdio-server.ts', import.meta.url))
const PATIENT = { timeout: 10_000 }
const BYPASS = ['--dangerously-bypass-approvals-and-sandbox']

let home: string
const children: ChildProcess[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mcp-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

interface Run {
  /** Lines of `config.toml` before the first table, and after all others. */
  top?: string
  servers: string
  options?: string[]
  env?: Record<string, string>
  replies: Reply[]
  build?: 'otel' | 'noop'
  /** Called with the process of the agent when it has started. */
  meanwhile?: (child: ChildProcess) => Promise<void>
}

interface Finished {
  code: number | null
  stderr: string
  requests: ModelServer['requests']
  /** The events that arrived, with the values of their attributes. */
  events(name: string): Record<string, unknown>[]
  /** The values of a counter by its tags. */
  metric(name: string): Record<string, unknown>[]
}

async function run({
  top = '',
  servers,
  options = BYPASS,
  env,
  replies,
  build = 'otel',
  meanwhile,
}: Run): Promise<Finished> {
  await using model = await startModelServer(replies)
  await using receiver: Receiver = await startReceiver()
  writeFileSync(
    join(home, 'config.toml'),
    `${top}
model_provider = "fake"
[model_providers.fake]
base_url = "${model.baseUrl}"
${existsSync(join(home, 'auth.json')) ? 'requires_openai_auth = true' : 'env_key = "FAKE_API_KEY"'}
request_max_retries = 0
stream_max_retries = 0
[otel]
shutdown_timeout_ms = 5000
exporter = { otlp-http = { endpoint = "${receiver.logsUrl}", protocol = "json", headers = { x-token = "\${OTLP_TOKEN}" } } }
metrics_exporter = { otlp-http = { endpoint = "${receiver.httpUrl}/v1/metrics", protocol = "json" } }
${servers}`,
  )
  const condition = build === 'otel' ? ['--conditions=codex-otel'] : []
  const child = spawn(process.execPath, [...condition, CLI, 'exec', '--skip-git-repo-check', ...options, 'go'], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      CODEX_HOME: home,
      FAKE_API_KEY: 'secret-1',
      OTLP_TOKEN: 'secret-2',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  children.push(child)
  let stderr = ''
  child.stderr?.on('data', chunk => {
    stderr += chunk
  })
  const closed = new Promise<number | null>(resolve => child.on('close', resolve))
  await meanwhile?.(child)
  const code = await closed
  const values = (attributes: Readonly<Record<string, { value: unknown }>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value]))
  return {
    code,
    stderr,
    requests: model.requests,
    events: name => receiver.logs.filter(log => log.eventName === name).map(log => values(log.attributes)),
    metric: name => receiver.metrics.filter(point => point.name === name).map(point => values(point.attributes)),
  }
}

const stdioServer = (name: string, mode = 'good', ...rest: string[]): string => `
[mcp_servers.${name}]
command = ${JSON.stringify(process.execPath)}
args = ${JSON.stringify([PROGRAM, mode, join(home, `${name}.pids`)])}
${rest.join('\n')}`

const wants = (name: string, args: object = {}): Reply => calls({ name, arguments: JSON.stringify(args) })
const offeredIn = ({ requests }: Finished): string[] =>
  ((requests[0]?.body.tools ?? []) as { name: string }[]).map(({ name }) => name)
const outputsOf = ({ requests }: Finished): unknown[] =>
  (requests.at(-1)?.body.input ?? []).flatMap(item => (item as { output?: unknown }).output ?? [])

const processesOf = (name: string): boolean[] => alive(join(home, `${name}.pids`))

describe('an MCP server', () => {
  it.each(['otel', 'noop'] as const)(
    'is used by the build %s: its tools are offered to the model, called, and exported with telemetry',
    async build => {
      await using http = await startMcpHttpServer()
      const servers = `${stdioServer('demo')}\n[mcp_servers.web]\nurl = "${http.url}"\nbearer_token_env_var = "WEB_TOKEN"`
      const off = '\n[mcp_servers.off]\ncommand = "/no/such"\nenabled = false'
      const env = { WEB_TOKEN: 'secret-3' }
      const replies = [
        calls(
          { name: 'mcp__demo__echo', arguments: '{"text":"hi"}' },
          { name: 'mcp__web__fail', arguments: '' },
          { name: 'mcp__demo__environment', arguments: '{}' },
          { arguments: '{"cmd":"env"}' },
        ),
        answer('Done.'),
      ]
      const finished = await run({ servers: servers + off, env, replies, build })
      expect(finished).toMatchObject({ code: 0 })
      expect(finished.stderr).toContain('> mcp__demo__echo {"text":"hi"}\nyou said hi\n')
      expect(finished.stderr).not.toContain('codex-demo: ')
      const offered = offeredIn(finished)
      expect(offered).toEqual(expect.arrayContaining(['exec_command', 'mcp__demo__echo', 'mcp__web__echo']))
      const [echoed, failed, environment, command] = outputsOf(finished)
      expect([echoed, failed]).toEqual(['you said hi', 'it did not work'])
      for (const text of [environment, command, finished.stderr]) expect(text).not.toContain('secret-')
      expect(http.requests[0]?.headers.authorization).toBe('Bearer secret-3')
      await expect.poll(() => processesOf('demo'), PATIENT).toEqual([false, false])
      if (build === 'noop') return

      expect(finished.events('codex.conversation_starts')).toMatchObject([{ mcp_servers: 'demo, web' }])
      expect(finished.events('codex.tool_result')).toMatchObject([
        {
          tool_name: 'echo',
          tool_namespace: 'mcp__demo',
          mcp_server: 'demo',
          mcp_server_origin: 'stdio',
          call_id: 'call_0',
          success: 'true',
          arguments: '{"text":"hi"}',
          output: 'you said hi',
        },
        {
          tool_name: 'fail',
          tool_namespace: 'mcp__web',
          mcp_server: 'web',
          mcp_server_origin: http.origin,
          call_id: 'call_1',
          success: 'false',
          output: 'it did not work',
        },
        { tool_name: 'environment', mcp_server: 'demo' },
        { tool_name: 'exec_command', tool_namespace: 'functions', mcp_server: '', mcp_server_origin: '' },
      ])
      // The policy's permission counts as a decision for commands alone.
      expect(finished.events('codex.tool_decision')).toMatchObject([{ tool_name: 'exec_command', call_id: 'call_3' }])
      expect(finished.metric('codex.mcp.call')).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ server: 'demo', tool: 'echo', status: 'ok' }),
          expect.objectContaining({ server: 'web', tool: 'fail', status: 'error' }),
        ]),
      )
    },
  )

  it('is called only when the user approves it, where the policy asks about commands', async () => {
    const replies = [
      calls(
        { name: 'mcp__demo__echo', arguments: '{"text":"1"}' },
        { name: 'mcp__demo__echo', arguments: '{"text":"1"}' },
        { name: 'mcp__demo__echo', arguments: '{"text":"2"}' },
        { name: 'mcp__demo__echo', arguments: '[]' },
        { name: 'mcp__demo__nothing', arguments: '{}' },
      ),
      answer('Done.'),
    ]
    const finished = await run({
      servers: stdioServer('demo'),
      options: ['--answers', 'accept-for-session,decline'],
      replies,
    })
    expect(finished.code).toBe(0)
    expect(outputsOf(finished)).toEqual([
      'you said 1',
      'you said 1',
      'tool call rejected: rejected by user',
      'failed to parse function arguments: expected a JSON object',
      'unsupported call: mcp__demo__nothing',
    ])
    expect(finished.stderr).toContain('not run, rejected by user: mcp__demo__echo {"text":"2"}')
    const named = { tool_name: 'echo', tool_namespace: 'mcp__demo', source: 'User' }
    expect(finished.events('codex.tool_decision')).toMatchObject([
      { ...named, decision: 'approved_for_session' },
      { ...named, decision: 'approved_for_session' },
      { ...named, decision: 'denied' },
    ])
    const results = finished.events('codex.tool_result').map(event => [event.success, event.mcp_server])
    expect(results).toEqual([
      ['true', 'demo'],
      ['true', 'demo'],
      ['false', 'demo'],
      ['false', 'demo'],
      ['false', ''],
    ])
  })

  it('that cannot be reached is named once, and listed in telemetry', async () => {
    const replies = [wants('exec_command', { cmd: 'true' }), answer('Done.')]
    const finished = await run({
      servers: `${stdioServer('broken', 'dies')}\n[mcp_servers.gone]\nurl = "http://127.0.0.1:1/"`,
      replies,
    })
    expect(finished.code).toBe(0)
    expect(finished.stderr.match(/codex-demo: MCP server \w+/g)?.sort()).toEqual([
      'codex-demo: MCP server broken',
      'codex-demo: MCP server gone',
    ])
    expect(finished.events('codex.conversation_starts')).toMatchObject([{ mcp_servers: 'broken, gone' }])
  })

  it('that delays a call leaves no process behind when the agent is ended', async () => {
    const finished = await run({
      servers: stdioServer('demo', 'stays'),
      replies: [wants('mcp__demo__hang')],
      meanwhile: async child => {
        await new Promise<void>(resolve => {
          child.stderr?.on('data', chunk => {
            if (String(chunk).includes('> mcp__demo__hang')) resolve()
          })
        })
        expect(processesOf('demo')).toEqual([true, true])
        child.kill('SIGTERM')
      },
    })
    expect(finished.code).toBe(143)
    await expect.poll(() => processesOf('demo'), PATIENT).toEqual([false, false])
  })

  it('hosted by ChatGPT is used with the sign-in where the configuration has chatgpt_base_url', async () => {
    const authFile = { auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens: tokens(1) }
    writeFileSync(join(home, 'auth.json'), JSON.stringify(authFile), { mode: 0o600 })
    await using http = await startMcpHttpServer()
    const top = `chatgpt_base_url = "${http.origin}/backend-api/"`
    const replies = [wants('mcp__codex_apps__echo', { text: 'hi' }), answer('Done.')]
    const finished = await run({ top, servers: '', replies })
    expect(outputsOf(finished)).toEqual(['you said hi'])
    expect(new Set(http.requests.map(({ url }) => url))).toEqual(new Set(['/backend-api/wham/apps']))
    expect(http.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${tokens(1).access_token}`,
      'chatgpt-account-id': 'account-1',
    })
    expect(finished.events('codex.conversation_starts')).toMatchObject([{ mcp_servers: 'codex_apps' }])
    expect(finished.events('codex.tool_result')).toMatchObject([
      { tool_namespace: 'mcp__codex_apps', mcp_server: 'codex_apps', mcp_server_origin: http.origin },
    ])

    const used = http.requests.length
    const switchedOff = `[mcp_servers.codex_apps]\nurl = "${http.url}"\nenabled = false`
    for (const without of [{ servers: '' }, { top, servers: switchedOff }]) {
      const { events } = await run({ ...without, replies: [answer('Done.')] })
      expect(events('codex.conversation_starts')).toMatchObject([{ mcp_servers: '' }])
    }
    expect(http.requests.length).toBe(used)
  })
})
