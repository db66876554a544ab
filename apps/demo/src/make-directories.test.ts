import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeDirectories } from './make-directories.ts'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'directories-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

it('makeDirectories makes a directory and its missing parents for their user alone', () => {
  const path = join(base, 'a', 'b', 'c')
  makeDirectories(path)
  for (const made of [join(base, 'a'), join(base, 'a', 'b'), path]) expect(statSync(made).mode & 0o777).toBe(0o700)
})

it('makeDirectories leaves a directory as it is, also behind a link', () => {
  mkdirSync(join(base, 'there'), { mode: 0o755 })
  symlinkSync(join(base, 'there'), join(base, 'link'))
  makeDirectories(join(base, 'there'))
  makeDirectories(join(base, 'link', 'below'))
  expect(statSync(join(base, 'there')).mode & 0o777).toBe(0o755)
  expect(existsSync(join(base, 'there', 'below'))).toBe(true)
})

it('makeDirectories throws the error of the first directory that cannot be made', () => {
  writeFileSync(join(base, 'file'), '')
  expect(() => makeDirectories(join(base, 'file', 'a', 'b'))).toThrow(/ENOTDIR.*file\/a'/)
  symlinkSync(join(base, 'gone'), join(base, 'dangling'))
  expect(() => makeDirectories(join(base, 'dangling', 'a'))).toThrow('ENOENT')
})
