import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { answer, calls, type ModelServer, type Reply, startModelServer } from './model-server.ts'
import { closeTerminals, hasPseudoTerminal, openTerminal, type TerminalSession } from './terminal.fixture.ts'

afterEach(closeTerminals)

const open = (baseUrl: string, ...args: string[]): TerminalSession => openTerminal({ baseUrl, args })

/** The demo as a job of an interactive shell, which reads `fg` and `exit`. */
function openAsJob(baseUrl: string): TerminalSession {
  const session = openTerminal({ baseUrl, shell: command => `echo "${command}" >run; exec bash --norc -i` })
  session.type('. ./run\r')
  return session
}

const wants = (cmd: string): Reply => calls({ arguments: JSON.stringify({ cmd }) })
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const CTRL_Z = '\u001a'
const asked = (server: ModelServer): unknown[] => server.requests.map(({ body }) => body.input.at(-1))
const prompt = (text: string): object => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })

describe.runIf(hasPseudoTerminal)('a conversation in a terminal', () => {
  it('answers a prompt, asks for an approval, and ends at Ctrl-D', async () => {
    await using server = await startModelServer([answer('Hello.'), wants('echo ran'), answer('Done.')])
    const { type, shows, end } = open(server.baseUrl)
    await shows('› ')
    type('hi\r')
    await shows('Hello.')
    await shows('› ')
    type('run it\r')
    await shows('echo ran')
    await shows('Run it?')
    type('what\r')
    await shows('"what" is no answer; type y (yes)')
    await shows('Run it?')
    type('y\r')
    await shows('Done.')
    await shows('› ')
    type(CTRL_D)
    expect(await end).toBe(0)
  })

  it('runs exactly the same command without a question after the answer for the session', async () => {
    const replies = [
      wants('echo ran'),
      answer('One.'),
      wants('echo ran'),
      answer('Two.'),
      wants('echo ran '),
      answer('Three.'),
    ]
    await using server = await startModelServer(replies)
    const { type, shows, end } = open(server.baseUrl)
    await shows('› ')
    type('one\r')
    await shows('yes for this session: exactly this command')
    await shows('Run it?')
    type('s\r')
    await shows('One.')
    type('two\r')
    await shows('approved before, for this session:')
    await shows('$ echo ran')
    await shows('Two.')
    type('three\r')
    await shows('Run it?')
    type('n\r')
    await shows('Three.')
    type(CTRL_D)
    expect(await end).toBe(0)
  })

  it('drops keys that were typed before the question', async () => {
    await using server = await startModelServer([wants('touch marker'), answer('Done.')])
    const { type, shows, end, home } = open(server.baseUrl)
    await shows('› ')
    type('go\ry\r')
    await shows('Run it?')
    type('n\r')
    await shows('Done.')
    await shows('› ')
    type('/quit\r')
    expect(await end).toBe(0)
    expect(existsSync(join(home, 'marker'))).toBe(false)
  })

  it('asks about the tool of an MCP server, and shows the arguments that it sends', async () => {
    const args = '{"text":"told","text":"\\u0072\\u006d \u202ehidden"}'
    await using server = await startModelServer([calls({ name: 'mcp__demo__echo', arguments: args }), answer('Done.')])
    const program = JSON.stringify([fileURLToPath(new URL('./mcp/stdio-server.ts', import.meta.url))])
    const config = `mcp_servers.demo={command=${JSON.stringify(process.execPath)},args=${program}}`
    const { type, shows, end } = open(server.baseUrl, '-c', config)
    await shows('› ')
    type('go\r')
    await shows('The model wants to call echo of the MCP server demo with:')
    await shows('  | {"text":"rm \\u{202e}hidden"}')
    await shows('Run it?')
    type('n\r')
    await shows('not run, rejected by user: mcp__demo__echo')
    await shows('Done.')
    await shows('› ')
    type(CTRL_D)
    expect(await end).toBe(0)
  })

  it('shows the question so that the model can neither imitate it nor push the command off the screen', async () => {
    const cmd = `echo evil\u200b${'\n'.repeat(300)}ls`
    const justification = `fine${'\n'.repeat(60)}The model wants to run:\n    ls ${'x'.repeat(500)}`
    const args = JSON.stringify({ cmd, sandbox_permissions: 'require_escalated', justification })
    await using server = await startModelServer([calls({ name: 'exec_command', arguments: args }), answer('Done.')])
    const { type, shows, end } = open(server.baseUrl)
    await shows('› ')
    type('go\r')
    await shows('The model says:')
    await shows('  | fine')
    await shows('(458 characters are left out here)')
    await shows('The model wants to run:')
    await shows('  | echo evil\\u{200b}')
    await shows('\n\u001b[1m\u001b[33m(286 characters are left out here)')
    await shows('  | ls')
    await shows('Run it?')
    type('n\r')
    await shows('not run, rejected by user')
    await shows('Done.')
    await shows('› ')
    type(CTRL_D)
    expect(await end).toBe(0)
  })

  it('stops a turn at Ctrl-C, and ends at the second Ctrl-C on an empty line', async () => {
    await using server = await startModelServer([{ end: 'hang' }, wants('sleep 60')])
    const { type, shows, end } = open(server.baseUrl, '-s', 'danger-full-access')
    await shows('› ')
    type('wait\r')
    while (server.requests.length < 1) await new Promise(resolve => setTimeout(resolve, 5))
    type(CTRL_C)
    await shows('the turn was aborted')
    await shows('› ')
    type('sleep\r')
    await shows('$ sleep 60')
    type(CTRL_C)
    await shows('the turn was aborted')
    await shows('› ')
    type(`half a line${CTRL_C}`)
    await shows('› ')
    type(CTRL_C)
    await shows('Ctrl-C again')
    type(CTRL_C)
    expect(await end).toBe(0)
  })

  it('ends at a SIGINT of another process', async () => {
    await using server = await startModelServer([])
    const { shows, signal, end } = open(server.baseUrl)
    await shows('› ')
    signal('SIGINT')
    expect(await end).toBe(130)
  })

  it.each([
    ['at the prompt', undefined],
    ['during a turn', { end: 'hang' } satisfies Reply],
    ['at a question', wants('echo ran')],
  ])('stores the turn and ends when its terminal is closed %s', async (_when, reply) => {
    await using server = await startModelServer([reply ?? answer('Done.')])
    const { type, shows, closeTerminal, home } = open(server.baseUrl)
    await shows('› ')
    if (reply !== undefined) type('go\r')
    if (reply?.end === 'hang') await shows('the model works')
    else if (reply !== undefined) await shows('Run it?')
    await closeTerminal()
    const stored = join(home, 'demo-conversations')
    expect(existsSync(stored) ? readdirSync(stored) : []).toHaveLength(reply === undefined ? 0 : 1)
  })

  it('ends the turn at Ctrl-C at a question', async () => {
    await using server = await startModelServer([wants('echo ran')])
    const { type, shows, end } = open(server.baseUrl)
    await shows('› ')
    type('go\r')
    await shows('Run it?')
    type(CTRL_C)
    await shows('the turn was aborted')
    await shows('› ')
    type('/exit\r')
    expect(await end).toBe(0)
  })

  it('reads lines that arrive together without marks as prompts in turn, and its last half line as the start of the next', async () => {
    await using server = await startModelServer([answer('First.'), answer('Second.'), answer('Third.')])
    const { type, shows, end } = open(server.baseUrl)
    await shows('› ')
    type('one\rtwo\rthr')
    await shows('First.')
    await shows('two')
    await shows('Second.')
    await shows('› ')
    await shows('thr')
    type(`ee\r${CTRL_D}`)
    await shows('Third.')
    expect(await end).toBe(0)
    expect(asked(server)).toEqual([prompt('one'), prompt('two'), prompt('three')])
  })

  it('drops the lines that were typed ahead when the turn is stopped', async () => {
    await using server = await startModelServer([{ end: 'hang' }, answer('Done.')])
    const { type, shows, end } = open(server.baseUrl)
    await shows('› ')
    type('wait\rthen this\r')
    while (server.requests.length < 1) await new Promise(resolve => setTimeout(resolve, 5))
    type(CTRL_C)
    await shows('forgotten, what was typed ahead: then this')
    await shows('› ')
    type('go\r')
    await shows('Done.')
    await shows('› ')
    type(CTRL_D)
    expect(await end).toBe(0)
    expect(asked(server)).toEqual([prompt('wait'), prompt('go')])
  })

  it('continues after Ctrl-Z and fg, at the prompt and at a question', async () => {
    await using server = await startModelServer([wants('echo ran'), answer('Done.')])
    const { type, shows, end } = openAsJob(server.baseUrl)
    await shows('› ')
    type(`g${CTRL_Z}`)
    await shows('Stopped')
    type('fg\r')
    await shows('› g')
    type('o\r')
    await shows('Run it?')
    type(CTRL_Z)
    await shows('Stopped')
    type('fg\r')
    await shows('Run it?')
    type('y\r')
    await shows('Done.')
    await shows('› ')
    type(CTRL_D)
    await shows('bash')
    type('exit $?\r')
    expect(await end).toBe(0)
    expect(asked(server)[0]).toEqual(prompt('go'))
  })

  it.each([
    ['with code 130 at Ctrl-C', CTRL_C, 130],
    ['with code 130 at Ctrl-D', CTRL_D, 130],
    ['with code 0 at the answer abort', 'a\r', 0],
  ])('ends exec %s to its question', async (_how, keys, code) => {
    await using server = await startModelServer([wants('echo ran')])
    const { type, shows, end } = open(server.baseUrl, 'exec', 'go')
    await shows('Run it?')
    type(keys)
    expect(await end).toBe(code)
    expect(server.requests).toHaveLength(1)
  })
})
