import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { append, SpoolHome, texts } from './spool-home.fixture.ts'

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

  it('loses only the request that was cut short', () => {
    damage(file => file.subarray(0, at(file, 'third') + 5))
    const spool = start()
    expect(texts(spool, spool.claim())).toEqual(['first', 'second'])
    expect(here.dropped).toEqual([['spool-unreadable', 2]])
  })

  it('loses only the request whose header is damaged, however long it says it is', () => {
    damage(file => {
      file.writeUInt32LE(0xffff_fff0, at(file, 'second') - 24 + 8)
      return undefined
    })
    const spool = start()
    expect(texts(spool, spool.claim())).toEqual(['first', 'third'])
  })

  it('notices bytes that changed', () => {
    damage(file => {
      file[at(file, 'second') + 2] = 0
      return undefined
    })
    const spool = start()
    expect(spool.claim()?.map(request => spool.read(request) !== undefined)).toEqual([true, false, true])
  })

  it('reads from the beginning when it cannot be told how far it was delivered', () => {
    damage(file => {
      file.writeDoubleLE(Number.NaN, 8)
      return undefined
    })
    const spool = start()
    expect(texts(spool, spool.claim())).toEqual(['first', 'second', 'third'])
  })

  it('removes what is no segment, is empty, or is larger than any of ours', () => {
    damage(() => Buffer.from('not a segment'))
    writeFileSync(join(folder(), '0000000000001-0123456789abcdef-1.otlp'), '')
    writeFileSync(join(folder(), '0000000000002-0123456789abcdef-2.otlp'), '')
    truncateSync(join(folder(), '0000000000002-0123456789abcdef-2.otlp'), 1024 ** 3)
    expect(start().claim()).toBeUndefined()
    expect(segments()).toEqual([])
  })
})
