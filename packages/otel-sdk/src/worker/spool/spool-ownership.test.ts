import { readdirSync, rmSync, unlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { DestinationSpool } from './destination-spool.ts'
import { append, ownerOf, SpoolHome, texts } from './spool-home.fixture.ts'

describe('what a process stored', () => {
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
  /** What another process finds. */
  const claimed = (spool = start()) => {
    const found: string[] = []
    for (let next = spool.claim(); next !== undefined; next = spool.claim()) found.push(...(texts(spool, next) ?? []))
    return found.toSorted()
  }
  /** The process goes on after it was stopped for long, or its next heartbeat is due. */
  const goOn = (spool: DestinationSpool) => {
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + 61_000)
    spool.confirm()
    vi.restoreAllMocks()
  }

  describe('when another one took it over while it was stopped', () => {
    it('is the other one’s to send', () => {
      const stopped = start()
      store(stopped, 'a')
      here.silence()
      expect(claimed()).toEqual(['a'])
      goOn(stopped)
      expect(lost).toEqual(['a: taken-over'])
      // It lives again, with a place of its own.
      store(stopped, 'b')
      expect(claimed()).toEqual([])
      stopped.end()
      expect(claimed()).toEqual(['b'])
    })

    it.each([
      ['the other one has it still', false],
      ['the other one has delivered it', true],
    ])('is kept as far as the other one did not see it: %s', (_, delivered) => {
      const stopped = start()
      store(stopped, 'a')
      here.silence()
      const other = start()
      const found = other.claim() ?? []
      expect(texts(other, found)).toEqual(['a'])
      // Before it notices.
      store(stopped, 'b')
      if (delivered) other.acknowledge(found)
      goOn(stopped)
      expect(lost).toEqual(['a: taken-over'])
      // Nothing twice, even if the other one ends without sending anything.
      other.end()
      stopped.end()
      expect(claimed()).toEqual(delivered ? ['b'] : ['a', 'b'])
    })

    it('is not taken over when it goes on in the last moment', () => {
      const ended = start()
      append(ended, 'x')
      ended.end()
      // Of two of the same millisecond neither is the older one.
      for (const createdMs = Date.now(); Date.now() === createdMs; );
      const stopped = start()
      store(stopped, 'a')
      here.silence()
      const other = start()
      // It looks once for several that it takes.
      expect(texts(other, other.claim())).toEqual(['x'])
      const now = new Date()
      utimesSync(join(here.directory, `${ownerOf(stopped)}.alive`), now, now)
      expect(other.claim()).toBeUndefined()
      goOn(stopped)
      expect(lost).toEqual([])
    })
  })

  describe('when somebody deletes it', () => {
    it.each([
      ['the whole spool', () => here.directory],
      ['the folder of the destination', () => here.folder],
    ])('is stored again: %s', (_, path) => {
      const spool = start()
      store(spool, 'a')
      rmSync(path(), { recursive: true })
      store(spool, 'b')
      spool.secure()
      expect(lost).toEqual([])
      // It is known to live.
      expect(claimed()).toEqual([])
      spool.end()
      expect(claimed()).toEqual(['a', 'b'])
    })

    it('is stored again also when this process has it from an earlier one', () => {
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

    it('is stored again when it was one file, with the age that it had', () => {
      const spool = start()
      store(spool, 'a')
      unlinkSync(join(here.folder, here.segments[0] ?? ''))
      spool.secure()
      const now = Date.now()
      vi.spyOn(Date, 'now').mockReturnValue(now + 8 * 86_400_000)
      spool.confirm()
      expect(lost).toEqual(['a: expired'])
    })

    it('is found out with each heartbeat', () => {
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
