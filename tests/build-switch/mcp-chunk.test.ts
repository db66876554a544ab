import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Finished, runNode } from '@codex/test-kit/run-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startMcpHttpServer } from '../../apps/demo/test/mcp/http-server.ts'
import { DEMO } from './bundle.ts'

describe.each(['otel', 'noop'] as const)('the build "%s", away from its repository', variant => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'codex-otel-mcp-chunk-'))
    cpSync(join(DEMO, 'dist', variant), directory, { recursive: true })
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  function ask(config: string): Promise<Finished> {
    writeFileSync(join(directory, 'config.toml'), config)
    return runNode([join(directory, 'cli.js'), 'exec', '--skip-git-repo-check', 'Say hello'], {
      cwd: directory,
      env: { CODEX_HOME: directory, HOME: directory, TERM: 'dumb' },
    })
  }

  it('connects to servers', async () => {
    await using http = await startMcpHttpServer()
    const program = [join(DEMO, 'test/mcp/stdio-server.ts'), 'good']
    const { code, stderr } = await ask(`
[mcp_servers.program]
command = ${JSON.stringify(process.execPath)}
args = ${JSON.stringify(program)}
[mcp_servers.web]
url = "${http.url}"`)
    expect(stderr).not.toContain('MCP server')
    expect(code).toBe(0)
    expect(http.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'POST', 'DELETE'])
  })

  it('needs the chunk of the MCP client for servers alone', async () => {
    rmSync(join(directory, 'mcp-connection.js'))
    const without = await ask('')
    expect(without).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Hello!/) })
    expect(without.stderr).not.toContain('MCP')

    const { code, stderr } = await ask('[mcp_servers.web]\nurl = "http://127.0.0.1:1/"')
    expect(code).toBe(0)
    expect(stderr).toMatch(/MCP server web: .*mcp-connection\.js.*; the run goes on without its tools/)
  })
})
