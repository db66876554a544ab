import { readdirSync, rmSync, unlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { DestinationSpool } from './destination-spool.ts'
import { append, ownerOf, SpoolHome, texts } from './spool-home.fixture.ts'

describe('a stored request', () => {
  const here = new SpoolHome()
  const start: SpoolHome['start'] = (...options) => here.start(...options)
  let lost: string[] = []

  afterEach(() => {
    vi.restoreAllMocks()
    lost = []
  })

  const store = (spool: DestinationSpool, text: string) => {
    append(spool, text).onLost = reason => lost.push(`${text}: ${reason}`)
  }
  /** The texts that another process takes over. */
  const claimed = (spool = start()) => {
    const found: string[] = []
    for (let next = spool.claim(); next !== undefined; next = spool.claim()) found.push(...(texts(spool, next) ?? []))
    return found.toSorted()
  }
  /** Continues the process after a long stop, or lets its next heartbeat come due. */
  const goOn = (spool: DestinationSpool) => {
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + 61_000)
    spool.confirm()
    vi.restoreAllMocks()
  }

  describe('that a second process took over while the first was stopped', () => {
    it('belongs to the second process', () => {
      const stopped = start()
      store(stopped, 'a')
      here.silence()
      expect(claimed()).toEqual(['a'])
      goOn(stopped)
      expect(lost).toEqual(['a: taken-over'])
      // The first process lives again, under its own name.
      store(stopped, 'b')
      expect(claimed()).toEqual([])
      stopped.end()
      expect(claimed()).toEqual(['b'])
    })

    it.each([
      ['the second process still has the request', false],
      ['the second process has delivered the request', true],
    ])('stays with the first process when it was stored after the take-over: %s', (_, delivered) => {
      const stopped = start()
      store(stopped, 'a')
      here.silence()
      const other = start()
      const found = other.claim() ?? []
      expect(texts(other, found)).toEqual(['a'])
      // The first process does not know yet of the take-over.
      store(stopped, 'b')
      if (delivered) other.acknowledge(found)
      goOn(stopped)
      expect(lost).toEqual(['a: taken-over'])
      // No request is there twice, even if the second process ends without sending any.
      other.end()
      stopped.end()
      expect(claimed()).toEqual(delivered ? ['b'] : ['a', 'b'])
    })

    it('stays with the first process when that one continues right before the take-over', () => {
      const ended = start()
      append(ended, 'x')
      ended.end()
      // Of two segments of the same millisecond neither is older.
      for (const createdMs = Date.now(); Date.now() === createdMs; );
      const stopped = start()
      store(stopped, 'a')
      here.silence()
      const other = start()
      // The second process lists the folder once for several take-overs.
      expect(texts(other, other.claim())).toEqual(['x'])
      const now = new Date()
      utimesSync(join(here.directory, `${ownerOf(stopped)}.alive`), now, now)
      expect(other.claim()).toBeUndefined()
      goOn(stopped)
      expect(lost).toEqual([])
    })
  })

  describe('that another program deletes', () => {
    it.each([
      ['the whole spool', () => here.directory],
      ['the folder of the destination', () => here.folder],
    ])('is stored again, with %s', (_, path) => {
      const spool = start()
      store(spool, 'a')
      rmSync(path(), { recursive: true })
      store(spool, 'b')
      spool.secure()
      expect(lost).toEqual([])
      // The other process knows that this one lives.
      expect(claimed()).toEqual([])
      spool.end()
      expect(claimed()).toEqual(['a', 'b'])
    })

    it('is stored again also when the process took it over', () => {
      const ended = start()
      append(ended, 'a')
      ended.end()
      const spool = start()
      for (const request of spool.claim() ?? []) request.onLost = reason => lost.push(reason)
      rmSync(here.folder, { recursive: true })
      spool.secure()
      spool.end()
      expect(lost).toEqual([])
      expect(claimed()).toEqual(['a'])
    })

    it('is stored again with its age when the program deletes one file', () => {
      const spool = start()
      store(spool, 'a')
      unlinkSync(join(here.folder, here.segments[0] ?? ''))
      spool.secure()
      const now = Date.now()
      vi.spyOn(Date, 'now').mockReturnValue(now + 8 * 86_400_000)
      spool.confirm()
      expect(lost).toEqual(['a: expired'])
    })

    it('is stored again with the next heartbeat', () => {
      vi.useFakeTimers()
      try {
        const spool = start()
        store(spool, 'a')
        rmSync(here.directory, { recursive: true })
        vi.advanceTimersByTime(10_000)
        expect(here.segments).toHaveLength(1)
        expect(readdirSync(here.directory).filter(name => name.endsWith('.alive'))).toHaveLength(1)
        spool.end()
      } finally {
        vi.useRealTimers()
      }
    })
  })
})
