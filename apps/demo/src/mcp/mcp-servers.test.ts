import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alive } from '../../test/mcp/alive.ts'
import { startMcpHttpServer } from '../../test/mcp/http-server.ts'
import type { McpServerSettings } from '../config/mcp-servers.ts'
import type { McpServer } from './mcp-server.ts'
import { type McpServers, startMcpServers } from './mcp-servers.ts'

const PROGRAM = fileURLToPath(new URL('../../test/mcp/stdio-server.ts', import.meta.url))
const PATIENT = { timeout: 10_000 }
const never = new AbortController().signal

let directory: string
let warnings: string[]
const started: McpServers[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mcp-'))
  warnings = []
})
afterEach(async () => {
  await Promise.all(started.splice(0).map(servers => servers.close()))
  rmSync(directory, { recursive: true })
})

function server(name: string, connection: McpServerSettings['connection'], limits: Partial<McpServer> = {}): McpServer {
  return { name, enabled: true, connection, startupTimeoutMs: 10_000, toolTimeoutMs: 10_000, ...limits }
}

const program = (mode: string, env: Record<string, string> = {}): McpServerSettings['connection'] => ({
  type: 'stdio',
  command: process.execPath,
  args: [PROGRAM, mode, join(directory, `${mode}.pids`)],
  env,
})

function start(...servers: McpServer[]): McpServers {
  const childEnv = { PATH: process.env.PATH ?? '', FROM_AGENT: 'agent', OVER: 'agent' }
  const env = { TOKEN: 'secret-token', EMPTY: ' ' }
  const all = startMcpServers({ servers, cwd: directory, childEnv, env, onWarning: text => warnings.push(text) })
  started.push(all)
  return all
}

async function call(servers: McpServers, name: string, args: object = {}, signal: AbortSignal = never) {
  const tool = servers.find({ name })
  if (tool === undefined) throw new Error(`there is no ${name}; there are ${servers.functions().map(f => f.name)}`)
  return await tool.call(args, signal)
}

const processesOf = (mode: string): boolean[] => alive(join(directory, `${mode}.pids`))

describe.each(['stdio', 'http stream', 'http json'])('the tools of a server over %s', kind => {
  it('are listed and called', async () => {
    await using http = await startMcpHttpServer(kind === 'http json' ? 'json' : 'stream')
    const servers = start(server('demo', kind === 'stdio' ? program('good') : { type: 'http', url: http.url }))
    expect(servers.functions()).toEqual([])
    await servers.ready(never)
    expect(warnings).toEqual([])
    expect(servers.functions()[0]).toEqual({
      type: 'function',
      name: 'mcp__demo__echo',
      description: 'The tool echo',
      strict: false,
      parameters: { type: 'object', properties: { text: { type: 'string' } } },
    })
    expect(servers.functions().map(({ name }) => name)).toContain('mcp__demo__mixed')
    expect(servers.find({ name: 'echo', namespace: 'mcp__demo' })).toMatchObject({
      name: 'echo',
      namespace: 'mcp__demo',
      server: 'demo',
      origin: kind === 'stdio' ? 'stdio' : http.origin,
    })
    expect(servers.find({ name: 'echo' })).toBeUndefined()

    const echo = await call(servers, 'mcp__demo__echo', { text: 'hällo' })
    expect(echo).toEqual({ output: 'you said hällo', success: true })
    expect(await call(servers, 'mcp__demo__fail')).toEqual({ output: 'it did not work', success: false })
    const { output } = await call(servers, 'mcp__demo__mixed')
    expect(output).toBe('one\n[image image/png left out: it is no text]\ntwo')
    const renamed = servers.functions().find(({ name }) => name.startsWith('mcp__demo__name_with_spaces_'))
    expect(await call(servers, renamed?.name ?? '')).toEqual({ output: 'found', success: true })

    const big = await call(servers, 'mcp__demo__big')
    expect(big.output).toContain('bytes left out')
    expect(big.output.length).toBeLessThan(70_000)
    const huge = await call(servers, 'mcp__demo__huge')
    expect(huge.success).toBe(false)
    expect(huge.output).toContain('tool call error: ')
  })

  it('fail when a call takes too long or is interrupted, and can be called again', async () => {
    await using http = await startMcpHttpServer(kind === 'http json' ? 'json' : 'stream')
    const connection = kind === 'stdio' ? program('good') : ({ type: 'http', url: http.url } as const)
    const servers = start(server('demo', connection, { toolTimeoutMs: 300 }))
    await servers.ready(never)
    const late = { output: 'tool call error: no answer within 0.3 seconds', success: false }
    expect(await call(servers, 'mcp__demo__hang')).toEqual(late)
    const interrupt = new AbortController()
    const hanging = call(servers, 'mcp__demo__hang', {}, interrupt.signal)
    interrupt.abort(new Error('interrupted'))
    expect(await hanging).toEqual({ output: 'tool call error: interrupted', success: false })
    expect(await call(servers, 'mcp__demo__echo', { text: 'a' })).toMatchObject({ success: true })
  })
})

