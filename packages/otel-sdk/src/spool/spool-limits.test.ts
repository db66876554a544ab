import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { append, bytes, SpoolHome } from './spool-home.fixture.ts'

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
})
