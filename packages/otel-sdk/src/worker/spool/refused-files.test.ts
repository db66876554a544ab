import { execFileSync } from 'node:child_process'
import fs, {
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ENTRY_KINDS } from '../../protocol/plant-entry.fixture.ts'
import { destinationFolder } from './destination-folder.ts'
import { inspectSpool } from './inspect-spool.ts'
import { openOwnFile, RefusedFileError, readOwnFile } from './open-own-file.ts'
import { UnsafeDirectoryError } from './private-directory.ts'
import { Spool } from './spool.ts'
import { append, logs, ownerOf, SpoolHome, texts } from './spool-home.fixture.ts'

const makePipe = (path: string) => void execFileSync('mkfifo', [path])
/** Kinds that any user can make. */
const KINDS = ENTRY_KINDS.filter(({ root }) => root !== true)

describe('the spool, with entries that are no plain files of this user,', () => {
  const here = new SpoolHome()
  const start: SpoolHome['start'] = (...options) => here.start(...options)
  /** Leaves a segment of a process that has ended. */
  const leave = (text: string) => {
    const spool = start()
    append(spool, text)
    spool.end()
  }
  const elsewhere = () => {
    const path = join(here.home, 'elsewhere')
    mkdirSync(path, { recursive: true })
    return path
  }

  afterEach(() => {
    vi.restoreAllMocks()
    syncBuiltinESMExports()
  })

  /** Runs `change` right before the first call of a function of `node:fs`. */
  function before(name: 'openSync' | 'renameSync', change: (path: string) => void): void {
    const real = fs[name] as (...args: unknown[]) => unknown
    let done = false
    vi.spyOn(fs, name).mockImplementation(((path: string, ...rest: unknown[]) => {
      if (!done) change(path)
      done = true
      return real(path, ...rest)
    }) as never)
    syncBuiltinESMExports()
  }

  it.each(KINDS)(
    'neither opens nor waits for $name that takes a file\u2019s place between the look and the open',
    async kind => {
      const path = join(here.home, 'file')
      const planted = join(here.home, 'planted')
      writeFileSync(path, 'a')
      await kind.plant(planted, elsewhere())
      before('openSync', () => {
        rmSync(path)
        fs.renameSync(planted, path)
      })
      expect(() => openOwnFile(path, constants.O_RDWR)).toThrow(RefusedFileError)
      expect(readOwnFile(path, 1_000)).toHaveLength(0)
    },
  )

  it.each(KINDS)('gives $name its name back that takes a segment\u2019s place before the rename', async kind => {
    leave('a')
    const [name = ''] = here.segments
    const path = join(here.folder, name)
    leave('b')
    const planted = join(here.home, 'planted')
    await kind.plant(planted, elsewhere())
    const { ino } = lstatSync(planted)
    const real = fs.renameSync
    before('renameSync', () => {
      rmSync(path)
      real(planted, path)
    })
    const spool = start()
    expect(texts(spool, spool.claim())).toEqual(['b'])
    expect(spool.claim()).toBeUndefined()
    expect(lstatSync(path).ino).toBe(ino)
    expect([here.dropped, here.diagnostics]).toEqual([[], []])
  })

  it('removes no entry that took the place of a segment that it holds open', () => {
    const spool = start()
    const stored = append(spool, 'a')
    const path = join(here.folder, here.segments[0] ?? '')
    rmSync(path)
    makePipe(path)
    spool.acknowledge([stored])
    spool.end()
    expect(lstatSync(path).isFIFO()).toBe(true)
  })

  it.each(KINDS)('takes $name for no heartbeat: takes over what the owner left, and leaves the entry', async kind => {
    const killed = start()
    append(killed, 'a')
    const path = join(here.directory, `${ownerOf(killed)}.alive`)
    rmSync(path)
    await kind.plant(path, elsewhere())
    const { ino } = lstatSync(path)
    const next = start()
    expect(texts(next, next.claim())).toEqual(['a'])
    next.secure()
    expect(lstatSync(path).ino).toBe(ino)
  })

  it('stores nothing under a heartbeat file that became a pipe, does not wait for it, and says so', () => {
    const spool = start()
    append(spool, 'a')
    const path = join(here.directory, `${ownerOf(spool)}.alive`)
    rmSync(path)
    makePipe(path)
    // The process notices with its next beat that its file is gone.
    spool.secure()
    expect(here.diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining(`${path} is a named pipe`)])
    expect(lstatSync(path).isFIFO()).toBe(true)
  })

  it('goes on with the destinations beside the one whose folder is a link, and says so once', () => {
    leave('a')
    const metrics = { signal: 'metrics', endpoint: 'https://collector.example/v1/metrics' } as const
    symlinkSync(elsewhere(), join(here.directory, destinationFolder(metrics)))
    const spool = new Spool({
      directory: here.directory,
      maxBytes: 64 * 1024 * 1024,
      maxAgeMs: 86_400_000,
      onDiagnostic: diagnostic => here.diagnostics.push(diagnostic),
    })
    const refused = spool.destination(metrics, () => {})
    const other = spool.destination(logs, () => {})
    expect(refused.claim()).toBeUndefined()
    expect(refused.append(Buffer.from('x'), 1)).toBeUndefined()
    append(other, 'b')
    expect(texts(other, other.claim())).toEqual(['a'])
    refused.end()
    other.end()
    expect(here.diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining('is a symbolic link')])
    expect(readdirSync(elsewhere())).toEqual([])
  })

  it.each(KINDS.filter(({ reason }) => reason !== 'directory'))(
    'neither lists nor uses $name in its own place',
    async kind => {
      await kind.plant(here.directory, elsewhere())
      const { ino } = lstatSync(here.directory)
      expect(() => inspectSpool({ directory: here.directory })).toThrow(UnsafeDirectoryError)
      expect(start().append(Buffer.from('a'), 1)).toBeUndefined()
      expect(lstatSync(here.directory).ino).toBe(ino)
    },
  )

  it('gives a segment that others can write its mode back when it takes it over', () => {
    leave('a')
    chmodSync(join(here.folder, here.segments[0] ?? ''), 0o666)
    const spool = start()
    expect(texts(spool, spool.claim())).toEqual(['a'])
    expect(lstatSync(join(here.folder, here.segments[0] ?? '')).mode & 0o777).toBe(0o600)
  })
})
