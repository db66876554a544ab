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
