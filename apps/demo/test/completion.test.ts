import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const SCRIPT = '/usr/bin/script'
const SHELLS = ['bash', 'zsh', 'fish'] as const

let home: string
let page: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'completion-'))
  mkdirSync(join(home, 'a directory'))
  page = run(process.execPath, [CLI, 'otel', 'doctor', '--help'])
  for (const shell of SHELLS) writeFileSync(join(home, shell), run(process.execPath, [CLI, 'completion', shell]))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const run = (file: string, args: string[]): string =>
  execFileSync(file, args, { cwd: home, env: { PATH: process.env.PATH, HOME: home, TERM: 'xterm' }, encoding: 'utf8' })

const isInstalled = (shell: string): boolean =>
  (process.env.PATH ?? '').split(':').some(directory => directory !== '' && existsSync(join(directory, shell)))

/** Lines that are typed, and what the shell offers for the last word, the options left out. */
const OFFERED: readonly (readonly [line: string, ...offered: string[]])[] = [
  ['codex-demo ', 'completion', 'exec', 'help', 'otel'],
  ['codex-demo e', 'exec'],
  ['codex-demo exec ', 'resume'],
  ['codex-demo otel d', 'discard', 'doctor'],
  ['codex-demo -c model=x otel --strict-config d', 'discard', 'doctor'],
  ['codex-demo -c otel d'],
  ['codex-demo otel doctor --e', '--empty'],
  ['codex-demo otel doctor --js', '--json'],
  ['codex-demo otel doctor --sa'],
  ['codex-demo exec resume --la', '--last'],
  ['codex-demo exec --sandbox w', 'workspace-write'],
  ['codex-demo exec --sandbox=w', 'workspace-write'],
  ['codex-demo exec -s d', 'danger-full-access'],
  ['codex-demo completion f', 'fish'],
  ['codex-demo help o', 'otel'],
]

describe.each(SHELLS)('the completion for %s', shell => {
  it('names the commands and options of the pages of help', () => {
    const script = readFileSync(join(home, shell), 'utf8')
    const options = [...page.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)].map(([, option]) => option as string)
    expect(options.length).toBeGreaterThan(3)
    for (const word of [...options, 'exec', 'resume', 'otel', 'doctor', 'completion']) expect(script).toContain(word)
    // Each quote has its other one: no description breaks the script.
    expect((script.replace(/\\'/g, '').match(/'/g)?.length ?? 0) % 2).toBe(0)
  })

  it.runIf(isInstalled(shell))('is read by the shell', () => {
    expect(run(shell, ['-n', join(home, shell)])).toBe('')
  })
})

describe.runIf(isInstalled('bash'))('bash', () => {
  it.each(OFFERED)('offers for "%s" %s', (line, ...offered) => {
    expect(inBash(line)).toEqual(offered)
  })

  it('offers directories for -C', () => {
    expect(inBash('codex-demo -C a')).toEqual(['a directory'])
  })

  /** Calls the function as bash does: `=` is a word of its own. */
  function inBash(line: string): string[] {
    const words = line.split(/(=)| /).filter(word => word !== undefined)
    const array = words.map(word => `'${word}'`).join(' ')
    const call = `COMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _codex_demo; printf '%s\\n' "\${COMPREPLY[@]}"`
    const output = run('bash', [
      '--norc',
      '-c',
      `source '${join(home, 'bash')}'; complete -p codex-demo >/dev/null || exit; ${call}`,
    ])
    return output
      .split('\n')
      .filter(word => word !== '')
      .sort()
  }
})

describe.runIf(isInstalled('fish'))('fish', () => {
  const LINES = [...OFFERED.map(([line]) => line), 'codex-demo -C a', 'codex-demo otel do']
  let offers: string[]
  beforeAll(() => {
    const asked = LINES.map(line => `complete -C '${line}'; echo NEXT`).join('; ')
    offers = run('fish', ['--no-config', '-c', `source '${join(home, 'fish')}'; ${asked}`]).split('NEXT\n')
  })

  it.each(OFFERED)('offers for "%s" %s', (line, ...offered) => {
    const words = offers[LINES.indexOf(line)]?.split('\n').filter(word => word !== '') ?? []
    expect(words.map(word => word.split('\t')[0]?.replace('--sandbox=', '')).sort()).toEqual(offered)
  })

  it('offers directories for -C, and describes commands', () => {
    expect(offers[LINES.indexOf('codex-demo -C a')]).toMatch(/^a\\? directory\//)
    expect(offers[LINES.indexOf('codex-demo otel do')]).toContain('doctor\tsend a probe')
  })
})

describe.runIf(isInstalled('zsh') && existsSync(SCRIPT))('zsh', () => {
  beforeAll(() => {
    writeFileSync(
      join(home, '.zshrc'),
      `PS1='ready> '
autoload -U compinit; compinit -D -u
source '${join(home, 'zsh')}'
# Prints what would be offered.
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  print -rl -- "" "OFFER "$^hits
}
end-test() { print -r -- "END" "TEST" }
zle -N end-test
bindkey '^G' end-test
`,
    )
  })

  let offers: string[][]
  beforeAll(async () => {
    offers = await inZsh(OFFERED.map(([line]) => line))
  })

  it.each(OFFERED.map((row, i) => [i, ...row] as const))('line %i: offers for "%s" %s', (i, _line, ...offered) => {
    expect(offers[i]).toEqual(offered)
  })

  /** What the key of completion offers for the last word of each line. */
  async function inZsh(lines: readonly string[]): Promise<string[][]> {
    const child = spawn(SCRIPT, ['-qec', 'exec zsh -i', '/dev/null'], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, ZDOTDIR: home, TERM: 'dumb' },
    })
    let screen = ''
    child.stdout.on('data', chunk => {
      screen += chunk
    })
    /** Returns what is on the screen up to the text, and takes it away. */
    const until = async (text: string): Promise<string> => {
      for (let i = 0; i < 1000 && !screen.includes(text); i++) await new Promise(resolve => setTimeout(resolve, 10))
      const at = screen.indexOf(text)
      if (at < 0) throw new Error(`${JSON.stringify(text)} did not appear: ${screen}`)
      const before = screen.slice(0, at)
      screen = screen.slice(at + text.length)
      return before
    }
    try {
      await until('ready> ')
      const found: string[][] = []
      for (const line of lines) {
        // Ctrl-U takes the line before away.
        child.stdin.write(`\u0015${line}\t\u0007`)
        const shown = await until('END TEST')
        found.push([...shown.matchAll(/^OFFER (\S+)/gm)].map(([, word]) => word as string).sort())
      }
      return found
    } finally {
      child.kill('SIGKILL')
    }
  }
})
