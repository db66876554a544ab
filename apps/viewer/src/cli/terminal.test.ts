import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Store } from '../store/store.ts'
import { capturesOf, importPaths, testFolder } from '../testing.fixture.ts'
import { nearest } from './nearest.ts'
import { hasPseudoTerminal, runInTerminal } from './terminal.fixture.ts'

const FREE_PORTS = ['--otlp-http', '0', '--otlp-grpc', '0', '--port', '0']
const COMMANDS = ['open', 'import', 'export', 'sessions', 'session', 'clear', 'help']

async function storeOf(scenario: string): Promise<string> {
  const db = join(testFolder(), 'store.db')
  await using store = await Store.open(db)
  await importPaths(store, ...capturesOf(scenario))
  return db
}

const longest = (screen: string): number => Math.max(...screen.split('\n').map(({ length }) => length))

describe.skipIf(!hasPseudoTerminal)('in a terminal', () => {
  it('the address of the page stands with what it is, and a program that reads standard output gets it alone', async () => {
    const address = String.raw`http://127\.0\.0\.1:\d+`
    const args = [...FREE_PORTS, '--memory']
    const until = 'Ctrl-C ends it.'
    const { screen, code } = await runInTerminal(args, { until })
    expect(screen).toMatch(new RegExp(`^page            ${address}/#t=[\\w-]{22}\nOTLP over HTTP  ${address}`))
    expect(code).toBe(0)
    const out = join(testFolder(), 'out')
    const redirected = await runInTerminal(args, { until, behind: `> '${out}'` })
    expect(redirected.screen).toMatch(new RegExp(`^OTLP over HTTP  ${address}`))
    expect(readFileSync(out, 'utf8')).toMatch(/^\{"page":"http:.*\}\n$/)
  })

  it.each([
    [80, ['--help']],
    [40, ['--help']],
    [40, ['export', '--help']],
    [40, ['open', '--help']],
  ])('help fits into %i columns (%j)', async (columns, args) => {
    const { screen, code } = await runInTerminal(args, { columns })
    expect(code).toBe(0)
    expect(longest(screen)).toBeLessThanOrEqual(columns)
    expect(screen).toMatch(/ {2}-h, --help\s+print this help/)
  })

  it('the help names the commands before the options', async () => {
    const { screen } = await runInTerminal(['--help'])
    const heads = screen.match(/^\w+:/gm)
    expect(heads).toEqual(['Usage:', 'Commands:', 'Options:', 'Page:', 'Receiving:', 'Store:'])
    expect(COMMANDS.filter(name => !new RegExp(`^ {2}${name} `, 'm').test(screen))).toEqual([])
  })

  it('what is printed of a session and of an import fits into 40 columns', async () => {
    const db = await storeOf('b-tool-ok')
    const [capture = ''] = capturesOf('a-simple')
    const imported = await runInTerminal(['import', capture, capture, '--db', db], { columns: 40 })
    expect(imported.screen).toMatch(/added \d+ log records in .*\n/)
    const session = await runInTerminal(['session', '01a2', '--db', await storeOf('b-tool-ok')], { columns: 40 })
    expect(session.screen).toMatch(/^counts {3}1 prompt, 2 requests, 1 tool\n {9}call, 0 errors$/m)
    expect(longest(session.screen.replace(/^session .*\n.*\n/, ''))).toBeLessThanOrEqual(40)
  })

  it('records are not written into a terminal', async () => {
    const { screen, code } = await runInTerminal(['export', '--db', await storeOf('a-simple')])
    expect(screen.replaceAll('\n', ' ')).toBe(
      'codex-otel-viewer: standard output is a terminal. Name a file with -o, or pipe it into a program. ',
    )
    expect(code).toBe(2)
  })

  it('Ctrl-C ends an import of standard input with its code', async () => {
    const args = ['import', '-', '--db', join(testFolder(), 'store.db')]
    const { screen, code } = await runInTerminal(args, { until: 'standard input' })
    expect(screen).toContain('cancelled; kept nothing')
    expect(code).toBe(130)
  })
})

it.each([
  ['sesions', 'sessions'],
  ['opne', 'open'],
  ['exp', 'export'],
  ['clera', 'clear'],
  ['serve', undefined],
  ['ls', undefined],
])('the command %s is taken for %s', (word, meant) => {
  expect(nearest(word, COMMANDS)).toBe(meant)
})
