import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { append, bytes, SpoolHome, texts } from './spool-home.fixture.ts'

describe('the spool', () => {
  const here = new SpoolHome()
  const start: SpoolHome['start'] = (...options) => here.start(...options)
  const folder = () => here.folder

  describe.each([0o022, 0o777, 0o000])('under umask %o', mask => {
    it('keeps its directories and files for its user alone', () => {
      const before = process.umask(mask)
      try {
        append(start(), 'a')
      } finally {
        process.umask(before)
      }
      const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8)
      expect([here.directory, folder()].map(modeOf)).toEqual(['700', '700'])
      const files = [
        ...readdirSync(folder()).map(name => join(folder(), name)),
        ...readdirSync(here.directory)
          .filter(name => name.endsWith('.alive'))
          .map(name => join(here.directory, name)),
      ]
      expect(files.length).toBe(3)
      expect(files.map(modeOf)).toEqual(['600', '600', '600'])
    })
  })

  it('gives a directory of its user that others could reach the mode 0700', () => {
    mkdirSync(here.directory)
    chmodSync(here.directory, 0o777)
    append(start(), 'a')
    expect(lstatSync(here.directory).mode & 0o777).toBe(0o700)
  })

  it('refuses a link in place of its directory or of a folder in it, and reports that once', () => {
    const elsewhere = mkdtempSync(join(here.home, 'elsewhere-'))
    symlinkSync(elsewhere, here.directory)
    const spool = start()
    expect(spool.append(bytes('a'), 1)).toBeUndefined()
    expect(spool.append(bytes('b'), 1)).toBeUndefined()
    expect(here.diagnostics.map(({ code }) => code)).toEqual(['spool-unusable'])
    expect(here.diagnostics[0]?.message).toContain('is a symbolic link')
    rmSync(here.directory)
    mkdirSync(here.directory, { mode: 0o700 })
    symlinkSync(elsewhere, folder())
    expect(start().append(bytes('a'), 1)).toBeUndefined()
    expect(readdirSync(elsewhere)).toEqual([])
  })

  it('changes no file that a planted link leads to', () => {
    const crashed = start()
    append(crashed, 'a')
    crashed.end()
    const precious = join(here.home, 'precious')
    writeFileSync(precious, 'precious')
    symlinkSync(precious, join(folder(), '0000000000001-0123456789abcdef-1.otlp'))
    linkSync(precious, join(folder(), '0000000000002-0123456789abcdef-2.otlp'))
    const spool = start()
    expect(texts(spool, spool.claim())).toEqual(['a'])
    expect(readFileSync(precious, 'utf8')).toBe('precious')
  })

  it('reports once that it cannot write, and stores nothing meanwhile', () => {
    writeFileSync(here.directory, 'a file')
    const spool = start()
    expect(spool.append(bytes('a'), 1)).toBeUndefined()
    expect(spool.append(bytes('a'), 1)).toBeUndefined()
    expect(here.diagnostics).toHaveLength(1)
    spool.end()
  })
})
