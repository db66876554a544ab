import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { answer, type ModelServer, startModelServer } from './model-server.ts'
import { closeTerminals, hasPseudoTerminal, newHome, openTerminal } from './terminal.fixture.ts'

afterEach(closeTerminals)

const UP = '\u001b[A'
const CTRL_D = '\u0004'
const asked = (server: ModelServer): unknown[] =>
  server.requests.map(({ body }) => (body.input.at(-1) as { content: { text: string }[] }).content[0]?.text)

describe.runIf(hasPseudoTerminal)('the history of prompts', () => {
  it('goes on in the next session, with prompts of several lines', async () => {
    await using server = await startModelServer([answer('Done.')])
    const home = newHome()
    const first = openTerminal({ baseUrl: server.baseUrl, home })
    await first.shows('› ')
    first.type('\u001b[200~one\rtwo\u001b[201~\r')
    await first.shows('Done.')
    await first.shows('› ')
    first.type('three\r')
    await first.shows('Done.')
    first.type(CTRL_D)
    expect(await first.end).toBe(0)
    expect(statSync(join(home, 'demo-history.jsonl')).mode & 0o777).toBe(0o600)

    const second = openTerminal({ baseUrl: server.baseUrl, home })
    await second.shows('› ')
    second.type(UP)
    await second.shows('three')
    second.type(UP)
    await second.shows('one⏎two')
    second.type(' more\r')
    await second.shows('Done.')
    second.type(CTRL_D)
    expect(await second.end).toBe(0)
    expect(asked(server)).toEqual(['one\ntwo', 'three', 'one\ntwo more'])
  })

  it.each([
    ['--ephemeral', ['--ephemeral'], ''],
    ['persistence = "none"', [], 'history = { persistence = "none" }\n'],
  ])('is not on disk with %s', async (_how, args, config) => {
    await using server = await startModelServer([answer('Done.')])
    const { type, shows, end, home } = openTerminal({ baseUrl: server.baseUrl, args, config })
    await shows('› ')
    type('one\r')
    await shows('Done.')
    await shows('› ')
    type(UP)
    await shows('one')
    type(`\r`)
    await shows('Done.')
    type(CTRL_D)
    expect(await end).toBe(0)
    expect(existsSync(join(home, 'demo-history.jsonl'))).toBe(false)
    expect(asked(server)).toEqual(['one', 'one'])
  })

  it('does not hold a prompt that begins with a space', async () => {
    await using server = await startModelServer([answer('Done.')])
    const { type, shows, end, home } = openTerminal({ baseUrl: server.baseUrl })
    await shows('› ')
    type(' private\r')
    await shows('Done.')
    await shows('› ')
    type('public\r')
    await shows('Done.')
    type(CTRL_D)
    expect(await end).toBe(0)
    const lines = readFileSync(join(home, 'demo-history.jsonl'), 'utf8').trim().split('\n')
    expect(lines.map(line => JSON.parse(line).text)).toEqual(['public'])
  })
})
