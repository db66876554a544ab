import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { fixedPrefixes } from '../../src/content/secrets/fixed-prefixes.ts'
import { compareRules, digestOf, literalBeginning, readRules, reviewedFrom } from './compare-rules.ts'

const program = fileURLToPath(new URL('compare.ts', import.meta.url))
const reviewed = JSON.parse(readFileSync(new URL('reviewed.json', import.meta.url), 'utf8')) as Record<string, string>

const SET = `title = "a set"

[[rules]]
id = "one"
regex = '''\\b(one-[a-z]{20})'''
keywords = ["one-"]

[[rules]]
id = "two"
regex = '''two_[0-9]{10}'''

[[rules]]
id = "files"
path = '''\\.p12$'''
`

describe('the comparison with a rule set', () => {
  const rules = readRules(SET)

  it('finds nothing in the set that was looked at', () => {
    expect(compareRules(rules, reviewedFrom(rules))).toEqual({ added: [], changed: [], removed: [] })
  })

  it('finds new, changed and removed rules', () => {
    const [one, two, files] = rules as [(typeof rules)[0], (typeof rules)[0], (typeof rules)[0]]
    const before = { one: digestOf({ ...one, regex: 'another' }), two: digestOf(two), gone: 'x' }
    expect(compareRules(rules, before)).toEqual({ added: [files], changed: [one], removed: ['gone'] })
  })

  it('refuses a file without rules', () => {
    expect(() => readRules('title = "no rules"')).toThrow(/has no \[\[rules\]\]/)
  })

  it.each([
    ['\\b(dt0c01\\.[a-z]{24})', 'dt0c01.'],
    ['(?i)CLOJARS_[a-z0-9]{60}', 'CLOJARS_'],
    ['glpat-[\\w-]{20}', 'glpat-'],
    ['(?:ghu|ghs)_[0-9a-zA-Z]{36}', ''],
    ['[a-z]+', ''],
    ['abc?d', 'ab'],
  ])('tells the plain beginning of %s', (regex, beginning) => {
    expect(literalBeginning(regex)).toBe(beginning)
  })
})

describe('the program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-rules-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('prints what is new, with the beginning of its expression, and ends with 1', () => {
    const file = join(folder, 'rules.toml')
    writeFileSync(file, SET)
    const { stdout, status } = spawnSync(process.execPath, [program, file], { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stdout).toContain('new: 3\n  one (not in the table; begins with one-)\n    \\b(one-[a-z]{20})\n')
    expect(stdout).toContain(`gone: ${Object.keys(reviewed).length}\n`)
  })

  it('names the file that it needs', () => {
    expect(() => execFileSync(process.execPath, [program], { stdio: 'pipe' })).toThrow(/name the copy/)
  })
})

it('was run over every rule that the table names', () => {
  for (const { rule } of fixedPrefixes) if (rule !== undefined) expect(reviewed).toHaveProperty([rule])
})
