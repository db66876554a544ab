import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { answer, calls, type ModelServer, type Reply, startModelServer } from './model-server.ts'
import { closeTerminals, hasPseudoTerminal, openTerminal } from './terminal.fixture.ts'

afterEach(closeTerminals)

const START = '\u001b[200~'
const END = '\u001b[201~'
const CTRL_D = '\u0004'
const pasted = (text: string): string => START + text + END
const wants = (cmd: string): Reply => calls({ arguments: JSON.stringify({ cmd }) })
const asked = (server: ModelServer): unknown[] =>
  server.requests.map(({ body }) => (body.input.at(-1) as { content?: { text: string }[] }).content?.[0]?.text)

describe.runIf(hasPseudoTerminal)('a paste into a terminal that puts marks around it', () => {
  it('is one prompt with all of its lines, and can be edited before it is sent', async () => {
    await using server = await startModelServer([answer('Done.')])
    const { type, shows, end } = openTerminal({ baseUrl: server.baseUrl })
    await shows('\u001b[?2004h')
    await shows('› ')
    type(`fix: ${pasted('one\r\ttwo\r')}`)
    await shows('[paste 1: one')
    type(' now\r')
    await shows('Done.')
    type(pasted('first\r\nsecond'))
    await shows('first⏎second')
    type('\r')
    await shows('Done.')
    type(CTRL_D)
    expect(await end).toBe(0)
    expect(asked(server)).toEqual(['fix: one\n\ttwo\n now', 'first\nsecond'])
  })

  it('ends at the last mark of an end, so that no key can be pasted', async () => {
    await using server = await startModelServer([answer('Done.')])
    const { type, shows, end } = openTerminal({ baseUrl: server.baseUrl })
    await shows('› ')
    type(`${START}look${END}\r/quit\r${START}and\u001b[2J${END}`)
    await shows('[paste 1: look')
    expect(server.requests).toEqual([])
    type('\r')
    await shows('Done.')
    type(CTRL_D)
    expect(await end).toBe(0)
    expect(asked(server)).toEqual(['look\n/quit\nand\u001b[2J'])
  })

  it('of many lines is shown as a note, and sent as it is', async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `line ${i} of many`).join('\n')
    await using server = await startModelServer([answer('Done.')])
    const { type, shows, end, screen } = openTerminal({ baseUrl: server.baseUrl })
    await shows('› ')
    type(pasted(text))
    await shows('[paste 1: line 0 of many +19999 lines]')
    type('\r')
    await shows('Done.')
    type(CTRL_D)
    expect(await end).toBe(0)
    expect(asked(server)).toEqual([text])
    expect(screen()).not.toContain('line 7 ')
  })

  it('is no answer to a question, also where the terminal puts no marks around it', async () => {
    await using server = await startModelServer([wants('touch marker'), answer('Done.')])
    const { type, shows, end, home } = openTerminal({ baseUrl: server.baseUrl })
    await shows('› ')
    type('go\r')
    await shows('Run it?')
    type(pasted('y\r'))
    await shows('a paste is no answer; type y (yes)')
    await shows('Run it?')
    type(`${START}y${END}\ry\r${END}`)
    await shows('a paste is no answer')
    await shows('Run it?')
    type('y\rand more\r')
    await shows('a paste is no answer')
    await shows('Run it?')
    type('n\r')
    await shows('Done.')
    type(CTRL_D)
    expect(await end).toBe(0)
    expect(existsSync(join(home, 'marker'))).toBe(false)
    expect(server.requests).toHaveLength(2)
  })

  it('during a turn is the beginning of the next prompt', async () => {
    await using server = await startModelServer([wants('sleep 0.5; echo slept'), answer('First.'), answer('Second.')])
    const { type, shows, end } = openTerminal({ baseUrl: server.baseUrl, args: ['-s', 'danger-full-access'] })
    await shows('› ')
    type('go\r')
    await shows('$ sleep 0.5')
    type(pasted('two\rlines'))
    await shows('First.')
    await shows('two⏎lines')
    expect(server.requests).toHaveLength(2)
    type('\r')
    await shows('Second.')
    type(CTRL_D)
    expect(await end).toBe(0)
    expect(asked(server).at(-1)).toBe('two\nlines')
  })

  it('is not asked for in a terminal that knows no control sequences', async () => {
    await using server = await startModelServer([answer('Done.')])
    const { type, shows, end, screen } = openTerminal({ baseUrl: server.baseUrl, env: { TERM: 'dumb' } })
    await shows('› ')
    type('hi\r')
    await shows('Done.')
    type(CTRL_D)
    expect(await end).toBe(0)
    expect(screen()).not.toContain('\u001b')
  })

  it('leaves the terminal without marks at the end', async () => {
    await using server = await startModelServer([answer('Done.')])
    const { shows, signal, end, screen } = openTerminal({ baseUrl: server.baseUrl })
    await shows('› ')
    signal('SIGTERM')
    expect(await end).toBe(143)
    expect(screen().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(screen().lastIndexOf('\u001b[?2004h'))
  })
})
