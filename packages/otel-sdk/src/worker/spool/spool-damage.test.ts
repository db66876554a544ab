import { execFile } from 'node:child_process'
import fs, { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { inspectSpool } from './inspect-spool.ts'
import { Segment } from './segment.ts'
import { append, logs, SpoolHome, texts } from './spool-home.fixture.ts'

const readdirNow = readdirSync

describe('a damaged spool', () => {
  const here = new SpoolHome()
  const start: SpoolHome['start'] = (...options) => here.start(...options)
  const folder = () => here.folder
  const segments = () => here.segments

  const damage = (change: (file: Buffer) => Buffer | undefined) => {
    const spool = start()
    for (const text of ['first', 'second', 'third']) append(spool, text, 40, 2)
    spool.end()
    const path = join(folder(), segments()[0] ?? '')
    const file = readFileSync(path)
    writeFileSync(path, change(file) ?? file)
  }
  const at = (file: Buffer, text: string) => file.indexOf(text)

  it('costs the spool only the request that was cut short', () => {
    damage(file => file.subarray(0, at(file, 'third') + 5))
    const spool = start()
    expect(texts(spool, spool.claim())).toEqual(['first', 'second'])
    expect(here.dropped).toEqual([['spool-unreadable', 2]])
  })

  it('costs the spool only the request whose header is damaged, whatever its length field holds', () => {
    damage(file => {
      file.writeUInt32LE(0xffff_fff0, at(file, 'second') - 24 + 8)
      return undefined
    })
    const spool = start()
    expect(texts(spool, spool.claim())).toEqual(['first', 'third'])
  })

  it('gives back no request whose bytes changed', () => {
    damage(file => {
      file[at(file, 'second') + 2] = 0
      return undefined
    })
    const spool = start()
    expect(spool.claim()?.map(request => spool.read(request) !== undefined)).toEqual([true, false, true])
  })

  it('is read from the beginning when its delivered offset is damaged', () => {
    damage(file => {
      file.writeDoubleLE(Number.NaN, 8)
      return undefined
    })
    const spool = start()
    expect(texts(spool, spool.claim())).toEqual(['first', 'second', 'third'])
  })

  it('loses files that are empty or no segments, and keeps a file that is larger than any segment', () => {
    damage(() => Buffer.from('not a segment'))
    writeFileSync(join(folder(), '0000000000001-0123456789abcdef-1.otlp'), '')
    writeFileSync(join(folder(), '0000000000002-0123456789abcdef-2.otlp'), '')
    truncateSync(join(folder(), '0000000000002-0123456789abcdef-2.otlp'), 1024 ** 3)
    expect(start().claim()).toBeUndefined()
    expect(segments()).toEqual(['0000000000002-0123456789abcdef-2.otlp'])
  })

  describe('with an entry that the process cannot read', () => {
    const leave = (text: string) => {
      const spool = start()
      append(spool, text)
      spool.end()
    }
    const entry = () => join(folder(), '0000000000001-0123456789abcdef-1.otlp')

    it('is used past a directory with the name of a segment', () => {
      leave('a')
      mkdirSync(entry())
      const spool = start({ maxBytes: 64 * 1024 })
      expect(texts(spool, spool.claim())).toEqual(['a'])
      for (let id = 0; id < 10; id++) append(spool, 'x', 20_000)
      expect(here.diagnostics).toEqual([])
      expect(inspectSpool({ directory: here.directory })).toMatchObject([{ endpoint: logs.endpoint }])
    })

    it.each(['EACCES', 'EIO'])('loses a segment that gives %s as one record, and is used on', code => {
      leave('a')
      leave('b')
      const open = vi.spyOn(Segment, 'open').mockImplementationOnce(() => {
        throw Object.assign(new Error(code), { code })
      })
      const spool = start()
      expect(spool.claim()).toHaveLength(1)
      open.mockRestore()
      expect(here.dropped).toEqual([['spool-unreadable', 1]])
      append(spool, 'c')
      expect(segments()).toHaveLength(2)
      expect(here.diagnostics).toEqual([])
    })

    it('loses such a segment as one record also when the quota drops it', () => {
      leave('a')
      const open = vi.spyOn(Segment, 'open').mockImplementationOnce(() => {
        throw Object.assign(new Error('EIO'), { code: 'EIO' })
      })
      const spool = start({ maxBytes: 64 * 1024 })
      for (let id = 0; id < 5; id++) append(spool, 'x', 20_000)
      open.mockRestore()
      expect(here.dropped).toEqual([['spool-unreadable', 1]])
    })

    it('keeps a segment for a later process when this one has no file descriptor left', () => {
      leave('a')
      const open = vi.spyOn(Segment, 'open').mockImplementationOnce(() => {
        throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' })
      })
      expect(start().claim()).toBeUndefined()
      open.mockRestore()
      expect(here.diagnostics).toHaveLength(1)
      const later = start()
      expect(texts(later, later.claim())).toEqual(['a'])
    })

    it('stores requests when the folder of another destination cannot be read', () => {
      const readdir = vi.spyOn(fs, 'readdirSync')
      try {
        const other = start({}, { signal: 'logs', endpoint: 'https://other.example/v1/logs' })
        append(other, 'a')
        readdir.mockImplementation(((path: string, ...rest: []) => {
          if (path === other.folder) throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
          return readdirNow(path, ...rest)
        }) as typeof fs.readdirSync)
        syncBuiltinESMExports()
        append(start(), 'b')
        expect(here.diagnostics).toEqual([])
      } finally {
        readdir.mockRestore()
        syncBuiltinESMExports()
      }
    })

    it('gives a segment of this user its mode back', async () => {
      leave('a')
      const [name = ''] = segments()
      chmodSync(join(folder(), name), 0)
      const run = promisify(execFile)
      const flags = process.features.typescript === false ? ['--experimental-strip-types'] : []
      const root = process.getuid?.() === 0
      // Root may read any file.
      const otherUser = root ? { uid: 65_534 } : {}
      if (root)
        for (const path of [here.home, here.directory, folder(), join(folder(), name)]) chownSync(path, 65_534, 0)
      const script = fileURLToPath(new URL('./spool-process.fixture.ts', import.meta.url))
      const { stdout } = await run(process.execPath, [...flags, script, 'take', here.directory], otherUser)
      expect(stdout).toBe('took NaN\n')
    })
  })
})
