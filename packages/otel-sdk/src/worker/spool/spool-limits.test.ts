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

  it('drops its own oldest requests to make room, and tells who holds them', () => {
    const spool = start({ maxBytes })
    const lost: number[] = []
    for (let id = 0; id < 40; id++) append(spool, 'x', 20_000).onLost = () => lost.push(id)
    expect(used()).toBeLessThanOrEqual(maxBytes)
    expect(lost).toEqual(Array.from(lost, (_, id) => id))
    expect(lost.length).toBeGreaterThan(10)
    expect(lost.length).toBeLessThan(25)
  })

  it('drops what dead processes left before its own, and counts it', () => {
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

  it('never takes the room of a live process; then nothing is stored', () => {
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

  it('drops what is too old, its own and what others left', () => {
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

    it('is kept for destinations that nobody sends to any more, and counted', () => {
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

    it('is that of the content, not of the file', () => {
      const old = start({ maxAgeMs }, elsewhere)
      const first = append(old, 'a')
      pass(1_500)
      old.acknowledge([first])
      append(old, 'b', 10, 3)
      old.end()
      append(start({ maxAgeMs }), 'c')
      expect(here.dropped).toEqual([])
    })

    it('does not count the time in which nothing was stored', () => {
      const spool = start({ maxAgeMs })
      spool.acknowledge([append(spool, 'a')])
      pass(1_500)
      const lost: string[] = []
      append(spool, 'b').onLost = reason => lost.push(reason)
      spool.confirm()
      expect(lost).toEqual([])
    })

    it('takes little with it that is younger', () => {
      const spool = start({ maxAgeMs })
      const lost: string[] = []
      append(spool, 'a').onLost = () => lost.push('a')
      pass(600)
      append(spool, 'b').onLost = () => lost.push('b')
      pass(600)
      spool.confirm()
      expect(lost).toEqual(['a'])
    })

    it('makes a clock that jumps past it drop what waits, once, and nothing that comes after', () => {
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