describe('the program of a server', () => {
  it('gets the environment of the options, with its own variables in place of those of the same name', async () => {
    const servers = start(server('demo', program('good', { OVER: 'own', OWN: 'own' })))
    await servers.ready(never)
    const environment = JSON.parse((await call(servers, 'mcp__demo__environment')).output)
    expect(environment).toMatchObject({ FROM_AGENT: 'agent', OVER: 'own', OWN: 'own' })
    expect(environment.HOME).toBeUndefined()
  })

  it('ends with the agent, and so do the processes that it started', async () => {
    const servers = start(server('demo', program('good')), server('other', program('stays')))
    await servers.ready(never)
    expect([...processesOf('good'), ...processesOf('stays')]).toEqual([true, true, true, true])
    await servers.close()
    await expect
      .poll(() => [...processesOf('good'), ...processesOf('stays')], PATIENT)
      .toEqual([false, false, false, false])
  })

  it('fails the open call and later ones when it ends by itself', async () => {
    const servers = start(server('demo', program('good')))
    await servers.ready(never)
    const failure = { output: 'tool call error: the server ended with code 3', success: false }
    expect(await call(servers, 'mcp__demo__exit')).toEqual(failure)
    expect(await call(servers, 'mcp__demo__echo')).toEqual(failure)
  })
})

describe('a server that cannot be used', () => {
  it.each<[string, () => McpServerSettings['connection'], string]>([
    ['is no program', () => ({ type: 'stdio', command: '/no/such', args: [], env: {} }), 'cannot start /no/such: '],
    ['ends', () => program('dies'), 'the server ended with code 4, saying: cannot find my settings'],
    ['sends too large a message', () => program('floods'), 'the server sent a message of more than 4194304 bytes'],
    [
      'has no token',
      () => ({ type: 'http', url: 'http://127.0.0.1:1', bearerTokenEnvVar: 'EMPTY' }),
      'EMPTY is not set',
    ],
    ['is not there', () => ({ type: 'http', url: 'http://127.0.0.1:1/mcp' }), 'connect ECONNREFUSED'],
  ])('because it %s is reported once, and the others work', async (_why, connection, reason) => {
    const servers = start(server('broken', connection()), server('demo', program('good')))
    expect(servers.names).toEqual(['broken', 'demo'])
    await servers.ready(never)
    await servers.ready(never)
    expect(warnings).toEqual([expect.stringContaining(reason)])
    expect(warnings[0]).toMatch(/^MCP server broken: .*; the run goes on without its tools$/)
    expect(await call(servers, 'mcp__demo__echo', { text: 'a' })).toMatchObject({ success: true })
  })

  it('because it never answers is reported after the limit, and none of its processes stays', async () => {
    const servers = start(server('mute', program('mute'), { startupTimeoutMs: 2000 }))
    await servers.ready(never)
    expect(warnings).toEqual(['MCP server mute: no answer within 2 seconds; the run goes on without its tools'])
    await expect.poll(() => processesOf('mute'), PATIENT).toEqual([false, false])
  })

  it('delays neither an interrupted wait nor the end of the agent', async () => {
    const servers = start(server('mute', program('mute')))
    const impatient = new AbortController()
    const ready = servers.ready(impatient.signal)
    impatient.abort(new Error('interrupted'))
    await expect(ready).rejects.toThrow('interrupted')
    await servers.close()
    expect(warnings).toEqual([])
  })
})

describe('a server over http', () => {
  it('gets the token with each request, and a DELETE at the end of its session', async () => {
    await using http = await startMcpHttpServer()
    const servers = start(server('demo', { type: 'http', url: http.url, bearerTokenEnvVar: 'TOKEN' }))
    await servers.ready(never)
    await servers.close()
    expect(http.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'POST', 'DELETE'])
    expect(new Set(http.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer secret-token']))
    expect(http.requests.at(-1)?.headers).toMatchObject({
      'mcp-protocol-version': '2025-06-18',
      'mcp-session-id': expect.any(String),
    })
  })

  it.each<[string, number, Record<string, string>, string, string]>([
    ['an error', 404, {}, '', 'http 404'],
    ['a redirect, which is not followed,', 307, { location: '/elsewhere' }, '', 'http 307'],
    ['a page', 200, { 'content-type': 'text/html' }, '<html>', 'answered with text/html, which is no JSON'],
    ['broken JSON', 200, { 'content-type': 'application/json' }, '{', 'something that is no JSON'],
    ['a stream without an answer', 200, { 'content-type': 'text/event-stream' }, ': hi\n\n', 'ended the stream'],
    [
      'another version',
      200,
      { 'content-type': 'application/json' },
      '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"1999-01-01","capabilities":{}}}',
      'speaks version 1999-01-01 of MCP',
    ],
    [
      'a refusal',
      200,
      { 'content-type': 'application/json' },
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"not today"}}',
      'not today',
    ],
  ])('that answers with %s is not used', async (_what, status, headers, body, reason) => {
    let requests = 0
    const http = createServer((_request, response) => {
      requests++
      response.writeHead(status, headers).end(body)
    })
    await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`
      const servers = start(server('odd', { type: 'http', url }))
      await servers.ready(never)
      expect(warnings).toEqual([expect.stringContaining(reason)])
      expect(requests).toBe(1)
    } finally {
      http.closeAllConnections()
      await new Promise(resolve => http.close(resolve))
    }
  })
})
