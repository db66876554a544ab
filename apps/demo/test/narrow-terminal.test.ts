import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PATH_WITHOUT_SANDBOX } from '@codex/test-kit/path-without-sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
/** The script(1) of util-linux, which makes a pseudo-terminal; its options differ on other systems. */
const SCRIPT = '/usr/bin/script'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'narrow-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** The rows of the demo's output in a terminal with so many columns, without colours. */
function rowsIn(columns: number, args: string): string[] {
  const command = `stty cols ${columns}; '${process.execPath}' '${CLI}' ${args}`
  const env = { PATH: PATH_WITHOUT_SANDBOX, HOME: home, CODEX_HOME: home, TERM: 'xterm', NO_COLOR: '1' }
  const screen = execFileSync(SCRIPT, ['-qec', command, '/dev/null'], { cwd: home, env, encoding: 'utf8' })
  return screen.replaceAll('\r', '').split('\n')
}

const wordsOf = (rows: readonly string[]): string[] => rows.join(' ').split(/\s+/)
/** Rows that the terminal would break, other than those of one long word. */
const tooLong = (rows: readonly string[], columns: number): string[] =>
  rows.filter(row => row.length > columns && row.trim().includes(' '))

describe.runIf(existsSync(SCRIPT) && process.platform === 'linux')('a terminal of 40 and of 100 columns', () => {
  it.each([
    ['help', '--help'],
    ['the help of a command', 'exec resume --help'],
    ['an answer, and notes', '--ephemeral exec hello'],
    ['an error', 'exec -s read-only -c model_providers.x.base_url=5 -c model_provider=x hello || true'],
  ])('gets %s in rows of whole words', (_what, args) => {
    writeFileSync(join(home, 'config.toml'), '')
    const wide = wordsOf(rowsIn(1000, args))
    expect(wide.length).toBeGreaterThan(10)
    for (const columns of [40, 100]) {
      const rows = rowsIn(columns, args)
      expect(tooLong(rows, columns)).toEqual([])
      expect(wordsOf(rows)).toEqual(wide)
    }
  })
})
