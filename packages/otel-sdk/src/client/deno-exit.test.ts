import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchDenoExit } from './deno-exit.ts'

/** What a listener of the application does with an error. */
const prevent = (event: Event): void => event.preventDefault()
const handle = (): void => {}

const observer = { onUnload: vi.fn(), onFatalError: vi.fn() }
let web: EventTarget
let events: EventEmitter
let unwatch: () => void

/** As Deno announces an error that nothing has caught. */
function throwUncaught(): void {
  web.dispatchEvent(new Event('error', { cancelable: true }))
  events.emit('uncaughtExceptionMonitor', new Error('thrown'), 'uncaughtException')
}

/** The real process has listeners of the test runner. */
function runAs(versions: object): void {
  events = new EventEmitter()
  vi.stubGlobal('process', Object.assign(events, { versions, hasUncaughtExceptionCaptureCallback: () => false }))
}

beforeEach(() => {
  web = new EventTarget()
  vi.stubGlobal('addEventListener', web.addEventListener.bind(web))
  vi.stubGlobal('removeEventListener', web.removeEventListener.bind(web))
  runAs({ node: '24.0.0', deno: '2.0.0' })
  unwatch = watchDenoExit(observer)
})
afterEach(() => {
  unwatch()
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

it('sees an error that nothing handles', () => {
  throwUncaught()
  expect(observer.onFatalError).toHaveBeenCalledOnce()
})

it('does not take an error for the end that a listener of the web event prevents, though it was added later', () => {
  web.addEventListener('error', prevent)
  throwUncaught()
  expect(observer.onFatalError).not.toHaveBeenCalled()
  web.removeEventListener('error', prevent)
  throwUncaught()
  expect(observer.onFatalError).toHaveBeenCalledOnce()
})

it('does not take an error for the end that a listener of the process handles', () => {
  events.on('uncaughtException', handle)
  throwUncaught()
  expect(observer.onFatalError).not.toHaveBeenCalled()
})

it('sees that the program is unloaded', () => {
  web.dispatchEvent(new Event('unload'))
  expect(observer.onUnload).toHaveBeenCalledOnce()
})

it('sees nothing after it was told to stop, and takes its listener of the process off', () => {
  unwatch()
  expect(events.listenerCount('uncaughtExceptionMonitor')).toBe(0)
  web.dispatchEvent(new Event('unload'))
  throwUncaught()
  expect([observer.onUnload, observer.onFatalError].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
})

it('does nothing on other runtimes', () => {
  unwatch()
  runAs({ node: '24.0.0' })
  unwatch = watchDenoExit(observer)
  throwUncaught()
  expect(observer.onFatalError).not.toHaveBeenCalled()
})
