import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../usage-error.ts'
import { loadSettings, type Settings, type SettingsOptions } from './settings.ts'

let codexHome: string
beforeEach(() => {
  codexHome = mkdtempSync(join(tmpdir(), 'settings-'))
})
afterEach(() => rmSync(codexHome, { recursive: true, force: true }))

function load(toml: string, overrides: string[] = [], options: Partial<SettingsOptions> = {}): Settings {
  writeFileSync(join(codexHome, 'config.toml'), toml)
  return loadSettings({ codexHome, overrides, ...options })
}

const PROVIDER = `
model_provider = "fake"
[model_providers.fake]
base_url = "http://127.0.0.1:1/v1/"
`

describe('loadSettings', () => {
  it('needs no file', () => {
    expect(loadSettings({ codexHome: join(codexHome, 'missing'), overrides: [] })).toMatchObject({
      approvalPolicy: 'on-request',
      sandboxPolicy: 'read-only',
      provider: undefined,
      otel: undefined,
    })
  })

  it('reads every key, with the defaults of a provider', () => {
    const settings = load(`
model = "gpt-5.1-codex"
model_reasoning_effort = "high"
model_reasoning_summary = "detailed"
model_context_window = 100000
model_auto_compact_token_limit = 90000
approval_policy = "untrusted"
sandbox_mode = "workspace-write"
${PROVIDER}
env_key = "FAKE_API_KEY"
wire_api = "responses"
[otel]
environment = "dev"
`)
    expect(settings).toMatchObject({
      model: 'gpt-5.1-codex',
      reasoningEffort: 'high',
      reasoningSummary: 'detailed',
      contextWindow: 100000,
      autoCompactTokenLimit: 90000,
      approvalPolicy: 'untrusted',
      sandboxPolicy: 'workspace-write',
      otel: { environment: 'dev' },
      provider: {
        id: 'fake',
        name: 'fake',
        baseUrl: 'http://127.0.0.1:1/v1',
        envKey: 'FAKE_API_KEY',
        requiresOpenaiAuth: false,
        requestMaxRetries: 4,
        streamMaxRetries: 5,
        streamIdleTimeoutMs: 300_000,
        supportsWebsockets: false,
        websocketConnectTimeoutMs: 15_000,
      },
    })
  })

  it('ignores unknown keys', () => {
    expect(load('[analytics]\nenabled = false\n[features]\nx = 1').provider).toBeUndefined()
  })

  it('prefers the command line to -c, and -c to the file', () => {
    const overrides = ['approval_policy=untrusted', 'model=from-c', 'model_providers.fake.request_max_retries=7']
    const settings = load(`model = "from-file"\napproval_policy = "never"\n${PROVIDER}`, overrides, {
      sandboxPolicy: 'danger-full-access',
    })
    expect(settings).toMatchObject({
      model: 'from-c',
      approvalPolicy: 'untrusted',
      sandboxPolicy: 'danger-full-access',
      provider: { requestMaxRetries: 7 },
    })
  })

  it('reads whether a provider supports WebSockets, and how long to wait for one', () => {
    const { provider } = load(`${PROVIDER}\nsupports_websockets = true\nwebsocket_connect_timeout_ms = 2500`)
    expect(provider).toMatchObject({ supportsWebsockets: true, websocketConnectTimeoutMs: 2500 })
    expect(messageOf(() => load(`${PROVIDER}\nsupports_websockets = "yes"`))).toContain(
      'model_providers.fake.supports_websockets is "yes"; it must be true or false',
    )
  })

  it.each([
    [
      'otel.exporter.otlp-http={endpoint="http://h/v1",protocol="json"}',
      { 'otlp-http': { endpoint: 'http://h/v1', protocol: 'json' } },
    ],
    ['otel.exporter=none', 'none'],
    ['otel.exporter="none"', 'none'],
    ['otel."exporter" = 1', 1],
    ['otel.exporter=a=b', 'a=b'],
    ['otel.exporter=', ''],
  ])('accepts -c %s', (assignment, exporter) => {
    expect(load('', [assignment]).otel).toEqual({ exporter })
  })

  it.each(['model', '=x', 'a..b=1', '__proto__.polluted=1'])('refuses -c %s', assignment => {
    expect(() => load('', [assignment])).toThrow(UsageError)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('names every wrong key, the value that was found and the allowed values', () => {
    const wrong = `
model = 5
model_reasoning_effort = "extreme"
model_context_window = -1
model_provider = "fake"
[model_providers.fake]
base_url = "ftp://x"
wire_api = "chat"
stream_max_retries = "many"
`
    const error = messageOf(() => load(wrong))
    expect(error.split('\n')).toEqual([
      `${codexHome}/config.toml:`,
      '  model is 5; it must be a text',
      expect.stringContaining('  model_reasoning_effort is "extreme"; it must be "none" or'),
      '  model_context_window is -1; it must be a whole number from 1 to 1000000000',
      '  model_providers.fake.wire_api is "chat"; it must be "responses"',
      '  model_providers.fake.base_url is "ftp://x"; it must be a URL that starts with http:// or https://',
      '  model_providers.fake.stream_max_retries is "many"; it must be a whole number from 0 to 100',
    ])
  })

  it('names the wrong values that came from the command line apart', () => {
    const overrides = ['model=5', 'model_providers.fake={base_url="x"}']
    const error = messageOf(() => load('model_context_window = -1\nmodel_provider = "fake"', overrides))
    expect(error.split('\n')).toEqual([
      `${codexHome}/config.toml:`,
      expect.stringContaining('  model_context_window is -1'),
      '-c on the command line:',
      '  model is 5; it must be a text',
      expect.stringContaining('  model_providers.fake.base_url is "x"'),
    ])
    expect(messageOf(() => load('', ['model=5']))).toBe('-c on the command line:\n  model is 5; it must be a text')
  })

  it('reads the MCP servers in the order of the file', () => {
    const settings = load(`
chatgpt_base_url = "https://chatgpt.example.com/backend-api/"
[mcp_servers.files]
command = "npx"
args = ["-y", "files"]
env = { ROOT = "/srv" }
[mcp_servers.docs]
url = "https://docs.example.com/mcp"
bearer_token_env_var = "DOCS_TOKEN"
enabled = false
startup_timeout_sec = 2.5
tool_timeout_sec = 120
`)
    expect(settings.chatgptBaseUrl).toBe('https://chatgpt.example.com/backend-api')
    expect(settings.mcpServers).toEqual([
      {
        name: 'files',
        enabled: true,
        connection: { type: 'stdio', command: 'npx', args: ['-y', 'files'], env: { ROOT: '/srv' } },
        startupTimeoutMs: 10_000,
        toolTimeoutMs: 60_000,
      },
      {
        name: 'docs',
        enabled: false,
        connection: { type: 'http', url: 'https://docs.example.com/mcp', bearerTokenEnvVar: 'DOCS_TOKEN' },
        startupTimeoutMs: 2500,
        toolTimeoutMs: 120_000,
      },
    ])
    expect(load('').mcpServers).toEqual([])
    expect(load('', ['mcp_servers.a.command=x']).mcpServers).toMatchObject([{ name: 'a' }])
  })

  it('names the mistakes in MCP servers without values that may be secret', () => {
    const wrong = `
chatgpt_base_url = "secret"
[mcp_servers.none]
[mcp_servers.both]
command = "a"
url = "http://b"
[mcp_servers.odd]
url = "ftp://secret@b"
tool_timeout_sec = 0
[mcp_servers."two words"]
command = " "
args = "secret"
`
    expect(
      messageOf(() => load(wrong))
        .split('\n')
        .slice(1),
    ).toEqual([
      '  chatgpt_base_url must be a URL that starts with http:// or https://',
      expect.stringContaining('  mcp_servers.none has neither command nor url; give the command'),
      expect.stringContaining('  mcp_servers.both has both command and url; give the command'),
      '  mcp_servers.odd.url must be a URL that starts with http:// or https://',
      '  mcp_servers.odd.tool_timeout_sec is 0; it must be a number from 0.001 to 86400',
      expect.stringContaining('  mcp_servers."two words": the name of a server may have'),
    ])
  })

  it('names the providers that there are when the named one is missing', () => {
    expect(messageOf(() => load(PROVIDER, ['model_provider=fakee']))).toContain('or use "fake", "openai"')
  })

  it('names a missing base_url', () => {
    expect(messageOf(() => load('model_provider = "a"\n[model_providers.a]'))).toContain('base_url is missing')
  })

  it('knows the provider openai without a table', () => {
    expect(load('model_provider = "openai"').provider).toMatchObject({ name: 'OpenAI', requiresOpenaiAuth: true })
  })

  it('gives the line and the column of a syntax error', () => {
    expect(messageOf(() => load('model = "a"\nmodel_provider = = 1\n'))).toMatch(
      /config\.toml:2:18: not valid TOML: \S/,
    )
  })

  it.each([
    '[otel]\nenvironment = "a',
    '[otel.exporter]\notlp-http = {\n',
    '[otel.exporter\nx = 1',
    '[otel]\na = 1\na = 2',
    'otel.environment = = 1',
  ])('leaves a syntax error in the tables of telemetry to telemetry: %j', otel => {
    const settings = load(`model = "a"\n${otel}\n[model_providers.fake]\nbase_url = "http://127.0.0.1:1/v1"\n`)
    expect(settings).toMatchObject({ model: 'a', otel: { line: expect.any(Number) } })
  })

  it('reports a syntax error in a table after those of telemetry', () => {
    expect(messageOf(() => load('[otel]\nenvironment = "a"\n[model_providers.fake\n'))).toContain('config.toml:3')
    expect(messageOf(() => load('[otel]\nenvironment = "a"\n[otelx]\nx = = 1\n'))).toContain('config.toml:4')
  })

  it('reports a number that is too large only where its key is read', () => {
    expect(load('[otel]\nshutdown_timeout_ms = 99999999999999999999').otel).toEqual({
      shutdown_timeout_ms: 99999999999999999999n,
    })
    expect(messageOf(() => load('model_context_window = 99999999999999999999'))).toContain(
      '99999999999999999999; it must',
    )
  })
})

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}
