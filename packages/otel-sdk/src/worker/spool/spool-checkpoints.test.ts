import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { DestinationSpool } from './destination-spool.ts'
import { inspectSpool } from './inspect-spool.ts'
import type { StoredRequest } from './segment.ts'
import { checkedBytes, REQUEST_HEADER_BYTES, readSegment } from './segment-format.ts'
import type { FollowingCheckpoint } from './spool-checkpoints.ts'
import { append, bytes, logs, ownerOf, SpoolHome, texts } from './spool-home.fixture.ts'

/** What a write or a cut does to a file, and how far it got. */
type Step = { at: number; data: Buffer } | { length: number }
let onStep: ((step: Step) => void) | undefined
let full = false

vi.mock('node:fs', async importOriginal => {
  const fs = await importOriginal<typeof import('node:fs')>()
  return {
    ...fs,
    writevSync(fd: number, buffers: Uint8Array[], at: number) {
      if (full) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      onStep?.({ at, data: Buffer.concat(buffers) })
      return fs.writevSync(fd, buffers, at)
    },
    writeSync(fd: number, data: Uint8Array, offset: number, length: number, at: number) {
      if (typeof data !== 'string' && at !== undefined) onStep?.({ at, data: Buffer.from(data) })
      return fs.writeSync(fd, data, offset, length, at)
    },
    ftruncateSync(fd: number, length: number) {
      onStep?.({ length })
      fs.ftruncateSync(fd, length)
    },
  }
})

/** The file as a kill leaves it: after no byte of the step, after any of its beginnings, after all of it. */
function* killedDuring(before: Buffer, step: Step): Generator<Buffer> {
  yield before
  if ('length' in step) {
    yield before.subarray(0, step.length)
    return
  }
  const { at, data } = step
  const every = Math.max(1, Math.floor(data.length / 20))
  for (let written = 1; written <= data.length; written += written < 32 ? 1 : every) {
    // The kernel does not cut a write of a few bytes in two.
    const length = data.length <= 8 ? data.length : written
    const after = Buffer.alloc(Math.max(before.length, at + length))
    before.copy(after)
    data.copy(after, at, 0, length)
    yield after
    if (length === data.length) return
  }
}

/** What a later process would send of a file: the numbers in all its requests. */
function numbersIn(file: Buffer): number[] {
  return readSegment(file)
    .undelivered.flatMap(({ offset, length }) => {
      const found = checkedBytes(file.subarray(offset, offset + REQUEST_HEADER_BYTES + length))
      if (found === undefined) throw new Error('a request that does not have its bytes')
      return found.toString().replace(/\.*$/, '').split(' ').map(Number)
    })
    .sort((a, b) => a - b)
}

