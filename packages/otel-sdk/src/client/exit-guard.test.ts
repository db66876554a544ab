import { afterEach, describe, expect, it } from 'vitest'
import { type ExitObserver, guardExit } from './exit-guard.ts'

const EVENT = 'codex-otel-test'
const before = { own: Object.hasOwn(process, 'emit'), emit: process.emit }

const observer = (removed: unknown[] = []): ExitObserver => ({
  onExiting() {},
  onExited() {},
  onReallyExit() {},
  onListenerRemoved: event => removed.push(event),
})

afterEach(() => {
  if (before.own) process.emit = before.emit
  else delete (process as Partial<NodeJS.Process>).emit
  process.removeAllListeners(EVENT)
})

describe('the exit guard', () => {
  it('passes other events on with their arguments, and returns what process.emit returns', () => {
    const unguard = guardExit(observer())
    const heard: unknown[] = []
    process.once(EVENT, (...args) => heard.push(...args))
    expect(process.emit(EVENT as 'message', 1, 2 as never)).toBe(true)
    expect(process.emit(EVENT as 'message', 3, 4 as never)).toBe(false)
    expect(heard).toEqual([1, 2])
    unguard()
  })

  it('puts back what was there', () => {
    const really = (process as { reallyExit?: unknown }).reallyExit
    guardExit(observer())()
    expect(process.emit).toBe(before.emit)
    expect(Object.hasOwn(process, 'emit')).toBe(before.own)
    expect((process as { reallyExit?: unknown }).reallyExit).toBe(really)
  })

  it('leaves the method of another library in place, and observes nothing any more', () => {
    const removed: unknown[] = []
    const unguard = guardExit(observer(removed))
    const guarded = process.emit
    const theirs = ((...args: Parameters<typeof guarded>) => Reflect.apply(guarded, process, args)) as typeof guarded
    process.emit = theirs
    process.once(EVENT, () => {})
    process.removeAllListeners(EVENT)
    expect(removed).toEqual([EVENT])
    unguard()
    expect(process.emit).toBe(theirs)
    process.once(EVENT, () => {})
    process.removeAllListeners(EVENT)
    expect(removed).toEqual([EVENT])
  })
})
