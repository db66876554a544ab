import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Finished, runNode } from '@codex/test-kit/run-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer } from '../../apps/demo/test/model-server.ts'
import { messagesOf, startWebsocketServer } from '../../apps/demo/test/websocket-server.ts'
import { DEMO } from './bundle.ts'

describe.each(['otel', 'noop'] as const)('the build "%s", away from its repository', variant => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'codex-otel-websocket-chunk-'))
    cpSync(join(DEMO, 'dist', variant), directory, { recursive: true })
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  function ask(baseUrl: string): Promise<Finished> {
    writeFileSync(
      join(directory, 'config.toml'),
      `model_provider = "p"\n[model_providers.p]\nbase_url = "${baseUrl}"\nsupports_websockets = true\n`,
    )
    return runNode([join(directory, 'cli.js'), 'exec', '--skip-git-repo-check', 'Say hello'], {
      cwd: directory,
      env: { CODEX_HOME: directory, HOME: directory, TERM: 'dumb' },
    })
  }

  it('converses over a WebSocket', async () => {
    await using server = await startWebsocketServer([{ messages: messagesOf(answer('over a WebSocket')) }])
    expect(await ask(server.baseUrl)).toMatchObject({ code: 0, stdout: 'over a WebSocket\n' })
    expect(server.httpRequests).toBe(0)
  })

  it('converses over HTTP without the chunk of the WebSocket library, and says why', async () => {
    rmSync(join(directory, 'websocket-connection.js'))
    await using server = await startWebsocketServer([])
    const { code, stdout, stderr } = await ask(server.baseUrl)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'over HTTP\n' })
    expect(stderr).toMatch(/no WebSocket can be opened: .*websocket-connection\.js.*; going on over HTTP/)
    expect(server.upgrades).toEqual([])
  })
})
