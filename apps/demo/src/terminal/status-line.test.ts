import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StatusLine } from './status-line.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubEnv('NO_COLOR', '1')
  vi.stubEnv('FORCE_COLOR', undefined)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

function statusLineOf({ columns = 80, column = 0, isShown = true } = {}) {
  const written: string[] = []
  const line = new StatusLine({
    write: text => written.push(text),
    columns: () => columns,
    column: () => column,
    isShown,
  })
  /** What was written last, without control sequences. */
  const shown = (): string => (written.at(-1) ?? '').replaceAll(new RegExp(`${'\u001b'}(?:\\[K|[78])`, 'g'), '')
  return { line, written, shown }
}

describe('the status line', () => {
  it('appears after a second of silence, counts the seconds, and is erased before other output', () => {
    const { line, written, shown } = statusLineOf()
    line.waitFor('the model works')
    vi.advanceTimersByTime(999)
    expect(written).toEqual([])
    vi.advanceTimersByTime(1)
    expect(shown()).toBe('the model works, 1 s · Ctrl-C stops')
    vi.advanceTimersByTime(2000)
    expect(shown()).toBe('the model works, 3 s · Ctrl-C stops')
    line.erase()
    expect(written.at(-1)).toBe('\u001b[K')
    const count = written.length
    line.erase()
    vi.advanceTimersByTime(999)
    expect(written).toHaveLength(count)
    vi.advanceTimersByTime(1)
    expect(shown()).toBe('the model works, 4 s · Ctrl-C stops')
  })

  it('is gone, with its timer, when nothing is waited for', () => {
    const { line, written } = statusLineOf()
    line.waitFor('the command runs')
    vi.advanceTimersByTime(1500)
    line.waitFor(undefined)
    expect(written.at(-1)).toBe('\u001b[K')
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    [80, 0, 'the model works, 100 s · Ctrl-C stops'],
    [40, 0, 'the model works, 100 s · Ctrl-C stops'],
    [30, 0, '100 s · Ctrl-C stops'],
    [40, 10, '  100 s · Ctrl-C stops'],
    [40, 30, '  100 s'],
    [20, 0, '100 s'],
    [40, 39, ''],
    [4, 0, ''],
  ])('fits a row of %i columns of which %i are taken', (columns, column, text) => {
    const { line, shown } = statusLineOf({ columns, column })
    line.waitFor('the model works')
    vi.advanceTimersByTime(100_000)
    expect(shown()).toBe(text)
    expect(column + text.length).toBeLessThan(columns)
  })

  it.each([
    [80, 'MCP server files starts, 9 s · Ctrl-C stops'],
    [40, 'MCP starts, 9 s · Ctrl-C stops'],
    [30, '9 s · Ctrl-C stops'],
  ])('says in %i columns what is waited for in as many words as fit', (columns, text) => {
    const { line, shown } = statusLineOf({ columns })
    line.waitFor('MCP server files starts', { short: 'MCP starts' })
    vi.advanceTimersByTime(9_000)
    expect(shown()).toBe(text)
  })

  it('says nothing of Ctrl-C where that does not stop it', () => {
    const { line, shown } = statusLineOf()
    line.waitFor('sending telemetry', { stops: false })
    vi.advanceTimersByTime(2_000)
    expect(shown()).toBe('sending telemetry, 2 s')
  })

  it('costs nothing where it is not shown', () => {
    const { line, written } = statusLineOf({ isShown: false })
    line.waitFor('the model works')
    line.erase()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(5000)
    expect(written).toEqual([])
  })
})