/** Numbers from 0 up to 1, the same ones each time. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

describe('checkpoints in the spool', () => {
  const home = new SpoolHome()
  const options = { maxBytes: 1024 * 1024 }

  const save = (spool: DestinationSpool, text: string, replacing = false, length = text.length): StoredRequest => {
    const stored = spool.checkpoints.save(bytes(text, length), 1, replacing)
    if (typeof stored !== 'object') throw new Error('not stored')
    return stored
  }
  const left = (): string[] | undefined => {
    home.silence()
    const next = home.start(options)
    return texts(next, next.claim())
  }

  it('are what a later process finds when their process was killed', () => {
    const spool = home.start(options)
    save(spool, 'one')
    save(spool, 'two')
    expect(left()).toEqual(['one', 'two'])
  })

  it('are dropped where the next worker of the same process says them anew', () => {
    const traces = { signal: 'traces', endpoint: 'https://collector.example/v1/traces' } as const
    for (const [destination, found] of [
      [traces, ['finished']],
      [logs, ['open', 'finished']],
    ] as const) {
      const spool = home.start(options, destination)
      append(spool, 'finished')
      save(spool, 'open')
      const predecessor = ownerOf(spool)
      const next = home.start({ ...options, predecessor }, destination)
      const claimed = [texts(next, next.claim()), texts(next, next.claim())].flatMap(texts => texts ?? [])
      expect(claimed.toSorted()).toEqual([...found].sort())
    }
  })

  it('are dropped before another process can find them, where the next worker of the same process says them anew', () => {
    const traces = { signal: 'traces', endpoint: 'https://collector.example/v1/traces' } as const
    for (const finished of [[], ['finished']]) {
      const crashed = home.start(options, traces)
      for (const text of finished) append(crashed, text)
      save(crashed, 'open')
      home.start({ ...options, predecessor: ownerOf(crashed) }, traces)
      const other = home.start(options, traces)
      const claimed = [texts(other, other.claim()), texts(other, other.claim())].flatMap(found => found ?? [])
      expect(claimed).toEqual(finished)
    }
  })

  it('of a process that was killed stay where the worker that took them over crashed', () => {
    const traces = { signal: 'traces', endpoint: 'https://collector.example/v1/traces' } as const
    save(home.start(options, traces), 'of the killed')
    home.silence()
    const crashed = home.start(options, traces)
    expect(texts(crashed, crashed.claim())).toEqual(['of the killed'])
    const next = home.start({ ...options, predecessor: ownerOf(crashed) }, traces)
    expect(texts(next, next.claim())).toEqual(['of the killed'])
  })

  it('of spans are what another process finds', () => {
    const traces = { signal: 'traces', endpoint: 'https://collector.example/v1/traces' } as const
    save(home.start(options, traces), 'open')
    home.silence()
    const next = home.start(options, traces)
    expect(texts(next, next.claim())).toEqual(['open'])
  })

  it('are replaced by a larger checkpoint, and by the request that is handed in', () => {
    const spool = home.start(options)
    save(spool, 'one')
    save(spool, 'two')
    save(spool, 'one two', true)
    save(spool, 'three')
    expect(spool.checkpoints.replace(bytes('all'), 3)).toMatchObject({ records: 3 })
    expect(left()).toEqual(['all'])
  })

  it('are nowhere once they are given up, and later ones are', () => {
    const spool = home.start(options)
    save(spool, 'one')
    save(spool, 'two')
    spool.checkpoints.drop()
    expect(inspectSpool({ directory: home.directory }).reduce((sum, { records }) => sum + records, 0)).toBe(0)
    save(spool, 'three')
    expect(left()).toEqual(['three'])
  })

  it('are never moved to where the file says that all is delivered', () => {
    const spool = home.start(options)
    save(spool, 'one')
    const request = spool.checkpoints.replace(bytes('request'), 1) as StoredRequest
    save(spool, 'two')
    save(spool, 'two three', true, 1_000)
    spool.acknowledge([request])
    save(spool, 'four')
    save(spool, 'two three four', true, 900)
    expect(left()).toEqual(['two three four'])
  })

  it('leave the file small, however many were replaced and though nothing is delivered', () => {
    const spool = home.start(options)
    for (let interval = 0; interval < 10; interval++) {
      for (let i = 0; i < 60; i++) save(spool, `${i}`, i % 16 === 15, 500)
      spool.checkpoints.replace(bytes(`interval ${interval}`, 2_000), 1)
    }
    const [path = ''] = home.segments
    // Each interval keeps its request, and at most as much again of what it replaced.
    expect(readFileSync(join(home.folder, path)).length).toBeLessThan(10 * 2 * 2_100)
    expect(left()).toEqual(Array.from({ length: 10 }, (_, i) => `interval ${i}`))
  })

  it('are left out of what waits in the spool while their process lives, and count when it is dead', () => {
    const spool = home.start(options)
    save(spool, 'one')
    expect(inspectSpool({ directory: home.directory })).toEqual([])
    home.silence()
    expect(inspectSpool({ directory: home.directory })).toMatchObject([{ records: 1, ownedRecords: 0 }])
  })

  it('make the spool drop no request for their sake', () => {
    const spool = home.start({ maxBytes: 64 * 1024 })
    const lost: string[] = []
    for (let i = 0; i < 2; i++) append(spool, `request ${i}`, 28_000).onLost = reason => lost.push(reason)
    expect(spool.checkpoints.save(bytes('', 12_000), 1, false)).toBe('no-room')
    expect(lost).toEqual([])
  })

  it('find no room where a later process would no longer read their segment', () => {
    const large = 11 * 1024 * 1024
    const roomy = { maxBytes: 256 * 1024 * 1024 }
    const spool = home.start(roomy)
    save(spool, 'one', false, large)
    save(spool, 'two', false, large)
    for (const replacing of [false, true])
      expect(spool.checkpoints.save(bytes('three', large), 1, replacing)).toBe('no-room')
    const found = (): string[] | undefined => {
      home.silence()
      const next = home.start(roomy)
      const claimed = next.claim() ?? []
      const said = texts(next, claimed)
      next.acknowledge(claimed)
      return said
    }
    expect(found()).toEqual(['one', 'two'])
    const other = home.start(roomy)
    save(other, 'one', false, large)
    save(other, 'two', false, large)
    expect(other.checkpoints.replace(bytes('all', large), 1)).toBeDefined()
    expect(found()).toEqual(['all'])
  })

  it('are given up where the request cannot be stored that says what they say', () => {
    const spool = home.start(options)
    save(spool, 'one')
    full = true
    expect(spool.checkpoints.replace(bytes('all'), 1)).toBeUndefined()
    full = false
    expect(home.diagnostics).toMatchObject([{ code: 'spool-unusable' }])
    expect(left()).toBeUndefined()
  })

  it('are told apart when another process took some of them over, and stored nowhere again when they were deleted', () => {
    const spool = home.start(options)
    const lost: string[] = []
    save(spool, 'one').onLost = reason => lost.push(`one ${reason}`)
    expect(left()).toEqual(['one'])
    save(spool, 'two').onLost = reason => lost.push(`two ${reason}`)
    spool.checkpoints.confirm()
    expect(lost).toEqual(['one taken-over', 'two deleted'])
    save(spool, 'three').onLost = reason => lost.push(`three ${reason}`)
    for (const name of home.segments) rmSync(join(home.folder, name))
    spool.checkpoints.confirm()
    expect(lost).toEqual(['one taken-over', 'two deleted', 'three deleted'])
    expect(home.segments).toEqual([])
  })

  it.each([1, 2, 3])('count once, whenever their process is killed (%i)', seed => {
    const random = createRandom(seed)
    const spool = home.start(options)
    const folder = (): string => join(home.folder, home.segments[0] ?? '')
    /** Not acknowledged yet; each is in a request that is on disk. */
    let saved: number[] = []
    let delivered: number[] = []
    let next = 1
    let steps = 0
    let followed = 0
    const open = new Set<number>()
    const requests: { stored: StoredRequest; numbers: number[] }[] = []

    /** `adding`: on disk after the call and not before it; `removing` the other way round. */
    const watch = <Result>(adding: readonly number[], removing: readonly number[], call: () => Result): Result => {
      // Looked at after the call, which handles what is thrown in it.
      const taken: { before: Buffer; step: Step }[] = []
      onStep = step => taken.push({ before: readFileSync(folder()), step })
      const result = call()
      onStep = undefined
      const must = saved.filter(n => !removing.includes(n))
      for (const state of taken.flatMap(({ before, step }) => [...killedDuring(before, step)])) {
        steps++
        const found = numbersIn(state)
        expect(found.filter(n => !adding.includes(n) && !removing.includes(n))).toEqual(must)
        expect(new Set(found).size).toBe(found.length)
      }
      saved = [...saved.filter(n => !removing.includes(n)), ...adding].sort((a, b) => a - b)
      expect(numbersIn(readFileSync(folder()))).toEqual(saved)
      return result
    }
    const size = (text: string): number => text.length + Math.floor(random() * 300)

    save(spool, '0')
    saved = [0]
    open.add(0)
    for (let i = 0; i < 60; i++) {
      const dice = random()
      if (dice < 0.55 || open.size === 0) {
        const number = next++
        watch([number], [], () => save(spool, `${number}`, false, size(`${number}`)))
        open.add(number)
      } else if (dice < 0.75) {
        const number = next++
        open.add(number)
        const text = [...open].join(' ')
        watch([number], [], () => save(spool, text, true, size(text)))
      } else if (dice < 0.82 && open.size > 1) {
        const number = next++
        const ended = [...open].filter(() => random() < 0.5).concat(number)
        for (const one of ended) open.delete(one)
        if (open.size === 0) open.add(next++)
        const left = [...open].filter(one => !saved.includes(one))
        const [text, rest] = [ended.join(' '), [...open].join(' ')]
        const following: FollowingCheckpoint = { bytes: bytes(rest, size(rest)), records: 1 }
        const stored = watch([number, ...left], [], () =>
          spool.checkpoints.replace(bytes(text, size(text)), 1, following),
        )
        expect(following.stored).toBeDefined()
        requests.push({ stored: stored as StoredRequest, numbers: ended })
        followed++
      } else if (dice < 0.88) {
        const number = next++
        open.add(number)
        const numbers = [...open]
        const text = numbers.join(' ')
        const stored = watch([number], [], () => spool.checkpoints.replace(bytes(text, size(text)), 1))
        requests.push({ stored: stored as StoredRequest, numbers })
        open.clear()
      } else if (requests.length > 0) {
        const [request] = requests.splice(Math.floor(random() * requests.length), 1)
        if (request === undefined) continue
        delivered = delivered.concat(request.numbers)
        watch([], request.numbers, () => spool.acknowledge([request.stored]))
      }
    }
    expect(steps).toBeGreaterThan(1_000)
    expect(followed).toBeGreaterThan(0)
    expect(delivered.length).toBeGreaterThan(0)
    expect(
      left()
        ?.flatMap(text => text.split(' ').map(Number))
        .sort((a, b) => a - b),
    ).toEqual(saved)
  })
})
