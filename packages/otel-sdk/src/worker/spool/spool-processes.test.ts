import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { describeProcess, isStopped } from './owner-process.ts'
import { SpoolHome, texts } from './spool-home.fixture.ts'

const script = fileURLToPath(new URL('./spool-process.fixture.ts', import.meta.url))
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

describe('processes that share a spool', () => {
  const here = new SpoolHome()
  const children: ChildProcess[] = []

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  /** Runs the script to its end, or kills it after so many lines; what it said, by its first word. */
  async function run(args: (string | number)[], killAfterLines = Number.POSITIVE_INFINITY) {
    const flags = process.features.typescript === false ? ['--experimental-strip-types'] : []
    const child = spawn(process.execPath, [...flags, script, ...args.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    })
    children.push(child)
    const exited = once(child, 'exit')
    const said: Record<string, number[]> = { stored: [], struck: [], took: [] }
    let lines = 0
    for await (const line of createInterface({ input: child.stdout })) {
      const [word = '', id] = line.split(' ')
      said[word]?.push(Number(id))
      if (++lines === killAfterLines) child.kill('SIGKILL')
    }
    await exited
    return said as { stored: number[]; struck: number[]; took: number[] }
  }

  it('loses nothing that was stored when one is killed at any moment, and brings back nothing that was struck off', async () => {
    // Killed while it writes: the pipe holds a few lines more than were read, and so does the disk.
    const runs = await Promise.all([1, 40, 333, 1_500].map(lines => run(['write', here.directory, 20_000], lines)))
    if (describeProcess() === '') here.silence()
    const next = here.start()
    const found: number[] = []
    for (let claimed = next.claim(); claimed !== undefined; claimed = next.claim()) {
      found.push(...(texts(next, claimed) ?? []).map(Number))
    }
    // The last one may have been struck off already when its process was killed before it said so.
    const underWay = (id: number, stored: number[]): boolean => id % 3 === 0 && id === stored.at(-1)
    const expected = runs.flatMap(({ stored, struck }) =>
      stored.filter(id => !struck.includes(id) && !underWay(id, stored)),
    )
    const counts = new Map<number, number>()
    for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1)
    for (const id of expected) {
      const left = counts.get(id) ?? 0
      expect(left).toBeGreaterThan(0)
      counts.set(id, left - 1)
    }
    // At most what was written in the moment between being done and being said, once for each process.
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(runs.length)
    expect(here.dropped.every(([reason]) => reason === 'spool-unreadable')).toBe(true)
  })

  it('gives every request to exactly one of ten', async () => {
    const writers = await Promise.all(range(0, 5).map(index => run(['leave', here.directory, 200, index * 200])))
    expect(writers.flatMap(({ stored }) => stored).toSorted((a, b) => a - b)).toEqual(range(0, 1_000))
    const [more, ...takers] = await Promise.all([
      run(['leave', here.directory, 200, 1_000]),
      ...range(0, 9).map(() => run(['take', here.directory])),
    ])
    const last = await run(['take', here.directory])
    expect(more?.stored).toHaveLength(200)
    const taken = [...takers, last].flatMap(({ took }) => took)
    expect(taken.toSorted((a, b) => a - b)).toEqual(range(0, 1_200))
    expect(here.segments).toEqual([])
  })

  it.skipIf(describeProcess() === '')(
    'leaves a process that is stopped for minutes what it has, until it ends',
    async () => {
      const stopped = spawn(process.execPath, [script, 'write', here.directory, '3'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(stopped)
      for await (const line of createInterface({ input: stopped.stdout })) if (line === 'stored 2') break
      stopped.kill('SIGSTOP')
      const [alive = ''] = readdirSync(here.directory).filter(name => name.endsWith('.alive'))
      await expect.poll(() => isStopped(readFileSync(join(here.directory, alive), 'latin1').trim())).toBe(true)
      here.silence(-600)
      const next = here.start()
      expect(next.claim()).toBeUndefined()
      const ended = once(stopped, 'exit')
      stopped.kill('SIGKILL')
      await ended
      expect(texts(next, next.claim())).toEqual(['1', '2'])
    },
  )
})
