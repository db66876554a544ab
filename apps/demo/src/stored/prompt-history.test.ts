import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HISTORY_FILE, memoryHistory, type PromptHistory, storedHistory } from './prompt-history.ts'

let home: string
let problems: string[]
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'history-'))
  problems = []
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const file = (): string => join(home, HISTORY_FILE)
const open = (maxBytes = 1024 * 1024, codexHome = home): PromptHistory =>
  storedHistory({ codexHome, maxBytes, onProblem: message => problems.push(message) })

describe('the stored history', () => {
  it('gives a later run the prompts, the newest first and each once, with all of their lines', () => {
    const first = open()
    for (const text of ['one', 'two\nlines', 'three', 'one']) first.add(text)
    expect(open().latest()).toEqual(['one', 'three', 'two\nlines'])
    expect(first.latest()).toEqual(['one', 'three', 'two\nlines'])
    expect(problems).toEqual([])
  })

  it('can be read by its user alone, also where the file could be read by others before', () => {
    open(undefined, join(home, 'new')).add('one')
    expect(statSync(join(home, 'new', HISTORY_FILE)).mode & 0o777).toBe(0o600)
    writeFileSync(file(), '')
    chmodSync(file(), 0o644)
    open().add('two')
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  it('does not store a prompt that begins with a space, one that is too long, and the same one twice in a row', () => {
    const history = open()
    for (const text of [' secret', 'x'.repeat(70_000), 'one', 'one']) history.add(text)
    expect(history.latest().map(text => text.slice(0, 7))).toEqual(['one', 'xxxxxxx', ' secret'])
    expect(open().latest()).toEqual(['one'])
  })

  it('keeps the newest prompts where the file becomes too large', () => {
    const history = open(4096)
    for (let i = 0; i < 500; i++) history.add(`prompt ${i}`)
    expect(statSync(file()).size).toBeLessThanOrEqual(4096)
    expect(open(4096).latest().slice(0, 3)).toEqual(['prompt 499', 'prompt 498', 'prompt 497'])
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(readdirSync(home)).toEqual([HISTORY_FILE])
  })

  it('has the prompts of several processes', () => {
    const [one, other] = [open(), open()]
    one.add('of one')
    other.add('of the other')
    one.add('of one again')
    expect(open().latest()).toEqual(['of one again', 'of the other', 'of one'])
  })

  it('passes over lines that are cut off or of another form', () => {
    writeFileSync(file(), '{"text":"one"}\nnull\n{"text":5}\n{"text":"cut')
    expect(open().latest()).toEqual(['one'])
  })

  it('says once why prompts are not stored, and keeps them for the run', () => {
    writeFileSync(join(home, 'target'), 'untouched')
    symlinkSync(join(home, 'target'), file())
    const history = open()
    history.add('one')
    history.add('two')
    expect(history.latest()).toEqual(['two', 'one'])
    expect(problems).toEqual([expect.stringContaining(`${file()}: `)])
    expect(readFileSync(join(home, 'target'), 'utf8')).toBe('untouched')
  })
})

it('the history in memory is limited', () => {
  const history = memoryHistory()
  for (let i = 0; i < 1500; i++) history.add(`prompt ${i}`)
  expect(history.latest()).toHaveLength(1000)
  expect(history.latest()[0]).toBe('prompt 1499')
})
