import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CommandOutput } from './command-output.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function outputOf(showsPartial = true): { output: CommandOutput; written: string[]; add(text: string): void } {
  const written: string[] = []
  const output = new CommandOutput({ write: text => written.push(text), showsPartial })
  return { output, written, add: text => output.add(Buffer.from(text)) }
}

describe('the output of a command', () => {
  it('is shown line by line as it comes, without empty lines at its ends', () => {
    const { output, written, add } = outputOf()
    add('\n\none\nt')
    expect(written).toEqual(['one\n'])
    add('wo\r\n\nthree\n\n')
    expect(written.join('')).toBe('one\ntwo\n\nthree\n')
    expect(output.end()).toEqual({ shown: 4, more: 0 })
    expect(written.join('')).toBe('one\ntwo\n\nthree\n')
  })

  it('is shown up to twelve lines, and the others are counted', () => {
    const { output, written, add } = outputOf()
    for (let i = 1; i <= 20; i++) add(`${i}\n`)
    add('\n\nlast')
    expect(output.end()).toEqual({ shown: 12, more: 11 })
    expect(written.join('').split('\n')).toHaveLength(13)
  })

  it('shows the beginning of a line when nothing follows, once, and then the rest', () => {
    const { output, written, add } = outputOf()
    add('Compiling ')
    expect(written).toEqual([])
    vi.advanceTimersByTime(1000)
    expect(written).toEqual(['Compiling '])
    add('done')
    output.end()
    expect(written.join('')).toBe('Compiling done\n')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('needs no timer where no beginning of a line is shown', () => {
    const { output, written, add } = outputOf(false)
    add('Compiling ')
    expect(vi.getTimerCount()).toBe(0)
    output.end()
    expect(written).toEqual(['Compiling \n'])
  })

  it('may cut characters between its chunks, and its lines are limited', () => {
    const { output, written } = outputOf()
    const bytes = Buffer.from('日本\n')
    for (const byte of bytes) output.add(Buffer.from([byte]))
    output.add(Buffer.alloc(1_000_000, 'x'))
    expect(output.end()).toEqual({ shown: 2, more: 0 })
    expect(written[0]).toBe('日本\n')
    expect(written[1]).toHaveLength(4097)
  })

  it('of nothing, or of empty lines, shows nothing', () => {
    const { output, written, add } = outputOf()
    add('\n\n  \n')
    expect(output.end()).toEqual({ shown: 0, more: 0 })
    expect(written).toEqual([])
  })
})
