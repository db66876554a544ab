import { rmSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { append, SpoolHome } from './spool-home.fixture.ts'

/** Calls that list a directory, or look at an entry of one. */
const calls = { readdir: 0, lstat: 0 }
let beforeRename: ((from: string) => void) | undefined

vi.mock('node:fs', async importOriginal => {
  const fs = await importOriginal<typeof import('node:fs')>()
  return {
    ...fs,
    readdirSync(...options: Parameters<typeof fs.readdirSync>) {
      calls.readdir++
      return fs.readdirSync(...options)
    },
    renameSync(from: string, to: string) {
      beforeRename?.(from)
      fs.renameSync(from, to)
    },
    lstatSync(...options: Parameters<typeof fs.lstatSync>) {
      calls.lstat++
      return fs.lstatSync(...options)
    },
  }
})

const home = new SpoolHome()
const SEGMENTS = 120
const maxBytes = SEGMENTS * 4096

/** A full spool: so many ended processes left a small segment each. */
function fill(): void {
  for (let i = 0; i < SEGMENTS; i++) {
    const dead = home.start({ maxBytes: 2 * maxBytes })
    append(dead, `${i}`, 10)
    dead.end()
  }
}

it('a process that makes room in a full spool lists the segments once, however many it drops', () => {
  fill()
  let progress = 0
  const spool = home.start({ maxBytes, onProgress: () => progress++ })
  append(spool, 'first', 10)
  calls.readdir = 0
  calls.lstat = 0
  progress = 0
  append(spool, 'large', maxBytes / 3)
  const dropped = home.dropped.length
  expect(dropped).toBeGreaterThan(SEGMENTS / 4)
  // The directory and the folder of the one destination.
  expect(calls.readdir).toBe(2)
  expect(calls.lstat).toBeLessThan(SEGMENTS + 10 * dropped)
  expect(progress).toBe(dropped - 1)
})

it('a process that makes room lists the segments once more when another process was faster', () => {
  fill()
  const spool = home.start({ maxBytes })
  append(spool, 'first', 10)
  calls.readdir = 0
  const before = home.segments.length
  home.dropped.length = 0
  beforeRename = from => {
    beforeRename = undefined
    rmSync(from)
  }
  append(spool, 'large', maxBytes / 3)
  expect(calls.readdir).toBe(1 + 2 * 2)
  // One was removed by the other process, and one is new.
  expect(home.segments.length).toBe(before - home.dropped.length)
})
