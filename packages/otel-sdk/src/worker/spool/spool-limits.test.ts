import { statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inspectSpool } from './inspect-spool.ts'
import { append, bytes, ownerOf, SpoolHome, texts } from './spool-home.fixture.ts'

describe('the limits of the spool', () => {
  const here = new SpoolHome()
  const start: SpoolHome['start'] = (...options) => here.start(...options)
  const folder = () => here.folder
  const segments = () => here.segments

  const maxBytes = 512 * 1024
  const used = () => segments().reduce((sum, name) => sum + statSync(join(folder(), name)).size, 0)

  it('make the spool drop its oldest requests, and call their onLost', () => {
    const spool = start({ maxBytes })
    const lost: number[] = []
    for (let id = 0; id < 40; id++) append(spool, 'x', 20_000).onLost = () => lost.push(id)
    expect(used()).toBeLessThanOrEqual(maxBytes)
    expect(lost).toEqual(Array.from(lost, (_, id) => id))
    expect(lost.length).toBeGreaterThan(10)
    expect(lost.length).toBeLessThan(25)
  })

  it('make the spool drop, and count, segments of dead processes before its own', () => {
    const dead = start({ maxBytes })
    for (let id = 0; id < 20; id++) append(dead, 'x', 20_000, 5)
    dead.end()
    const spool = start({ maxBytes })
    const lost: number[] = []
    for (let id = 0; id < 12; id++) append(spool, 'x', 20_000).onLost = () => lost.push(id)
    expect(lost).toEqual([])
    expect(here.dropped.every(([reason]) => reason === 'spool-full')).toBe(true)
    expect(here.dropped.reduce((sum, [, records]) => sum + records, 0)).toBeGreaterThan(20)
    expect(used()).toBeLessThanOrEqual(maxBytes)
  })

  it('never make the spool drop segments of a live process: it stores nothing more instead', () => {
    const other = start({ maxBytes })
    let kept = 0
    for (let id = 0; id < 20; id++) append(other, 'x', 20_000).onLost = () => kept--
    const spool = start({ maxBytes })
    let stored = 0
    for (let id = 0; id < 20; id++) if (spool.append(bytes('x', 20_000), 1) !== undefined) stored++
    expect(kept).toBe(0)
    expect(used()).toBeLessThanOrEqual(maxBytes)
    expect(stored).toBeGreaterThan(0)
  })

  it('make the spool drop expired segments, its own and those of dead processes', () => {
    const maxAgeMs = 1_000
    const dead = start({ maxAgeMs })
    append(dead, 'a', 10, 4)
    dead.end()
    const spool = start({ maxAgeMs })
    const lost: string[] = []
    append(spool, 'b').onLost = reason => lost.push(reason)
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + 1_500)
    expect(spool.claim()).toBeUndefined()
    vi.restoreAllMocks()
    expect(lost).toEqual(['expired'])
    expect(here.dropped).toEqual([['expired', 4]])
  })

  describe('of age', () => {
    const maxAgeMs = 1_000
    const elsewhere = { signal: 'logs', endpoint: 'https://other.example/v1/logs' } as const
    afterEach(() => {
      vi.restoreAllMocks()
    })
    const pass = (ms: number) => {
      const now = Date.now()
      vi.spyOn(Date, 'now').mockReturnValue(now + ms)
    }

    it('hold for destinations that no configuration names any more, and the spool counts what expired', () => {
      const dead = start({ maxAgeMs }, elsewhere)
      append(dead, 'a', 10, 4)
      dead.end()
      const killed = start({ maxAgeMs }, elsewhere)
      append(killed, 'b', 10, 2)
      const alive = start({ maxAgeMs }, elsewhere)
      append(alive, 'c', 10, 1)
      utimesSync(join(here.directory, `${ownerOf(killed)}.alive`), 0, 0)
      pass(1_500)
      append(start({ maxAgeMs }), 'd')
      expect(here.dropped.toSorted()).toEqual([
        ['expired', 2],
        ['expired', 4],
      ])
      expect(inspectSpool({ directory: here.directory }).map(({ records }) => records)).toEqual([1, 1])
    })

    it('count from the first request in a segment, not from the making of the file', () => {
      const old = start({ maxAgeMs }, elsewhere)
      const first = append(old, 'a')
      pass(1_500)
      old.acknowledge([first])
      append(old, 'b', 10, 3)
      old.end()
      append(start({ maxAgeMs }), 'c')
      expect(here.dropped).toEqual([])
    })

    it('do not count the time in which a segment was empty', () => {
      const spool = start({ maxAgeMs })
      spool.acknowledge([append(spool, 'a')])
      pass(1_500)
      const lost: string[] = []
      append(spool, 'b').onLost = reason => lost.push(reason)
      spool.confirm()
      expect(lost).toEqual([])
    })

    it('let few younger requests expire with the oldest of their segment', () => {
      const spool = start({ maxAgeMs })
      const lost: string[] = []
      append(spool, 'a').onLost = () => lost.push('a')
      pass(600)
      append(spool, 'b').onLost = () => lost.push('b')
      pass(600)
      spool.confirm()
      expect(lost).toEqual(['a'])
    })

    it('make a clock that jumps forward drop waiting requests once, and no later ones', () => {
      const spool = start()
      const lost: string[] = []
      append(spool, 'a').onLost = reason => lost.push(reason)
      pass(8 * 86_400_000)
      spool.confirm()
      append(spool, 'b').onLost = reason => lost.push(reason)
      spool.confirm()
      vi.restoreAllMocks()
      spool.confirm()
      expect(lost).toEqual(['expired'])
      spool.end()
      const next = start()
      expect(texts(next, next.claim())).toEqual(['b'])
    })
  })
})
