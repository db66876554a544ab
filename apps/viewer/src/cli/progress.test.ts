import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ProgressRow } from './progress.ts'

class Terminal {
  readonly isTTY: boolean
  columns = 80
  readonly rows: string[] = []

  constructor(isTTY = true) {
    this.isTTY = isTTY
  }

  write(text: string): void {
    this.rows.push(stripVTControlCharacters(text).replace('\r', ''))
  }
}

describe('the row of progress', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'], now: 0 }))
  afterEach(() => vi.useRealTimers())

  it('is there at once, and anew at least every 250 ms, with the rate and the time that is left', () => {
    const terminal = new Terminal()
    const row = new ProgressRow(terminal)
    row.show({ read: 0, total: 1_000, added: 0 })
    expect(terminal.rows).toEqual(['0 %  0 records  0/s'])
    const shownAt: number[] = [performance.now()]
    for (let step = 1; step <= 100; step++) {
      const before = terminal.rows.length
      vi.advanceTimersByTime(20)
      row.show({ read: 5 * step, total: 1_000, added: 400 * step })
      if (terminal.rows.length > before) shownAt.push(performance.now())
    }
    const gaps = shownAt.slice(1).map((time, index) => time - (shownAt[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(250)
    expect(shownAt).toHaveLength(11)
    expect(terminal.rows.at(-1)).toBe('49 %  39.6 k records  19.8 k/s  2.0 s left')
  })

  it('goes on while nothing new is known', () => {
    const terminal = new Terminal()
    const row = new ProgressRow(terminal)
    row.show({ read: 500, total: 1_000, added: 1_000 })
    vi.advanceTimersByTime(1_000)
    expect(terminal.rows).toHaveLength(6)
    expect(terminal.rows.at(-1)).toBe('50 %  1.00 k records  1.00 k/s  1.0 s left')
    row.end()
    expect(terminal.rows.at(-1)).toBe('')
    vi.advanceTimersByTime(1_000)
    expect(terminal.rows).toHaveLength(7)
  })

  it('of standard input has no end, and says how much was read', () => {
    const terminal = new Terminal()
    new ProgressRow(terminal).show({ read: 1_234_567, total: undefined, added: 10 })
    expect(terminal.rows).toEqual(['1.23 MB read  10 records  10.0 k/s'])
  })

  it('fits into a narrow terminal, and is not written where there is none', () => {
    const narrow = new Terminal()
    narrow.columns = 20
    new ProgressRow(narrow).show({ read: 1, total: 2, added: 1_000 })
    expect(narrow.rows[0]).toHaveLength(19)
    const file = new Terminal(false)
    const row = new ProgressRow(file)
    row.show({ read: 1, total: 2, added: 1_000 })
    vi.advanceTimersByTime(1_000)
    row.end()
    expect(file.rows).toEqual([])
  })
})
