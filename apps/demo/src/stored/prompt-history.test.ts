import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
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

  it.each([
    ['keeps all prompts of ten processes that write at once', 1024 * 1024],
    ['keeps whole lines, and the newest of them, of ten processes that shorten it at once', 4096],
  ])('%s', async (_, maxBytes) => {
    const source = `
      const { storedHistory } = await import(${JSON.stringify(new URL('prompt-history.ts', import.meta.url).href)})
      const onProblem = message => { throw new Error(message) }
      const history = storedHistory({ codexHome: ${JSON.stringify(home)}, maxBytes: ${maxBytes}, onProblem })
      for (let i = 0; i < 50; i++) history.add(process.argv[1] + ' ' + i)`
    const processes = Array.from({ length: 10 }, (_, i) =>
      spawn(process.execPath, ['--input-type=module', '-e', source, String(i)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
    )
    const codes = await Promise.all(processes.map(async child => (await once(child, 'exit'))[0]))
    expect(codes).toEqual(Array(10).fill(0))
    const lines = readFileSync(file(), 'utf8').trimEnd().split('\n')
    const texts = lines.map(line => (JSON.parse(line) as { text: string }).text)
    if (maxBytes > 4096) expect(new Set(texts).size).toBe(500)
    else expect(statSync(file()).size).toBeLessThanOrEqual(4096 + 100)
    expect(texts.every(text => /^\d \d+$/.test(text))).toBe(true)
    expect(texts.some(text => text.endsWith(' 49'))).toBe(true)
    expect(readdirSync(home)).toEqual([HISTORY_FILE])
  })

  it('begins a line of its own behind one that has no end', () => {
    open().add('one')
    appendFileSync(file(), '{"ts":1,"te')
    open().add('two')
    open().add('three')
    expect(open().latest()).toEqual(['three', 'two', 'one'])
  })

  it('does not give up all other prompts for one that is as large as the file may be', () => {
    const history = open(4096)
    history.add('one')
    history.add('x'.repeat(5000))
    expect(history.latest()[0]).toHaveLength(5000)
    expect(open(4096).latest()).toEqual(['one'])
  })

  it('gives back what a prompt holds, whatever a terminal would do with it, and reads a file of other bytes', () => {
    const texts = ['nul \0 in it', '\u001b]0;title\u0007\u001b[2J', '\ud800 alone', 'a\u2028b\r\n']
    for (const text of texts) open().add(text)
    expect(open().latest()).toEqual(texts.toReversed())
    writeFileSync(file(), Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 256)))
    const history = open(64 * 1024)
    history.add('one')
    expect(statSync(file()).size).toBeLessThanOrEqual(64 * 1024)
    expect(open().latest()).toEqual(['one'])
    expect(problems).toEqual([])
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
