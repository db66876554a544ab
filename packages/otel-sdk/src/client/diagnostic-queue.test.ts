import { runInNewContext } from 'node:vm'
import type { Diagnostic } from '@codex/otel-api'
import { expect, it, vi } from 'vitest'
import { createDiagnosticQueue } from './diagnostic-queue.ts'

const diagnostic = (message: string): Diagnostic => ({ severity: 'warning', code: 'export-failed', message })

it('the diagnostic queue calls the listener after the caller has finished, in the order of the reports', async () => {
  const heard: string[] = []
  const queue = createDiagnosticQueue(({ message }) => heard.push(message))
  queue.report(diagnostic('one'))
  queue.report(diagnostic('two'))
  expect(heard).toEqual([])
  await Promise.resolve()
  expect(heard).toEqual(['one', 'two'])
})

it('the diagnostic queue calls the listener while an application tests with microtasks that stand still', async () => {
  vi.useFakeTimers({ toFake: ['queueMicrotask'] })
  try {
    const heard: string[] = []
    const queue = createDiagnosticQueue(({ message }) => heard.push(message))
    queue.report(diagnostic('one'))
    await Promise.resolve()
    expect(heard).toEqual(['one'])
  } finally {
    vi.useRealTimers()
  }
})

it('the diagnostic queue calls the listener at once when the process exits', () => {
  const heard: string[] = []
  const queue = createDiagnosticQueue(({ message }) => heard.push(message))
  queue.report(diagnostic('one'))
  queue.deliver()
  queue.deliver()
  expect(heard).toEqual(['one'])
})

it('the event loop turns between a call of the listener and the reports that the listener causes', async () => {
  let calls = 0
  const queue = createDiagnosticQueue(() => {
    calls++
    queue.report(diagnostic('again'))
    queue.deliver()
  })
  queue.report(diagnostic('first'))
  await Promise.resolve()
  await Promise.resolve()
  expect(calls).toBe(1)
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
  expect(calls).toBeGreaterThan(1)
})

it('a promise of the listener that fails is no unhandled rejection, whatever kind of promise it is', async () => {
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  try {
    const foreign = runInNewContext('Promise.reject(new Error("no"))') as unknown
    const returned: unknown[] = [
      Promise.reject(new Error('no')),
      foreign,
      // biome-ignore lint/suspicious/noThenProperty: a promise of the application's own making
      { then: (_: unknown, reject: (reason: Error) => void) => reject(new Error('no')) },
      {
        // biome-ignore lint/suspicious/noThenProperty: a thenable that throws when it is read
        get then(): unknown {
          throw new Error('no')
        },
      },
      Object.defineProperty(Promise.reject(new Error('no')), 'constructor', { value: undefined }),
    ]
    const queue = createDiagnosticQueue(() => returned.pop())
    for (let i = returned.length; i > 0; i--) queue.report(diagnostic('one'))
    queue.deliver()
    expect(returned).toEqual([])
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
    expect(unhandled).not.toHaveBeenCalled()
  } finally {
    process.off('unhandledRejection', unhandled)
  }
})

it('the diagnostic queue goes on after a listener that throws', async () => {
  const heard: string[] = []
  const queue = createDiagnosticQueue(({ message }) => {
    heard.push(message)
    throw new Error(message)
  })
  queue.report(diagnostic('one'))
  queue.report(diagnostic('two'))
  await Promise.resolve()
  expect(heard).toEqual(['one', 'two'])
})
