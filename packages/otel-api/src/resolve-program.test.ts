import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { absoluteSearchPath, isInside, resolveProgram } from './resolve-program.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'resolve-program-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function place(directory: string): void {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, 'codex-token')
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
}

describe('a named program', () => {
  it('is found in the absolute entries of the search path, in their order', () => {
    const [first, second] = [join(folder, 'first'), join(folder, 'second')]
    place(first)
    place(second)
    const searchPath = ['/nowhere', first, second].join(delimiter)
    expect(resolveProgram('codex-token', searchPath)).toBe(join(first, 'codex-token'))
    chmodSync(join(first, 'codex-token'), 0o644)
    expect(resolveProgram('codex-token', searchPath)).toBe(join(second, 'codex-token'))
    expect(resolveProgram('first', folder)).toBeUndefined()
  })

  it.each(['', '.', './', 'bin', '..', '~/bin', '::', `.${delimiter}`])(
    'is never found in the working directory: PATH=%j',
    entry => {
      place(join(folder, 'bin'))
      place(folder)
      const before = process.cwd()
      process.chdir(folder)
      try {
        for (const searchPath of [entry, `${entry}${delimiter}/nowhere`, `/nowhere${delimiter}${entry}`]) {
          expect(resolveProgram('codex-token', searchPath)).toBeUndefined()
        }
        for (const relative of ['./codex-token', 'bin/codex-token', '../codex-token', '']) {
          expect(resolveProgram(relative, folder)).toBeUndefined()
        }
      } finally {
        process.chdir(before)
      }
    },
  )

  it('is searched for in the directories of the system when PATH is not set', () => {
    expect(absoluteSearchPath(undefined)).toBe('/usr/bin:/bin')
  })

  it('is not found in the directory that is left out, below it, or by a link into it', () => {
    const [work, mine, links] = [join(folder, 'work'), join(folder, 'mine'), join(folder, 'links')]
    for (const directory of [work, join(work, 'bin'), mine]) place(directory)
    mkdirSync(links)
    symlinkSync(join(work, 'codex-token'), join(links, 'codex-token'))
    symlinkSync(join(work, 'bin'), join(folder, 'linked'))
    const searchPath = [work, join(work, 'bin'), links, join(folder, 'linked')].join(delimiter)
    expect(resolveProgram('codex-token', searchPath)).toBe(join(work, 'codex-token'))
    expect(resolveProgram('codex-token', searchPath, { outside: work })).toBeUndefined()
    const withMine = [searchPath, mine].join(delimiter)
    expect(resolveProgram('codex-token', withMine, { outside: work })).toBe(join(mine, 'codex-token'))
  })
})

it.each([
  ['/a/b', true],
  ['/a/b/c', true],
  ['/a/b/..c', true],
  ['/a/bc', false],
  ['/a', false],
  ['/c', false],
])('%s is inside of /a/b: %s', (path, expected) => {
  expect(isInside(path, '/a/b')).toBe(expected)
})
