import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { destinationFolder } from './destination-folder.ts'
import { describeProcess } from './owner-process.ts'
import { append, logs, SpoolHome, texts } from './spool-home.fixture.ts'

describe('the spool', () => {
  const here = new SpoolHome()
  const start: SpoolHome['start'] = (...options) => here.start(...options)
  const folder = () => here.folder
  const segments = () => here.segments

  it('gives the undelivered requests to the next process, oldest first', () => {
    const first = start()
    const stored = ['a', 'b', 'c', 'd'].map(text => append(first, text, 10, 3))
    first.acknowledge([stored[0], stored[2]].filter(request => request !== undefined))
    first.end()
    const second = start()
    const found = second.claim()
    expect(texts(second, found)).toEqual(['b', 'd'])
    expect(found?.map(({ records }) => records)).toEqual([3, 3])
    expect(second.claim()).toBeUndefined()
    second.acknowledge(found ?? [])
    expect(segments()).toEqual([])
  })

  it('leaves no file behind when all requests were delivered, and makes none before the first request', () => {
    const spool = start()
    expect(spool.claim()).toBeUndefined()
    expect(existsSync(here.directory)).toBe(false)
    const stored = append(spool, 'a')
    spool.acknowledge([stored])
    spool.end()
    expect(segments()).toEqual([])
    expect(readdirSync(here.directory)).toEqual([destinationFolder(logs)])
  })

  it('keeps no space for delivered requests while the process runs', () => {
    const spool = start()
    const stored = [1, 2, 3].map(() => append(spool, 'x', 100_000))
    const [segment] = segments()
    spool.acknowledge(stored)
    expect(statSync(join(folder(), segment ?? '')).size).toBeLessThan(100)
    append(spool, 'again')
    spool.end()
    const next = start()
    expect(texts(next, next.claim())).toEqual(['again'])
  })

  it('closes a segment at its size and removes it when all its requests are delivered', () => {
    const spool = start({ maxBytes: 1024 * 1024 })
    const stored = Array.from({ length: 10 }, () => append(spool, 'x', 50_000))
    expect(segments().length).toBe(5)
    spool.acknowledge(stored.slice(0, 5))
    expect(segments().length).toBe(3)
  })

  it('leaves the segments of a live process alone, and takes over those of a silent one', () => {
    const crashed = start()
    append(crashed, 'a')
    const other = start()
    expect(other.claim()).toBeUndefined()
    here.silence()
    expect(texts(other, other.claim())).toEqual(['a'])
    expect(start().claim()).toBeUndefined()
  })

  it.each([
    ['two minutes ago, as after a clock that was put back', -120, true],
    ['in two minutes, as after a clock that was put forward', 120, true],
    ['half a minute ago', -30, false],
    ['in half a minute', 30, false],
  ])('takes over the segments of an owner whose last heartbeat was %s: %i s, %s', (_, seconds, taken) => {
    append(start(), 'a')
    const other = start()
    here.silence(seconds)
    expect(texts(other, other.claim())).toEqual(taken ? ['a'] : undefined)
  })

  it('goes by the silence alone where the heartbeat file does not name the process', () => {
    append(start(), 'a')
    const [name = ''] = readdirSync(here.directory).filter(entry => entry.endsWith('.alive'))
    const path = join(here.directory, name)
    for (const description of [
      '.',
      '',
      'x'.repeat(100_000),
      describeProcess().replace(/pid:\[\d+\] \d+/, 'pid:[1] 9999999'),
    ]) {
      writeFileSync(path, description)
      expect(start().claim()).toBeUndefined()
    }
    here.silence()
    const other = start()
    expect(texts(other, other.claim())).toEqual(['a'])
  })

  it('gives a segment to only one of many processes', () => {
    const crashed = start()
    for (const text of ['a', 'b', 'c']) append(crashed, text)
    crashed.end()
    const claims = Array.from({ length: 5 }, () => start().claim())
    expect(claims.filter(found => found !== undefined)).toHaveLength(1)
  })

  it('keeps destinations apart, and gives one destination the same folder with other credentials and in another spelling', () => {
    const spool = start()
    append(spool, 'a')
    spool.end()
    expect(start({}, { signal: 'logs', endpoint: 'https://other.example/v1/logs' }).claim()).toBeUndefined()
    const same = start({}, { signal: 'logs', endpoint: 'https://user:secret@COLLECTOR.example:443/v1/logs' })
    expect(texts(same, same.claim())).toEqual(['a'])
  })

  it('writes into each folder what the folder is for, without secrets', () => {
    const endpoint = 'https://user:hunter2@collector.example/v1/logs?key=hunter2#hunter2'
    append(start({}, { signal: 'logs', endpoint }), 'a')
    const text = readFileSync(
      join(here.directory, destinationFolder({ signal: 'logs', endpoint }), 'destination.json'),
      'utf8',
    )
    expect(JSON.parse(text)).toEqual({ version: 1, signal: 'logs', endpoint: 'https://collector.example/v1/logs' })
  })
})
