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

  /** Runs the script to its end, or kills it after `killAfterLines`; the numbers that it printed, by the first word of the line. */
  async function run(args: (string | number)[], killAfterLines = Number.POSITIVE_INFINITY) {
    const flags = process.features.typescript === false ? ['--experimental-strip-types'] : []
    const child = spawn(process.execPath, [...flags, script, ...args.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    })
    children.push(child)
    const exited = once(child, 'exit')
    const printed: Record<string, number[]> = { stored: [], acknowledged: [], took: [] }
    let lines = 0
    for await (const line of createInterface({ input: child.stdout })) {
      const [word = '', id] = line.split(' ')
      printed[word]?.push(Number(id))
      if (++lines === killAfterLines) child.kill('SIGKILL')
    }
    await exited
    return printed as { stored: number[]; acknowledged: number[]; took: number[] }
  }

  it('lose no stored request when one of them is killed at any moment, and bring back no acknowledged one', async () => {
    // Each is killed while it writes: the pipe holds a few lines more than the test has read, and so does the disk.
    const runs = await Promise.all([1, 40, 333, 1_500].map(lines => run(['write', here.directory, 20_000], lines)))
    if (describeProcess() === '') here.silence()
    const next = here.start()
    const found: number[] = []
    for (let claimed = next.claim(); claimed !== undefined; claimed = next.claim()) {
      found.push(...(texts(next, claimed) ?? []).map(Number))
    }
    // The process may have acknowledged its last request and been killed before it printed that.
    const underWay = (id: number, stored: number[]): boolean => id % 3 === 0 && id === stored.at(-1)
    const expected = runs.flatMap(({ stored, acknowledged }) =>
      stored.filter(id => !acknowledged.includes(id) && !underWay(id, stored)),
    )
    const counts = new Map<number, number>()
    for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1)
    for (const id of expected) {
      const left = counts.get(id) ?? 0
      expect(left).toBeGreaterThan(0)
      counts.set(id, left - 1)
    }
    // Each process may have stored one request that it did not print.
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(runs.length)
    expect(here.dropped.every(([reason]) => reason === 'spool-unreadable')).toBe(true)
  })

  it('take over every request exactly once when ten of them try', async () => {
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
    'leave a process that is stopped for minutes its requests, until it ends',
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
